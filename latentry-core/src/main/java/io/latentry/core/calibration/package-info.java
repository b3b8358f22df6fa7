/**
 * From terms in nats to a score, a p-value and a threshold, fitted on held-out normal rows.
 *
 * <p>The flow: {@link io.latentry.core.calibration.TermScale} normalises each term, {@link
 * io.latentry.core.calibration.ScoreMix} mixes them into a score, {@link
 * io.latentry.core.calibration.Threshold} says from which score on a row is an anomaly; {@link
 * io.latentry.core.calibration.ThresholdFit} finds it, and {@link
 * io.latentry.core.calibration.CalibrationSample} says how rare a score is. Where scores follow
 * each other in time, {@link io.latentry.core.calibration.DesignEffect} tells how little neighbours
 * add. Start at {@link io.latentry.core.calibration.CalibrationConfig}.
 */
@NullMarked
package io.latentry.core.calibration;

import org.jspecify.annotations.NullMarked;
