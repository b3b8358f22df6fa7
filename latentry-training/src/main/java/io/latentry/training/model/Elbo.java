package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.latent.Draw;
import io.latentry.training.model.latent.Gaussian;
import io.latentry.training.model.layer.Weights;

/**
 * The loss, in nats: the negative ELBO with its KL under a schedule. Terms are summed within a row;
 * the mean over the batch is taken here, once, for both.
 *
 * @param reconstructionWeight what a nat of reconstruction counts; 1 is the ELBO's own
 * @see <a href="https://arxiv.org/abs/1312.6114">Kingma and Welling 2014, equation 10</a>
 */
public record Elbo(Vae vae, KlSchedule schedule, double reconstructionWeight) {

  /**
   * @param ofMember {@code [members]}: what training lowers, in sum over members
   * @param reconstruction {@code [members]}: negative log-likelihood, batch mean
   * @param kl {@code [members, parts]}: batch mean; see {@link Vae#kl}
   * @param code {@code [members, batch, latent]}: the codes that were drawn
   */
  public record Losses<T>(T ofMember, T reconstruction, T kl, T code) {}

  /**
   * @param progress share of training done, 0 to 1
   */
  public <T> Losses<T> losses(Ops<T> ops, Weights<T> weights, Batch<T> batch, double progress) {
    Gaussian<T> q = vae.encode(ops, weights, batch.input());
    Draw<T> draw = vae.draw(ops, weights, q, batch.noise());
    T mask = batch.latentMask();
    T code = mask == null ? draw.code() : ops.mul(draw.code(), mask);
    T decoded = vae.decoder().decode(ops, weights, code);
    T byColumn =
        vae.likelihood()
            .negativeLogLikelihood(ops, weights, decoded, batch.target(), batch.observed());
    T reconstruction = ops.mean(ops.sum(byColumn, -1, false), 1, false);
    T kl = ops.mean(vae.kl(ops, weights, q, batch.noise(), draw), 1, false);
    T weighted =
        reconstructionWeight == 1
            ? reconstruction
            : ops.mul(reconstruction, ops.scalar((float) reconstructionWeight));
    T ofMember = ops.add(weighted, schedule.penalty(ops, kl, progress));
    return new Losses<>(ofMember, reconstruction, kl, draw.code());
  }
}
