/**
 * The layers that the parts of a model are made of. Start at {@link
 * io.latentry.training.model.layer.Dense}.
 */
@NullMarked
package io.latentry.training.model.layer;

import org.jspecify.annotations.NullMarked;
