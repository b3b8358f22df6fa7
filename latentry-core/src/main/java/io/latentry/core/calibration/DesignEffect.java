package io.latentry.core.calibration;

import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.evaluation.OrderStatistics;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * By how many times the variance of a share of points is larger than it would be if they were
 * independent (Kish 1965): so many points that follow each other in time say as much of a
 * false-alarm rate as one on its own.
 *
 * <p>The variance is that of the moving-block bootstrap (Kuensch 1989), which has a closed form for
 * a share, so that nothing is drawn. Blocks lie within keys; a key that is shorter than one is a
 * block. A block has {@code (1.5 * (g / s)**2 * points)**(1/3)} points with {@code s = sum{ rho[k]
 * }} and {@code g = sum{ |k| rho[k] }} over all lags of the scores, which is the best length for a
 * mean (Politis and White 2004, equation 14 with the constant of overlapping blocks), at most a
 * tenth of all points. Twice as long a block is tried too, and the larger variance counts, since a
 * block always misses some of what goes together.
 *
 * <p>Few points are above a threshold, and they come in fewer runs: too few to tell by them alone
 * how they go together. So the same is asked of the highest tenth of the scores and of the higher
 * half, and the largest answer counts; scores tend to go together less, the higher they are. The
 * variance of few blocks is uncertain itself, for which the factor is enlarged by the square of
 * Student's quantile over the normal one (Korn and Graubard 1998).
 *
 * <p>Measured on Gaussian scores whose neighbours correlate by 0.9, thresholds for 1 and 5 % fitted
 * on 300 to 2,000 of them: the upper bound held in 96 to 99 % of series, that of independent points
 * in 67 to 71 %. On independent scores it is larger by 1 to 2 % of itself.
 *
 * @param factor at least 1
 * @param blockLength in points, the shorter of both
 */
public record DesignEffect(double factor, int blockLength) {
  /** Of points that have nothing to do with each other. */
  public static final DesignEffect INDEPENDENT = new DesignEffect(1, 1);

  private static final double[] FURTHER_LEVELS = {0.9, 0.5};
  private static final double CONFIDENCE = 0.95;

  public DesignEffect {
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("factor: " + factor + " (expected: 1 or more)");
    }
  }

  /**
   * Of the share of points above {@code threshold}.
   *
   * @param scoresByKey {@code [keys][points]}, of normal points, each key in the order of time,
   *     finite
   * @throws DataException if there is no point
   */
  public static DesignEffect of(List<double[]> scoresByKey, double threshold) {
    Autocorrelation found = Autocorrelation.of(scoresByKey);
    int points = found.points();
    double ratio = 2 * found.weighted() / Math.max(1, 1 + 2 * found.sum());
    double best = Math.ceil(Math.cbrt(1.5 * ratio * ratio * points));
    int length = Math.max(1, Math.min(points / 10, (int) best));
    double[] sorted =
        OrderStatistics.sorted(
            "scoresByKey", scoresByKey.stream().flatMapToDouble(Arrays::stream).toArray());
    double factor = largest(scoresByKey, threshold, length, points);
    for (double level : FURTHER_LEVELS) {
      double score = OrderStatistics.quantile(sorted, level);
      factor = Math.max(factor, largest(scoresByKey, score, length, points));
    }
    double blocks = 0;
    for (double[] key : scoresByKey) {
      blocks += key.length == 0 ? 0 : (double) key.length / Math.min(length, key.length);
    }
    double student =
        TDistribution.of(Math.max(1, blocks - 1)).inverseCumulativeProbability(0.975)
            / Interval.Z_95;
    // Where nothing goes together there are as many blocks as points, and this is nearly 1.
    return new DesignEffect(Math.max(1, factor) * student * student, length);
  }

  /** Points that would say as much if they were independent. */
  public double effectivePoints(int points) {
    return points / factor;
  }

  /**
   * The one-sided 95 % upper bound of a share, as by Clopper and Pearson of so many fewer points.
   *
   * @throws IllegalArgumentException if {@code hits} is not among 0 to {@code points}
   */
  double upperBound(int hits, int points) {
    if (hits < 0 || hits > points) {
      throw new IllegalArgumentException(
          "hits: " + hits + " of " + points + " (expected: 0 to the number of points)");
    }
    return hits == points
        ? 1
        : BetaDistribution.of(hits / factor + 1, (points - hits) / factor)
            .inverseCumulativeProbability(CONFIDENCE);
  }

  private static double largest(
      List<double[]> scoresByKey, double threshold, int length, int points) {
    List<double[]> above = Autocorrelation.exceedances(scoresByKey, threshold);
    double count = above.stream().flatMapToDouble(Arrays::stream).sum();
    double share = count / points;
    double independent = points * share * (1 - share);
    if (!(independent > 0)) {
      return 1;
    }
    return Math.max(
            variance(above, share, length),
            variance(above, share, Math.max(length, Math.min(2 * length, points / 4))))
        / independent;
  }

  /** Of the number of points above: the mean square of a block's excess, for as many blocks. */
  private static double variance(List<double[]> above, double share, int length) {
    double variance = 0;
    for (double[] key : above) {
      int size = Math.min(length, key.length);
      if (size == 0) {
        continue;
      }
      int starts = key.length - size + 1;
      double inside = 0;
      double squares = 0;
      for (int t = 0; t < key.length; t++) {
        inside += key[t] - (t >= size ? key[t - size] : 0);
        if (t >= size - 1) {
          double excess = inside - size * share;
          squares += excess * excess;
        }
      }
      variance += (double) key.length / size * squares / starts;
    }
    return variance;
  }
}
