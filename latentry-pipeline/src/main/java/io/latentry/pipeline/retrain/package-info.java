/**
 * From a champion and rows of late to a challenger and a decision about it.
 *
 * <p>{@link io.latentry.pipeline.retrain.RetrainPipeline} has {@link
 * io.latentry.pipeline.retrain.RecentRows} read and judge the rows, {@link
 * io.latentry.pipeline.retrain.RowChoice} say which of them are normal now, and {@link
 * io.latentry.pipeline.retrain.RetrainData} hand them to a fit that goes on from the champion;
 * {@link io.latentry.pipeline.retrain.Trial} puts both on rows that the challenger did not learn
 * from, and the gate of {@link io.latentry.core.promotion} decides. Start at {@link
 * io.latentry.pipeline.retrain.RetrainPipeline}.
 */
@NullMarked
package io.latentry.pipeline.retrain;

import org.jspecify.annotations.NullMarked;
