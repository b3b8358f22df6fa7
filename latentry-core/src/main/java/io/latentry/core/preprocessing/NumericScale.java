package io.latentry.core.preprocessing;

import io.latentry.core.data.Rows;
import java.util.Arrays;

/**
 * What one numeric input column looked like in training, in the column's own unit except for the
 * last two, which are of {@code asinh((x - median) / robustScale)}.
 *
 * @param indicator whether a missing-value indicator follows the column's entries
 */
public record NumericScale(
    float mean,
    float standardDeviation,
    float median,
    float robustScale,
    float asinhMean,
    float asinhStandardDeviation,
    boolean indicator) {
  private static final double TAIL = 0.005;

  /** So many times the deviation without the tails is one that a few values make. */
  private static final double MADE_BY_FEW = 100;

  static NumericScale fit(Rows rows, int column) {
    double[] values = new double[rows.count()];
    int given = 0;
    for (int i = 0; i < rows.count(); i++) {
      float value = rows.numeric(i, column);
      if (Float.isFinite(value)) {
        values[given++] = value;
      }
    }
    boolean imputes = rows.schema().columns().get(column).missing().judges();
    boolean indicator = imputes && given < rows.count();
    if (given == 0) {
      return new NumericScale(0, 1, 0, 1, 0, 1, indicator);
    }
    double[] sorted = Arrays.copyOf(values, given);
    Arrays.sort(sorted);
    double mean = mean(sorted);
    double deviation = standardDeviation(sorted, mean);
    double median = quantile(sorted, 0.5);
    double robust = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
    // Data that sit on one value for more than half of the rows have no IQR to speak of. Where a
    // few
    // wild values make the whole deviation, it says nothing of that.
    double bulk = withinTails(sorted);
    double spread = bulk > 0 && deviation > MADE_BY_FEW * bulk ? bulk : deviation;
    double robustScale = robust < 0.1 * spread ? spread : robust;
    double[] tails = new double[given];
    for (int i = 0; i < given; i++) {
      tails[i] = asinh((sorted[i] - median) / positive(robustScale));
    }
    double tailMean = mean(tails);
    return new NumericScale(
        (float) mean,
        positive(deviation),
        (float) median,
        positive(robustScale),
        (float) tailMean,
        positive(standardDeviation(tails, tailMean)),
        indicator);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  /** Two passes, so that a large mean does not swallow a small spread. */
  private static double standardDeviation(double[] values, double mean) {
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / values.length);
  }

  /** The standard deviation of the values cut to where all but {@value #TAIL} of each side lie. */
  private static double withinTails(double[] sorted) {
    double low = quantile(sorted, TAIL);
    double high = quantile(sorted, 1 - TAIL);
    double[] cut = Arrays.stream(sorted).map(x -> Math.max(low, Math.min(high, x))).toArray();
    return standardDeviation(cut, mean(cut));
  }

  private static double quantile(double[] sorted, double level) {
    double position = level * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  private static double asinh(double x) {
    double size = Math.abs(x);
    return Math.copySign(Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1))), x);
  }

  /** A scale to divide by: a spread of zero (or one lost to rounding in float32) counts as 1. */
  private static float positive(double spread) {
    float scale = (float) spread;
    return scale > Float.MIN_NORMAL ? scale : 1f;
  }
}
