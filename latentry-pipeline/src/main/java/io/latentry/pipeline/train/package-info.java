/**
 * Trainings as the pipelines share them: one detector on some rows, its scores on others, several
 * at once. Start at {@link io.latentry.pipeline.train.RankingFit}.
 */
@NullMarked
package io.latentry.pipeline.train;

import org.jspecify.annotations.NullMarked;
