package io.latentry.core.calibration;

import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.graph.Ops;
import org.jspecify.annotations.Nullable;

/**
 * The score: both terms, each on its own scale, mixed, and the novelty added. {@code alpha * R + (1
 * - alpha) * L + noveltyWeight * N}, or {@code R**alpha * L**(1 - alpha) + noveltyWeight * N} for
 * the product, whose scales must then be positive ({@link TermScale.Transform#SIGMOID} or {@link
 * TermScale.Transform#SOFTPLUS}).
 *
 * @param alpha weight of the reconstruction term, in [0, 1]
 * @param noveltyWeight score for one nat of novelty; null in an artifact that knows of none
 */
public record ScoreMix(
    Combination combination,
    double alpha,
    TermScale reconstruction,
    TermScale latent,
    @Nullable Double noveltyWeight) {

  /** A row is lifted over all but this share of normal rows by novelty that is as rare as that. */
  private static final double LIFTED_OVER = 0.01;

  /** By so much more, to be clear of it. */
  private static final double MARGIN = 1.1;

  /** Of the scores, at least: where normal rows score alike, a novelty is still no rounding. */
  private static final double LEAST_LIFT = 0.1;

  /** How two scaled terms become one score. */
  public enum Combination {
    WEIGHTED_SUM,
    PRODUCT
  }

  public ScoreMix {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha: " + alpha + " (expected: 0 to 1)");
    }
    if (noveltyWeight != null && !(noveltyWeight >= 0 && Double.isFinite(noveltyWeight))) {
      throw new IllegalArgumentException(
          "noveltyWeight: " + noveltyWeight + " (expected: finite, not negative)");
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

  /** Without novelty. */
  public ScoreMix(
      Combination combination, double alpha, TermScale reconstruction, TermScale latent) {
    this(combination, alpha, reconstruction, latent, null);
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
            latent,
            null);
    ScoreMix mix = alpha != null ? start : AlphaTuning.tune(start, normals, perturbed).mix();
    return new ScoreMix(
        mix.combination,
        mix.alpha,
        reconstruction,
        latent,
        noveltyWeight(mix.scores(new Terms(normals.reconstruction(), normals.latent()))));
  }

  /**
   * So that a novelty as rare as 1 % lifts the least strange normal row over 99 % of them: a row
   * that shows what training never saw is then an anomaly at the usual rates, whatever the model
   * says. Fewer than 100 rows show no 1 %, and 1 of them stands for it.
   */
  private static double noveltyWeight(double[] normalScores) {
    double[] sorted = OrderStatistics.sorted("normalScores", normalScores);
    int rows = sorted.length;
    double high = sorted[(int) Math.ceil((1 - LIFTED_OVER) * (rows - 1))];
    double lift = Math.max(high - sorted[0], LEAST_LIFT);
    return MARGIN * lift / Math.log(Math.min(1 / LIFTED_OVER, rows + 1.0));
  }

  /** The same mix with another weight. */
  public ScoreMix withAlpha(double other) {
    return new ScoreMix(combination, other, reconstruction, latent, noveltyWeight);
  }

  /** {@code [rows]}: the score of each row. */
  public double[] scores(Terms terms) {
    double[] scores = new double[terms.rows()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] =
          score(terms.reconstruction()[i], terms.latent()[i])
              + (noveltyWeight == null ? 0 : noveltyWeight * terms.novelty()[i]);
    }
    return scores;
  }

  /** The score of a row with these terms (nats) and nothing new; higher is stranger. */
  public double score(double reconstructionTerm, double latentTerm) {
    double r = reconstruction.apply(reconstructionTerm);
    double l = latent.apply(latentTerm);
    return combination == Combination.WEIGHTED_SUM
        ? alpha * r + (1 - alpha) * l
        : Math.exp(alpha * Math.log(r) + (1 - alpha) * Math.log(l));
  }

  /** The score that novelty (nats) adds, over a graph. */
  public <T> T ofNovelty(Ops<T> ops, T novelty) {
    return ops.mul(novelty, ops.scalar(noveltyWeight == null ? 0 : noveltyWeight.floatValue()));
  }

  /** As {@link #score(double, double)}, over a graph. */
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
