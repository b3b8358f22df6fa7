/**
 * What of a text enters a model: its length, what it is made of, and how rare its characters, words
 * and shape are among the training texts.
 *
 * <p>{@link io.latentry.core.text.TextTally} counts the training texts, {@link
 * io.latentry.core.text.TextColumn} is what comes of it and turns texts into numbers, one for each
 * {@link io.latentry.core.text.TextFeature}. Start at TextColumn.
 */
@NullMarked
package io.latentry.core.text;

import org.jspecify.annotations.NullMarked;
