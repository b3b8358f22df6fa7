/**
 * The rows that a retraining looks at, and what people said of them.
 *
 * <p>{@link io.latentry.pipeline.retrain.rows.RecentTable} counts the rows of a table, draws as
 * many of them as may be held and has them judged; what comes of it, as of points and of images, is
 * {@link io.latentry.pipeline.retrain.rows.RecentRows}. {@link
 * io.latentry.pipeline.retrain.rows.Feedback} is what people said. Start at {@link
 * io.latentry.pipeline.retrain.rows.RecentTable}.
 */
@NullMarked
package io.latentry.pipeline.retrain.rows;

import org.jspecify.annotations.NullMarked;
