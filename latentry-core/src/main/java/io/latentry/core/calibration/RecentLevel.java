package io.latentry.core.calibration;

/**
 * The level that the scores of a key had of late, from which they are counted: what has been
 * strange for long is the usual by and by, so that data that moved for good does not alarm for
 * good. An exponential average, which begins at the 0 of scores as if {@value #KNOWN} points had
 * it. What it carries is the caller's.
 *
 * @param points about how many the average is over
 */
public record RecentLevel(int points) {
  /** Points that the average can be over at most. */
  public static final int MOST = 1_000_000;

  private static final int KNOWN = 20;

  /**
   * @throws IllegalArgumentException if {@code points} is none of 1 to {@value #MOST}
   */
  public RecentLevel {
    if (points < 1 || points > MOST) {
      throw new IllegalArgumentException("adapt: " + points + " (expected: 1 to " + MOST + ")");
    }
  }

  /**
   * The level behind a point.
   *
   * @param before that before it; 0 at first
   * @param seen how many points that is of
   * @param score of the point, a number: one that could not be judged is passed over by the caller
   */
  public double next(double before, long seen, double score) {
    double weight = Math.max(2.0 / (points + 1), 1.0 / (seen + 1 + KNOWN));
    return before + weight * (score - before);
  }
}
