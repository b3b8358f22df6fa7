/**
 * Invertible maps whose density is known. Start at {@link io.latentry.training.model.flow.Flow}.
 */
@NullMarked
package io.latentry.training.model.flow;

import org.jspecify.annotations.NullMarked;
