/**
 * From an artifact and a table to verdicts: scoring, evaluation, known anomalies, thresholds. Start
 * at {@link io.latentry.pipeline.score.ScorePipeline}.
 */
@NullMarked
package io.latentry.pipeline.score;

import org.jspecify.annotations.NullMarked;
