/**
 * From a champion and rows of late to a challenger and a decision about it.
 *
 * <p>{@link io.latentry.pipeline.retrain.RetrainPipeline} has a {@link
 * io.latentry.pipeline.retrain.Kind} (of tables, series or images) read and judge the samples,
 * {@link io.latentry.pipeline.retrain.RowChoice} say which of them are normal now, and the kind
 * hand them to a fit that goes on from the champion; {@link io.latentry.pipeline.retrain.Trial}
 * asks both of samples that the challenger did not learn from, through a {@link
 * io.latentry.pipeline.retrain.Contest}, and the gate of {@link io.latentry.core.promotion}
 * decides. Start at {@link io.latentry.pipeline.retrain.RetrainPipeline}.
 */
@NullMarked
package io.latentry.pipeline.retrain;

import org.jspecify.annotations.NullMarked;
