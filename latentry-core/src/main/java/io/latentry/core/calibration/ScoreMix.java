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
    if (combination == Combination.PRODUCT && !(isPositive(reconstruction) && isPositive(latent))) {
      throw new IllegalArgumentException(
          "transform: "
              + reconstruction.transform()
              + ", "
              + latent.transform()
              + " (expected: SIGMOID or SOFTPLUS under PRODUCT, whose terms must be positive)");
    }
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

  private static boolean isPositive(TermScale scale) {
    return scale.transform() == TermScale.Transform.SIGMOID
        || scale.transform() == TermScale.Transform.SOFTPLUS;
  }
}
