package io.latentry.training.model.latent;

import org.jspecify.annotations.Nullable;

/**
 * A code drawn from a posterior.
 *
 * @param code {@code [members, batch, latent]}
 * @param logVolume {@code [members, batch]}: {@code log |det|} of the flow that carried the
 *     Gaussian draw to the code; null where there is no flow
 */
public record Draw<T>(T code, @Nullable T logVolume) {}
