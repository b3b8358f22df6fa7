package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import org.jspecify.annotations.Nullable;

/**
 * The loss, in nats: the negative ELBO with its KL under a schedule. Terms are summed within a row;
 * the mean over the batch is taken here, once, for both.
 *
 * @see <a href="https://arxiv.org/abs/1312.6114">Kingma and Welling 2014, equation 10</a>
 */
public record Elbo(Vae vae, KlSchedule schedule) {

  /**
   * @param ofMember {@code [members]}: what training lowers, in sum over members
   * @param reconstruction {@code [members]}: negative log-likelihood, batch mean
   * @param kl {@code [members, parts]}: batch mean; see {@link Prior#kl}
   */
  public record Losses<T>(T ofMember, T reconstruction, T kl) {}

  /**
   * @param input what the encoder sees, {@code [members, batch, width]} or {@code [batch, width]}
   * @param target what the loss asks for, of the same shape
   * @param observed as {@link Likelihood#negativeLogLikelihood} takes it
   * @param noise {@code [members, batch, latent]}, standard normal
   * @param progress share of training done, 0 to 1
   */
  public <T> Losses<T> losses(
      Ops<T> ops,
      Weights<T> weights,
      T input,
      T target,
      @Nullable T observed,
      T noise,
      double progress) {
    Gaussian<T> q = vae.encode(ops, weights, input);
    T z = vae.posterior().sample(ops, weights, q, noise);
    T decoded = vae.decoder().decode(ops, weights, z);
    T byColumn = vae.likelihood().negativeLogLikelihood(ops, weights, decoded, target, observed);
    T reconstruction = ops.mean(ops.sum(byColumn, -1, false), 1, false);
    T kl = ops.mean(vae.prior().kl(ops, weights, q, z), 1, false);
    T ofMember = ops.add(reconstruction, schedule.penalty(ops, kl, progress));
    return new Losses<>(ofMember, reconstruction, kl);
  }
}
