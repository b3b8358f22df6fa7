package io.latentry.training.model;

/**
 * A diagonal Gaussian over latent units.
 *
 * @param mean {@code [members, batch, latent]}
 * @param logVar logarithm of the variance, same shape
 */
public record Gaussian<T>(T mean, T logVar) {}
