/**
 * A pass over the points of series in a file, each key in order of time. Start at {@link
 * io.latentry.pipeline.series.SeriesPass}.
 */
@org.jspecify.annotations.NullMarked
package io.latentry.pipeline.series;
