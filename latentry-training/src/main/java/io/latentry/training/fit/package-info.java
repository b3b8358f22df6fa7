/**
 * The training loop: from prepared rows to a trained VAE.
 *
 * <p>{@link io.latentry.training.fit.VaeTrainer} prepares rows and watches health, {@link
 * io.latentry.training.fit.TrainingRun} is the loop, {@link io.latentry.training.fit.Checkpoint}
 * what a stopped one leaves. Start at {@link io.latentry.training.fit.VaeTrainer}.
 */
@NullMarked
package io.latentry.training.fit;

import org.jspecify.annotations.NullMarked;
