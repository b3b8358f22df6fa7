/**
 * What a code is: posteriors, priors, and how far one lies from the other. Start at {@link
 * io.latentry.training.model.latent.Posterior}.
 */
@NullMarked
package io.latentry.training.model.latent;

import org.jspecify.annotations.NullMarked;
