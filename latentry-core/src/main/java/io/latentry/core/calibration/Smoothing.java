package io.latentry.core.calibration;

/**
 * Exponential smoothing of the scores of points that follow one another: {@code S[t] = beta *
 * score[t] + (1 - beta) * S[t-1]}, and {@code S[0] = score[0]}. A threshold for smoothed scores is
 * fitted on smoothed scores. What it carries is the caller's.
 *
 * @param beta weight of the newest score, above 0 and at most 1; 1 smooths nothing
 */
public record Smoothing(double beta) {

  /**
   * @throws IllegalArgumentException if {@code beta} is no such weight
   */
  public Smoothing {
    if (!(beta > 0 && beta <= 1)) {
      throw new IllegalArgumentException("beta: " + beta + " (expected: above 0, at most 1)");
    }
  }

  /**
   * The smoothed score of the next point.
   *
   * @param before that of the point before it; NaN where there is none
   * @param score of the point, a number: one that could not be judged is passed over by the caller
   */
  public double next(double before, double score) {
    return Double.isNaN(before) ? score : beta * score + (1 - beta) * before;
  }

  /**
   * What a threshold is compared with: what training never saw is not smoothed away.
   *
   * @param novel whether the point has a value of a kind that training never saw
   */
  public double compared(double smoothed, double score, boolean novel) {
    return novel ? Math.max(smoothed, score) : smoothed;
  }
}
