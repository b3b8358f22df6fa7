/**
 * From normal rows to a detector: configuration, the training loop, its health checks, and the
 * detector's whole forward pass.
 *
 * <p>The flow: {@link io.latentry.training.fit.VaeTrainer} turns rows and configuration into a
 * {@link io.latentry.training.fit.TrainedVae}; {@link io.latentry.training.detector.Detector} adds
 * the score terms and is what gets calibrated and exported. Start at {@link
 * io.latentry.training.fit.VaeTrainer}.
 */
@NullMarked
package io.latentry.training;

import org.jspecify.annotations.NullMarked;
