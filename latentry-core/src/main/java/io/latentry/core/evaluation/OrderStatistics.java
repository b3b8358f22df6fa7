package io.latentry.core.evaluation;

import java.util.Arrays;

/** Sorted samples: quantiles, and a thinned copy that keeps the shape. */
public final class OrderStatistics {
  private OrderStatistics() {}

  /**
   * A sorted copy.
   *
   * @param name what the values are, for the message
   * @throws IllegalArgumentException if there is no value, or one that is not finite
   */
  public static double[] sorted(String name, double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException(name + ": none (expected: at least one)");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            name + ": " + values[i] + " (expected: finite; row " + i + ")");
      }
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /**
   * The quantile at {@code level} in [0, 1], interpolated between neighbours.
   *
   * @param sorted ascending, at least one
   */
  public static double quantile(double[] sorted, double level) {
    double position = level * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /**
   * At most {@code most} of the values, evenly spaced by rank, smallest and largest among them.
   *
   * @param sorted ascending
   */
  public static double[] evenlySpaced(double[] sorted, int most) {
    if (most < 2) {
      throw new IllegalArgumentException("most: " + most + " (expected: at least 2)");
    }
    if (sorted.length <= most) {
      return sorted.clone();
    }
    double[] kept = new double[most];
    for (int i = 0; i < most; i++) {
      kept[i] = sorted[rank(i, most, sorted.length)];
    }
    return kept;
  }

  /** The index among {@code rows} values of the {@code i}-th of {@code kept} evenly spaced ones. */
  public static int rank(int i, int kept, int rows) {
    return kept == rows ? i : (int) Math.round((double) i * (rows - 1) / (kept - 1));
  }
}
