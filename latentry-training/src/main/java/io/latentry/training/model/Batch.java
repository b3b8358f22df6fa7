package io.latentry.training.model;

import io.latentry.training.model.architecture.Likelihood;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one step of training, and its chance.
 *
 * @param input what the encoder sees, {@code [members, batch, width]} or {@code [batch, width]}
 * @param target what the loss asks for, of the same shape
 * @param observed as {@link Likelihood#negativeLogLikelihood} takes it
 * @param noise {@code [members, batch, latent]}, standard normal
 * @param latentMask what codes are multiplied by before they are decoded, {@code [members, batch,
 *     latent]}; null leaves them alone
 */
public record Batch<T>(T input, T target, @Nullable T observed, T noise, @Nullable T latentMask) {}
