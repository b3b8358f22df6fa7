/**
 * Detection quality on labelled series: everybody learns from the beginning of a series and scores
 * the rest, plain and smoothed.
 *
 * <p>{@link io.latentry.bench.series.SeriesFolder} finds the series, {@link
 * io.latentry.bench.series.SeriesSet} holds one, a {@link io.latentry.bench.series.SeriesDetector}
 * fits and scores, {@link io.latentry.bench.series.Rivals} has the plain ones, {@link
 * io.latentry.bench.series.SeriesResult} judges, {@link io.latentry.bench.series.SeriesStandings}
 * compares. Start at {@link io.latentry.bench.series.SeriesBenchmark}.
 */
@NullMarked
package io.latentry.bench.series;

import org.jspecify.annotations.NullMarked;
