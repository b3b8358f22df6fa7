package io.latentry.core.series;

import java.util.function.IntPredicate;

/** The band about what is expected of a channel, within which its values usually lie. */
public final class ExpectedBand {
  /** So many times as far as expectations are off on average. */
  private static final double WIDE = 3;

  private ExpectedBand() {}

  /**
   * How far the band reaches to each side, in the channel's own unit.
   *
   * @param actual {@code double[points]}; NaN is missing
   * @param expected {@code double[points]}; NaN where nothing was
   * @param counts the points that are looked at, by their place
   */
  public static double reach(double[] actual, double[] expected, IntPredicate counts) {
    double off = 0;
    int given = 0;
    for (int i = 0; i < actual.length; i++) {
      double distance = Math.abs(actual[i] - expected[i]);
      if (!Double.isNaN(distance) && counts.test(i)) {
        off += distance;
        given++;
      }
    }
    return WIDE * off / Math.max(1, given);
  }
}
