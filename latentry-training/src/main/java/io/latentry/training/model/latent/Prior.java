package io.latentry.training.model.latent;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;

/** The distribution that codes are pulled to: {@code p(z)}. */
public interface Prior {
  List<Parameter> parameters();

  /**
   * {@code log p(z)}, nats.
   *
   * @param z {@code [members, batch, latent]}
   * @return {@code [members, batch]}
   */
  <T> T logDensity(Ops<T> ops, Weights<T> weights, T z);

  /**
   * Whether {@link #closedKl} has an answer; else {@link io.latentry.training.model.Vae#kl}
   * estimates the KL from a draw.
   */
  default boolean hasClosedKl() {
    return false;
  }

  /**
   * {@code KL(q || p)} of each unit, nats, {@code [members, batch, latent]}.
   *
   * @param q {@code [members, batch, latent]}
   * @throws IllegalStateException if there is no closed form
   */
  default <T> T closedKl(Ops<T> ops, Gaussian<T> q) {
    throw new IllegalStateException("kl: no closed form (expected: an estimate from a draw)");
  }
}
