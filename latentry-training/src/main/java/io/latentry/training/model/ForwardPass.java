package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.training.model.latent.Draw;
import io.latentry.training.model.latent.Gaussian;
import io.latentry.training.model.layer.Weights;
import org.jspecify.annotations.Nullable;

/**
 * One pass of rows through a trained model at the posterior mean; each part is computed when first
 * asked for, so that a caller pays only for what it uses.
 */
public final class ForwardPass<T> {
  private final Ops<T> ops;
  private final Vae vae;
  private final Weights<T> weights;
  private final Prepared<T> rows;
  private @Nullable Gaussian<T> posterior;
  private @Nullable T code;
  private @Nullable T decoded;
  private @Nullable T expected;

  public ForwardPass(Ops<T> ops, Vae vae, Weights<T> weights, Prepared<T> rows) {
    this.ops = ops;
    this.vae = vae;
    this.weights = weights;
    this.rows = rows;
  }

  public Ops<T> ops() {
    return ops;
  }

  public Prepared<T> rows() {
    return rows;
  }

  public Vae vae() {
    return vae;
  }

  public Weights<T> weights() {
    return weights;
  }

  /** {@code [members, batch, latent]}. */
  public Gaussian<T> posterior() {
    if (posterior == null) {
      posterior = vae.encode(ops, weights, rows.x());
    }
    return posterior;
  }

  /**
   * The code that stands for the row, {@code [members, batch, latent]}: the posterior mean, carried
   * through the flow where there is one.
   */
  public T mean() {
    if (code == null) {
      code = vae.posterior().center(ops, weights, posterior());
    }
    return code;
  }

  /** What the model expects: {@code [members, batch, width]}. */
  public T expected() {
    if (expected == null) {
      expected = vae.likelihood().mean(ops, decoded());
    }
    return expected;
  }

  /** Row less expectation, 0 where the entry was not given: {@code [members, batch, width]}. */
  public T residual() {
    T difference = ops.sub(rows.x(), expected());
    T observed = rows.observed();
    return observed == null ? difference : ops.mul(difference, observed);
  }

  /**
   * Negative log-likelihood by column, nats, at the code {@code mean + exp(logVar / 2) * noise}:
   * {@code [members, batch, columns]}.
   *
   * @param noise null for the posterior mean
   */
  public T negativeLogLikelihood(@Nullable T noise) {
    T decodedRows =
        noise == null
            ? decoded()
            : vae.decoder().decode(ops, weights, vae.draw(ops, weights, posterior(), noise).code());
    return vae.likelihood()
        .negativeLogLikelihood(ops, weights, decodedRows, rows.x(), rows.observed());
  }

  /**
   * {@code log p(x|z) + log p(z) - log q(z|x)} at a draw, nats, {@code [members, batch]}: the
   * logarithm of its importance weight.
   *
   * @param noise {@code [members, batch, latent]} or what broadcasts to it
   */
  public T logWeight(T noise) {
    Draw<T> draw = vae.draw(ops, weights, posterior(), noise);
    T decodedRows = vae.decoder().decode(ops, weights, draw.code());
    T byColumn =
        vae.likelihood()
            .negativeLogLikelihood(ops, weights, decodedRows, rows.x(), rows.observed());
    T logRatio =
        ops.sub(
            vae.prior().logDensity(ops, weights, draw.code()),
            vae.logPosterior(ops, posterior(), noise, draw));
    return ops.sub(logRatio, ops.sum(byColumn, -1, false));
  }

  /** Whether {@link #kl} is exact, whatever the draw. */
  public boolean hasClosedKl() {
    return vae.hasClosedKl(posterior());
  }

  /**
   * {@code KL(q(z|x) || p(z))}, nats, {@code [members, batch]}: exact where it has a closed form,
   * else estimated at a draw.
   */
  public T kl(T noise) {
    Draw<T> draw = vae.draw(ops, weights, posterior(), noise);
    return ops.sum(vae.kl(ops, weights, posterior(), noise, draw), -1, false);
  }

  private T decoded() {
    if (decoded == null) {
      decoded = vae.decoder().decode(ops, weights, mean());
    }
    return decoded;
  }
}
