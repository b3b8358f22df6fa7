/**
 * Plain methods on the same rows, so that a fit can say what the model is worth beyond them.
 *
 * <p>Each is fitted on the vectors that the preprocessor gives for training rows. Start at {@link
 * io.latentry.training.baseline.Baseline}.
 */
@NullMarked
package io.latentry.training.baseline;

import org.jspecify.annotations.NullMarked;
