package io.latentry.core.calibration;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * How high the false-alarm rate of a threshold may be on new normal rows, with 95 % confidence, by
 * the calibration rows above it.
 *
 * <p>Two things make it differ from the share of those rows. There are only so many of them: by
 * them alone, the rate is Beta({@code above + 1, rows - above}), whose 95 % quantile is the bound
 * of Clopper and Pearson. And the model that ships is not the one that scored them: it knows all
 * rows, so that its rate at the same score is another one, by a factor whose logarithm has the
 * standard deviation {@link #CHANGE_OF_MODEL}. Both together are a Beta of the same mean, whose
 * squared coefficient of variation, about {@code 1 / (above + 1)}, is larger by the square of it.
 * However many rows calibrate, the bound therefore stays some way above the rate.
 *
 * @see <a href="https://doi.org/10.2307/2331986">Clopper and Pearson 1934</a>, for the first part
 */
public final class FalseAlarmBound {
  /**
   * Measured as docs/benchmarks.md tells, on tables of 2,000 to 30,000 rows: 0.21 to 0.22. A little
   * more, since the mean of the logarithm is not 0 for every table.
   */
  static final double CHANGE_OF_MODEL = 0.25;

  private static final double CONFIDENCE = 0.95;

  private FalseAlarmBound() {}

  /**
   * The one-sided 95 % upper bound.
   *
   * @param above calibration rows above the threshold, normal as they are
   * @param rows all calibration rows, none of which trained the model that scored it
   * @return a share, above 0, at most 1
   * @throws IllegalArgumentException if {@code above} is not among 0 to {@code rows}, or there is
   *     no row
   */
  public static double upper(int above, int rows) {
    return upper(above, rows, DesignEffect.INDEPENDENT);
  }

  /**
   * As above, for points of series, whose neighbours go together: of so many of them only one
   * counts.
   *
   * @param effect of the same scores at the same threshold
   */
  public static double upper(int above, int rows, DesignEffect effect) {
    if (above < 0 || above > rows || rows < 1) {
      throw new IllegalArgumentException(
          "above: " + above + " of " + rows + " (expected: 0 to the number of rows)");
    }
    if (above == rows) {
      return 1;
    }
    double seen = above / effect.factor() + 1;
    double ranks = 1 / (1 / seen + CHANGE_OF_MODEL * CHANGE_OF_MODEL);
    double share = ranks / seen;
    return BetaDistribution.of(ranks, share * (rows - above) / effect.factor())
        .inverseCumulativeProbability(CONFIDENCE);
  }
}
