package io.latentry.pipeline.sweep;

import java.util.OptionalInt;

/**
 * Finds the elbow of a falling curve: where it stops being worth the while to go further.
 *
 * <p>Kneedle (Satopaa, Albrecht, Irwin and Raghavan 2011) with sensitivity 1, without smoothing:
 * both axes are brought to 0 to 1, and of the differences {@code (1 - y) - x} the first local
 * maximum counts that falls, before the next one, below itself less the mean step of x.
 *
 * @see <a href="https://doi.org/10.1109/ICDCSW.2011.20">Satopaa et al. 2011</a>
 */
final class Kneedle {
  private static final double SENSITIVITY = 1;

  private Kneedle() {}

  /**
   * @param x ascending
   * @param y {@code [x]}, lower is better
   * @return index of the elbow; empty if the curve does not fall, or falls evenly to its end
   */
  static OptionalInt elbow(double[] x, double[] y) {
    int count = x.length;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : y) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (count < 3 || !(high > low)) {
      return OptionalInt.empty();
    }
    double[] difference = new double[count];
    for (int i = 0; i < count; i++) {
      difference[i] = 1 - (y[i] - low) / (high - low) - (x[i] - x[0]) / (x[count - 1] - x[0]);
    }
    for (int i = 1; i < count - 1; i++) {
      boolean peak = difference[i] >= difference[i - 1] && difference[i] > difference[i + 1];
      if (peak && fallsBelow(difference, i, difference[i] - SENSITIVITY / (count - 1))) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private static boolean fallsBelow(double[] difference, int peak, double threshold) {
    for (int i = peak + 1; i < difference.length; i++) {
      if (difference[i] < threshold) {
        return true;
      }
      boolean nextPeak = i + 1 < difference.length && difference[i] > difference[i - 1];
      if (nextPeak && difference[i] > difference[peak]) {
        return false;
      }
    }
    return false;
  }
}
