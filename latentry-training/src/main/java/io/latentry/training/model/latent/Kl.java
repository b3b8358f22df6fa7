package io.latentry.training.model.latent;

import io.latentry.core.graph.Ops;

/**
 * The KL term of the ELBO: how far the posterior q(z|x) has moved from the prior, in nats.
 *
 * <p>Direction is KL(q || p) with q = N(mean, diag(exp(logVar))) and p = N(0, I).
 *
 * @see <a href="https://arxiv.org/abs/1312.6114">Kingma and Welling 2014, appendix B</a>
 */
public final class Kl {
  private Kl() {}

  /**
   * {@code 0.5 * (mean**2 + exp(logVar) - 1 - logVar)} of each unit, {@code [members, batch,
   * latent]}; zero when q is the prior.
   */
  public static <T> T toStandardNormal(Ops<T> ops, Gaussian<T> q) {
    T moved = ops.add(ops.square(q.mean()), ops.exp(q.logVar()));
    T sum = ops.sub(ops.sub(moved, ops.scalar(1)), q.logVar());
    return ops.mul(sum, ops.scalar(0.5f));
  }
}
