/**
 * What changed between normal rows and rows of now, and whether it is more than chance and more
 * than little: arithmetic on values and counts, without a file, a model or a clock.
 *
 * <p>{@link io.latentry.core.drift.NumericShift} compares numbers, {@link
 * io.latentry.core.drift.CategoryShift} categories, {@link io.latentry.core.drift.ShareShift} two
 * shares of rows, each by {@link io.latentry.core.drift.SampleSizes independent rows}, of which
 * {@link io.latentry.core.drift.Dependence} tells how many there are. {@link
 * io.latentry.core.drift.FalseDiscovery} keeps many comparisons honest. Start at {@link
 * io.latentry.core.drift.NumericShift}.
 */
@NullMarked
package io.latentry.core.drift;

import org.jspecify.annotations.NullMarked;
