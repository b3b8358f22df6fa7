package io.latentry.core.monitoring;

/**
 * The level of each of a series of looks that never ends, such that the chance of a false call at
 * any of them, ever, is at most {@code total}: look {@code k} has {@code total / (2.11 * (k + 1) *
 * ln(k + 1)**2)}, which add up to no more than {@code total}.
 *
 * <p>This is alpha spending by a fixed series: by Bonferroni's inequality it holds whatever the
 * looks have to do with each other, and no end need be known. The price is small, since what a test
 * can see falls with the root of the logarithm of its level.
 *
 * @see <a href="https://doi.org/10.1093/biomet/70.3.659">Lan and DeMets 1983</a>, who spend by the
 *     share of the data that is in, up to a last look
 */
public final class LookLevels {
  /** A little more than the sum of {@code 1 / (n ln(n)**2)} from {@code n = 2} on, 2.10974. */
  private static final double SUM = 2.11;

  private LookLevels() {}

  /**
   * @param look counted from 1
   * @param total above 0, below 1
   */
  public static double of(long look, double total) {
    if (look < 1 || !(total > 0 && total < 1)) {
      throw new IllegalArgumentException(
          "look: %d, total: %s (expected: from 1 on; above 0 and below 1)".formatted(look, total));
    }
    double logarithm = Math.log(look + 1.0);
    return total / (SUM * (look + 1.0) * logarithm * logarithm);
  }
}
