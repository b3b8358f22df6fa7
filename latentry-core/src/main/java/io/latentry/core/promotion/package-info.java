/**
 * Whether a challenger may take the champion's place: arithmetic on figures, without files, models
 * or a trainer.
 *
 * <p>{@link io.latentry.core.promotion.MovedTail} tells which alarms of the champion belong to a
 * normal that moved. {@link io.latentry.core.promotion.Gate} takes {@link
 * io.latentry.core.promotion.DataFigures} before a training and {@link
 * io.latentry.core.promotion.ModelFigures} after it, and makes a {@link
 * io.latentry.core.promotion.Check} of each rule; a {@link io.latentry.core.promotion.Decision} is
 * what they come to. Start at {@link io.latentry.core.promotion.Gate}.
 */
@NullMarked
package io.latentry.core.promotion;

import org.jspecify.annotations.NullMarked;
