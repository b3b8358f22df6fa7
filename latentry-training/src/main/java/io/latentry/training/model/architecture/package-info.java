/**
 * What depends on the shape of the input: encoder, decoder and likelihood. Start at {@link
 * io.latentry.training.model.architecture.Encoder}.
 */
@NullMarked
package io.latentry.training.model.architecture;

import org.jspecify.annotations.NullMarked;
