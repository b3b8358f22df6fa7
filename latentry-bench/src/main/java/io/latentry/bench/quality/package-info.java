/**
 * Detection quality on labelled tables under the one-class protocol, against plain methods.
 *
 * <p>{@link io.latentry.bench.quality.SetFolder} finds the tables, {@link
 * io.latentry.bench.quality.TestSet} reads one, {@link io.latentry.bench.quality.Contest} judges
 * everybody on one split of it, {@link io.latentry.bench.quality.OwnDetector} and {@link
 * io.latentry.bench.quality.PlainMethods} fit and score, {@link
 * io.latentry.bench.quality.Measurement} goes through all sets and splits, {@link
 * io.latentry.bench.quality.ResultFile} keeps what was found, {@link
 * io.latentry.bench.quality.Standings} compares, and two writers show it. Start at {@link
 * io.latentry.bench.quality.QualityBenchmark}.
 */
@NullMarked
package io.latentry.bench.quality;

import org.jspecify.annotations.NullMarked;
