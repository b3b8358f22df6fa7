/**
 * The detector: a trained VAE with its score terms, and its whole forward pass. Start at {@link
 * io.latentry.training.detector.Detector}.
 */
@NullMarked
package io.latentry.training.detector;

import org.jspecify.annotations.NullMarked;
