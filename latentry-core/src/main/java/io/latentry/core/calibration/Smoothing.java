package io.latentry.core.calibration;

import java.util.HashMap;
import java.util.Map;

/**
 * Exponential smoothing of the scores of ordered rows, each key on its own: {@code S[t] = beta *
 * score[t] + (1 - beta) * S[t-1]}, and {@code S[0] = score[0]}. A threshold for smoothed scores is
 * fitted on smoothed scores. Not thread-safe.
 */
public final class Smoothing {
  private final double beta;
  private final Map<String, Double> last = new HashMap<>();

  /**
   * @param beta weight of the newest score, above 0 and at most 1; 1 smooths nothing
   */
  public Smoothing(double beta) {
    if (!(beta > 0 && beta <= 1)) {
      throw new IllegalArgumentException("beta: " + beta + " (expected: above 0, at most 1)");
    }
    this.beta = beta;
  }

  /**
   * The smoothed score of the next row of {@code key}. A NaN score is of a row that could not be
   * judged: it gives NaN and leaves the key as it was.
   */
  public double next(String key, double score) {
    if (Double.isNaN(score)) {
      return Double.NaN;
    }
    return last.merge(key, score, (before, now) -> beta * now + (1 - beta) * before);
  }
}
