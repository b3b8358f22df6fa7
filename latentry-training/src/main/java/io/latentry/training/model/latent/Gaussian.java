package io.latentry.training.model.latent;

import org.jspecify.annotations.Nullable;

/**
 * A diagonal Gaussian over latent units.
 *
 * @param mean {@code [members, batch, latent]}
 * @param logVar logarithm of the variance, same shape
 * @param context {@code [members, batch, features]}: what a flow behind the Gaussian listens to;
 *     null where no flow follows
 */
public record Gaussian<T>(T mean, T logVar, @Nullable T context) {

  /** A Gaussian that no flow follows. */
  public Gaussian(T mean, T logVar) {
    this(mean, logVar, null);
  }
}
