package io.latentry.core.evaluation;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * Exact binomial bounds for a rate of which {@code hits} in {@code trials} were seen: the rates
 * that would make the observation no rarer than the confidence allows.
 */
public final class ClopperPearson {
  private ClopperPearson() {}

  /** The two-sided 95 % interval; 0 to 1 with a NaN estimate when there was no trial. */
  public static Interval interval(long hits, long trials) {
    if (trials == 0) {
      return new Interval(Double.NaN, 0, 1);
    }
    return new Interval(
        (double) hits / trials, lowerBound(hits, trials, 0.975), upperBound(hits, trials, 0.975));
  }

  /** The one-sided 95 % upper bound. */
  public static double upperBound(long hits, long trials) {
    return upperBound(hits, trials, 0.95);
  }

  /** The one-sided upper bound at {@code confidence}, such as 0.95; 1 when there was no trial. */
  public static double upperBound(long hits, long trials, double confidence) {
    requireCounts(hits, trials);
    return hits == trials
        ? 1
        : BetaDistribution.of(hits + 1.0, (double) trials - hits)
            .inverseCumulativeProbability(confidence);
  }

  /** The one-sided lower bound at {@code confidence}; 0 when nothing was seen. */
  public static double lowerBound(long hits, long trials, double confidence) {
    requireCounts(hits, trials);
    return hits == 0
        ? 0
        : BetaDistribution.of((double) hits, trials - hits + 1.0)
            .inverseCumulativeProbability(1 - confidence);
  }

  private static void requireCounts(long hits, long trials) {
    if (hits < 0 || hits > trials) {
      throw new IllegalArgumentException(
          "hits: " + hits + " of " + trials + " (expected: 0 to the number of trials)");
    }
  }
}
