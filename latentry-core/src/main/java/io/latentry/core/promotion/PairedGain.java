package io.latentry.core.promotion;

import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.evaluation.SampleMoments;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Whether losses fell, row by row. A few rows of a long tail would outweigh all others, so that the
 * outermost two percent of the differences on either side count as the next ones do.
 *
 * @param mean by how much a row's loss fell, nats; below 0 if it rose
 * @param spread standard deviation of the differences
 * @param pValue how likely so large a gain would be if there were none: Student's test of pairs,
 *     one-sided
 * @param visible the gain that would be found four times in five, nats
 */
record PairedGain(double mean, double spread, double pValue, double visible) {
  private static final double CUT = 0.02;
  private static final double POWER = 0.8;
  private static final int FEWEST = 3;

  /**
   * @param before {@code [rows]}; likewise {@code after}; rows without a number are passed over
   */
  static PairedGain of(double[] before, double[] after, double level) {
    double[] gains = new double[before.length];
    int count = 0;
    for (int i = 0; i < before.length; i++) {
      double gain = before[i] - after[i];
      if (Double.isFinite(gain)) {
        gains[count++] = gain;
      }
    }
    if (count < FEWEST) {
      return new PairedGain(0, 0, 1, Double.POSITIVE_INFINITY);
    }
    double[] sorted = Arrays.copyOf(gains, count);
    Arrays.sort(sorted);
    double low = OrderStatistics.quantile(sorted, CUT);
    double high = OrderStatistics.quantile(sorted, 1 - CUT);
    SampleMoments moments =
        SampleMoments.of(
            Arrays.stream(sorted).map(gain -> Math.max(low, Math.min(high, gain))).toArray());
    double error = Math.sqrt(moments.sampleVariance() / count);
    if (!(error > 0)) {
      return new PairedGain(moments.mean(), 0, moments.mean() > 0 ? 0 : 1, 0);
    }
    NormalDistribution normal = NormalDistribution.of(0, 1);
    return new PairedGain(
        moments.mean(),
        Math.sqrt(moments.sampleVariance()),
        TDistribution.of(count - 1.0).survivalProbability(moments.mean() / error),
        error
            * (normal.inverseSurvivalProbability(level)
                + normal.inverseCumulativeProbability(POWER)));
  }
}
