/**
 * The latent term of a score: how strange the code of a row is.
 *
 * <p>Start at {@link io.latentry.training.term.LatentTerm}.
 */
@NullMarked
package io.latentry.training.term;

import org.jspecify.annotations.NullMarked;
