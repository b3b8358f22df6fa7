package io.latentry.core.calibration;

import io.latentry.core.graph.Ops;

/**
 * The score: both terms, each on its own scale, mixed. {@code alpha * R + (1 - alpha) * L}, or
 * {@code R**alpha * L**(1 - alpha)} for the product, whose scales must then be positive ({@link
 * TermScale.Transform#SIGMOID} or {@link TermScale.Transform#SOFTPLUS}).
 *
 * @param alpha weight of the reconstruction term, in [0, 1]
 */
public record ScoreMix(
    Combination combination, double alpha, TermScale reconstruction, TermScale latent) {

  /** How two scaled terms become one score. */
  public enum Combination {
    WEIGHTED_SUM,
    PRODUCT
  }

  public ScoreMix {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha: " + alpha + " (expected: 0 to 1)");
    }
    if (combination == Combination.PRODUCT
        && !(reconstruction.transform().isPositive() && latent.transform().isPositive())) {
      throw new IllegalArgumentException(
          "transform: "
              + reconstruction.transform()
              + ", "
              + latent.transform()
              + " (expected: SIGMOID or SOFTPLUS under PRODUCT, whose terms must be positive)");
    }
  }

  /**
   * Fits both scales on {@code normals}; alpha as configured, else tuned against {@code perturbed}.
   *
   * @param normals of held-out normal rows
   * @param perturbed of synthetic perturbations of such rows, never of labelled anomalies; may be
   *     of other rows and another count
   */
  public static ScoreMix fit(CalibrationConfig config, Terms normals, Terms perturbed) {
    TermScale reconstruction =
        TermScale.fit(config.normalization(), config.transform(), normals.reconstruction());
    TermScale latent = TermScale.fit(config.normalization(), config.transform(), normals.latent());
    Double alpha = config.alpha();
    ScoreMix start =
        new ScoreMix(
            config.combination(),
            alpha != null ? alpha : AlphaTuning.PREFERRED_ALPHA,
            reconstruction,
            latent);
    return alpha != null ? start : AlphaTuning.tune(start, normals, perturbed).mix();
  }

  /** The same mix with another weight. */
  public ScoreMix withAlpha(double other) {
    return new ScoreMix(combination, other, reconstruction, latent);
  }

  /** {@code [rows]}: the score of each row. */
  public double[] scores(Terms terms) {
    double[] scores = new double[terms.rows()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score(terms.reconstruction()[i], terms.latent()[i]);
    }
    return scores;
  }

  /** The score of a row with these terms (nats); higher is stranger. */
  public double score(double reconstructionTerm, double latentTerm) {
    double r = reconstruction.apply(reconstructionTerm);
    double l = latent.apply(latentTerm);
    return combination == Combination.WEIGHTED_SUM
        ? alpha * r + (1 - alpha) * l
        : Math.exp(alpha * Math.log(r) + (1 - alpha) * Math.log(l));
  }

  /** The same over a graph. */
  public <T> T score(Ops<T> ops, T reconstructionTerm, T latentTerm) {
    T r = reconstruction.apply(ops, reconstructionTerm);
    T l = latent.apply(ops, latentTerm);
    boolean product = combination == Combination.PRODUCT;
    T weightedR = ops.mul(product ? ops.log(r) : r, ops.scalar((float) alpha));
    T weightedL = ops.mul(product ? ops.log(l) : l, ops.scalar((float) (1 - alpha)));
    T sum = ops.add(weightedR, weightedL);
    return product ? ops.exp(sum) : sum;
  }
}
