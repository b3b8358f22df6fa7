package io.latentry.training.term;

import java.util.Arrays;

/**
 * Centre and spread of figures that may have outliers.
 *
 * @param range the interquartile range; where it is too small to divide by, the standard deviation
 */
record RobustScale(double median, double range) {

  /**
   * @param least the smallest range that counts as one; 1 stands in where there is no spread at all
   */
  static RobustScale of(double[] values, double least) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    if (range < least) {
      double mean = Arrays.stream(sorted).average().orElse(0);
      range =
          Math.sqrt(Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).average().orElse(0));
    }
    return new RobustScale(quantile(sorted, 0.5), range < least ? 1 : range);
  }

  private static double quantile(double[] sorted, double level) {
    double position = level * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
