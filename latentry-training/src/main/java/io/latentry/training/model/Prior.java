package io.latentry.training.model;

import io.latentry.core.graph.Ops;
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
   * {@code KL(q || p)}, nats, of each row.
   *
   * @param q {@code [members, batch, latent]}
   * @param z a draw from q, for priors that have no closed form
   * @return {@code [members, batch, parts]}: one part for each latent unit where the KL splits so,
   *     else one part; the sum over parts is the KL
   */
  <T> T kl(Ops<T> ops, Weights<T> weights, Gaussian<T> q, T z);
}
