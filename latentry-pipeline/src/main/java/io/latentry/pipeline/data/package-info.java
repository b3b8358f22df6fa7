/**
 * A table read for a fit: which rows are normal, and which columns a model takes. Start at {@link
 * io.latentry.pipeline.data.TrainingData}.
 */
@NullMarked
package io.latentry.pipeline.data;

import org.jspecify.annotations.NullMarked;
