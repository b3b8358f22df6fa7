package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Prepared;
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

  /** The posterior mean: {@code [members, batch, latent]}. */
  public T mean() {
    return posterior().mean();
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
            : vae.decoder()
                .decode(ops, weights, vae.posterior().sample(ops, weights, posterior(), noise));
    return vae.likelihood()
        .negativeLogLikelihood(ops, weights, decodedRows, rows.x(), rows.observed());
  }

  private T decoded() {
    if (decoded == null) {
      T code = vae.posterior().center(ops, weights, posterior());
      decoded = vae.decoder().decode(ops, weights, code);
    }
    return decoded;
  }
}
