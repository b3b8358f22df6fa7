/**
 * The line end to end: from a table to an artifact, from an artifact and a table to verdicts.
 *
 * <p>Start at {@link io.latentry.pipeline.fit.FitPipeline} to make an artifact and at {@link
 * io.latentry.pipeline.score.ScorePipeline} to use one; {@link
 * io.latentry.pipeline.config.FitConfig} holds every knob.
 */
@NullMarked
package io.latentry.pipeline;

import org.jspecify.annotations.NullMarked;
