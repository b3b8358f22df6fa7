/**
 * From raw columns to the vector that a model sees, fitted on training rows only.
 *
 * <p>Start at {@link io.latentry.core.preprocessing.Preprocessor}; {@link
 * io.latentry.core.preprocessing.Block} says which entries of the vector came from which column.
 */
@NullMarked
package io.latentry.core.preprocessing;

import org.jspecify.annotations.NullMarked;
