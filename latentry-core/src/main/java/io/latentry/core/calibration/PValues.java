package io.latentry.core.calibration;

import io.latentry.core.evaluation.OrderStatistics;

/**
 * Conformal p-values: {@code (1 + #{calibration scores >= score}) / (n + 1)}. For a new normal row
 * the chance of a p-value at or below {@code p} is at most {@code p}, whatever the scores'
 * distribution (Vovk, Gammerman and Shafer 2005). Thread-safe.
 *
 * <p>From a thinned sample the count is the largest that the full one could have had, so that a
 * p-value is never too small.
 */
public final class PValues {
  private final double[] scores;
  private final int rows;

  /**
   * @param scores ascending: all calibration scores, or evenly spaced order statistics of them, as
   *     {@link OrderStatistics#evenlySpaced} gives them
   * @param rows calibration rows behind {@code scores}
   */
  public PValues(double[] scores, int rows) {
    if (scores.length == 0 || scores.length > rows) {
      throw new IllegalArgumentException(
          "scores: " + scores.length + " (expected: 1 to " + rows + ", the calibration rows)");
    }
    this.scores = scores.clone();
    this.rows = rows;
  }

  /** In (0, 1]; NaN for a NaN score, which is of a row that could not be judged. */
  public double of(double score) {
    if (Double.isNaN(score)) {
      return Double.NaN;
    }
    int below = firstAtLeast(score);
    int surelyBelow = below == 0 ? 0 : OrderStatistics.rank(below - 1, scores.length, rows) + 1;
    return (1.0 + rows - surelyBelow) / (rows + 1.0);
  }

  private int firstAtLeast(double score) {
    int low = 0;
    int high = scores.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (scores[middle] < score) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
