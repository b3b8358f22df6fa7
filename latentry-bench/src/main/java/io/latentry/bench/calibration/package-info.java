/**
 * Whether promises on false alarms hold: fits on some normal rows of a table, and counts the alarms
 * among others that the fit never saw.
 *
 * <p>{@link io.latentry.bench.calibration.SharedOut} deals a table's normal rows, {@link
 * io.latentry.bench.calibration.PromiseTrial} fits and counts once, {@link
 * io.latentry.bench.calibration.KeptPromises} sums up. Start at {@link
 * io.latentry.bench.calibration.CalibrationBenchmark}.
 */
@NullMarked
package io.latentry.bench.calibration;

import org.jspecify.annotations.NullMarked;
