package io.latentry.training.term;

import io.latentry.core.evaluation.OrderStatistics;
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
    double range = OrderStatistics.quantile(sorted, 0.75) - OrderStatistics.quantile(sorted, 0.25);
    if (range < least) {
      double mean = Arrays.stream(sorted).average().orElse(0);
      range =
          Math.sqrt(Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).average().orElse(0));
    }
    return new RobustScale(OrderStatistics.quantile(sorted, 0.5), range < least ? 1 : range);
  }
}
