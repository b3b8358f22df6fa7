/**
 * Fits over a grid of model sizes, to choose one.
 *
 * <p>Start at {@link io.latentry.pipeline.sweep.SweepPipeline}; {@link
 * io.latentry.pipeline.sweep.Kneedle} finds the elbow.
 */
@NullMarked
package io.latentry.pipeline.sweep;

import org.jspecify.annotations.NullMarked;
