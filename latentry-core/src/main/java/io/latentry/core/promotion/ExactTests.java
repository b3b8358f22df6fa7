package io.latentry.core.promotion;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/** Exact tests of counts, and what they can see. */
final class ExactTests {
  private static final double POWER = 0.8;

  /** Halvings of the interval in which a rate is looked for. */
  private static final int HALVINGS = 40;

  private ExactTests() {}

  /** How likely {@code hits} or more of {@code trials} would be at {@code rate}. */
  static double above(long hits, long trials, double rate) {
    return hits <= 0 || trials == 0
        ? 1
        : BinomialDistribution.of(Math.toIntExact(trials), rate)
            .survivalProbability(Math.toIntExact(hits) - 1);
  }

  /**
   * The smallest true rate that would be found to exceed {@code rate} four times in five; 1 if none
   * would.
   */
  static double visibleRate(long trials, double rate, double level) {
    long needed = 0;
    while (needed <= trials && above(needed, trials, rate) > level) {
      needed++;
    }
    if (needed > trials) {
      return 1;
    }
    double low = rate;
    double high = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (above(needed, trials, middle) >= POWER) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /**
   * McNemar's test, exact and one-sided: how likely {@code lost} or more of those that changed
   * would be lost if a loss were as likely as a gain.
   */
  static double lost(long lost, long gained) {
    return above(lost, lost + gained, 0.5);
  }

  /** The fewest losses without a gain that {@link #lost} calls at {@code level}. */
  static long fewestLost(double level) {
    return (long) Math.ceil(-Math.log(level) / Math.log(2));
  }
}
