package io.latentry.training;

/** Which VAE, as {@code --model} names it. */
public enum Variant {
  /** A VAE whose KL weight keeps the ELBO's balance for anomaly scores. */
  PLAIN(0.1),
  /**
   * A KL weight above 1, for latent units that each stand for one cause.
   *
   * @see <a href="https://openreview.net/forum?id=Sy2fzU9gl">Higgins et al. 2017</a>
   */
  BETA(4),
  /** No sampling and no KL: the deterministic limit of the same code. */
  AUTOENCODER(0);

  private final double defaultBeta;

  Variant(double defaultBeta) {
    this.defaultBeta = defaultBeta;
  }

  /** The KL weight unless one is given. */
  public double defaultBeta() {
    return defaultBeta;
  }
}
