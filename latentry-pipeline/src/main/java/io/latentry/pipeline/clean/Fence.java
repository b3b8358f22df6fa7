package io.latentry.pipeline.clean;

import io.latentry.core.evaluation.OrderStatistics;
import java.util.Arrays;

/**
 * The upper fence of a boxplot, {@code Q3 + 1.5 IQR}, above which a score counts as strange. Up to
 * a quarter of strange rows do not move it. Scores of clean rows have a longer upper tail than a
 * Gaussian, so that a few in a hundred lie beyond it.
 *
 * <p>Fences that bend with the skewness of the scores (Hubert and Vandervieren 2008) keep more
 * clean rows, but take contamination for skewness and then find next to none of it.
 */
record Fence(double median, double fence) {
  private static final double REACH = 1.5;

  /**
   * @param scores finite, at least one
   */
  static Fence of(double[] scores) {
    double[] sorted = OrderStatistics.sorted("scores", scores);
    double upperQuartile = OrderStatistics.quantile(sorted, 0.75);
    double spread = upperQuartile - OrderStatistics.quantile(sorted, 0.25);
    // Where half of the scores are one, nothing says how far is too far.
    double fence = spread > 0 ? upperQuartile + REACH * spread : sorted[sorted.length - 1];
    return new Fence(OrderStatistics.quantile(sorted, 0.5), fence);
  }

  /** How far {@code score} is on the way from the median, 0, to the fence, 1. */
  double strangeness(double score) {
    return fence == median ? 0 : (score - median) / (fence - median);
  }

  double[] strangeness(double[] scores) {
    return Arrays.stream(scores).map(this::strangeness).toArray();
  }
}
