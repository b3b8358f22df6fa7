/**
 * Points that come one after the other: what a key carries from one to the next, and what becomes
 * of gaps, late points and alarms. Pure: no clock, no engine, no file. Start at {@link
 * io.latentry.core.series.SeriesSettings}.
 */
@org.jspecify.annotations.NullMarked
package io.latentry.core.series;
