/**
 * Whether a retraining can make things worse: real tables whose recent rows are sabotaged, or
 * honestly drift, each retrained on and decided about.
 *
 * <p>{@link io.latentry.bench.retraining.Tampering} changes rows of a set, {@link
 * io.latentry.bench.retraining.RetrainingBenchmark} retrains, and judges what was promoted by rows
 * that nobody learned from; {@link io.latentry.bench.retraining.WarmStartBenchmark} measures what a
 * retraining costs beside a fit from scratch. Start at {@link
 * io.latentry.bench.retraining.RetrainingBenchmark}.
 */
@NullMarked
package io.latentry.bench.retraining;

import org.jspecify.annotations.NullMarked;
