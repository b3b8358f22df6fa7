package io.latentry.core.calibration;

/**
 * The level that the scores of a key had of late, from which they are counted: what has been
 * strange for long is the usual by and by, so that data that moved for good does not alarm for
 * good. An exponential average, in which a score weighs {@code 2 / (points + 1)}; at first {@code 1
 * / (n + 1 + }{@value #KNOWN}{@code )} after {@code n} scores, where that is more, as if {@value
 * #KNOWN} before them had been 0. What it carries is the caller's.
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
   * The level between two points.
   *
   * @param seen scores that it is of, as many as count
   */
  public record At(double level, long seen) {
    /** Before the first point. */
    public static final At FIRST = new At(0, 0);

    /** A score, counted from here. */
    public double count(double score) {
      return score - level;
    }
  }

  /**
   * The level behind a point.
   *
   * @param score of the point; NaN, of one that could not be judged, changes nothing
   */
  public At next(At before, double score) {
    if (Double.isNaN(score)) {
      return before;
    }
    double weight = Math.max(2.0 / (points + 1), 1.0 / (before.seen + 1 + KNOWN));
    return new At(
        before.level + weight * (score - before.level), Math.min(before.seen + 1, points));
  }
}
