package io.latentry.core.calibration;

import io.latentry.core.data.DataException;
import java.util.Arrays;
import java.util.List;

/**
 * Sums over lags of the autocorrelations of points that follow each other in time, of all keys
 * together, about the mean of all: a key that is strange throughout counts as little more than one
 * observation.
 *
 * <p>A sum ends by the initial positive sequence of Geyer 1992: before the first pair of lags
 * {@code (2m, 2m + 1)} whose autocorrelations add up to no more than 0, for beyond it there is
 * noise. It also ends at lag {@value #MOST_LAGS}; what goes together for longer than that is taken
 * as less than it is.
 *
 * @param points of all keys
 * @param sum {@code sum{ rho[k] }} over lags of 1 and more
 * @param weighted {@code sum{ k * rho[k] }}
 * @see <a href="https://doi.org/10.1214/ss/1177011137">Geyer 1992, section 3.3</a>
 */
record Autocorrelation(int points, double sum, double weighted) {
  static final int MOST_LAGS = 10_000;

  static Autocorrelation of(List<double[]> valuesByKey) {
    int points = valuesByKey.stream().mapToInt(key -> key.length).sum();
    if (points == 0) {
      throw new DataException("scoresByKey: no point (expected: at least one)");
    }
    double total = 0;
    int longest = 0;
    for (double[] key : valuesByKey) {
      total += Arrays.stream(key).sum();
      longest = Math.max(longest, key.length);
    }
    if (!Double.isFinite(total)) {
      throw new IllegalArgumentException(
          "scoresByKey: not all finite (expected: scores of judged points only)");
    }
    double mean = total / points;
    List<double[]> centred =
        valuesByKey.stream().map(key -> Arrays.stream(key).map(v -> v - mean).toArray()).toList();
    double variance = products(centred, 0);
    double sum = 0;
    double weighted = 0;
    // Rounding alone makes a variance of scores that are all the same.
    if (!(variance > 1e-12 * mean * mean * points)) {
      return new Autocorrelation(points, 0, 0);
    }
    for (int lag = 0; lag <= Math.min(MOST_LAGS, longest - 1); lag += 2) {
      double even = products(centred, lag) / variance;
      double odd = products(centred, lag + 1) / variance;
      if (even + odd <= 0) {
        break;
      }
      sum += (lag == 0 ? 0 : even) + odd;
      weighted += lag * even + (lag + 1) * odd;
    }
    return new Autocorrelation(points, sum, Math.max(0, weighted));
  }

  /** 1 for each point above {@code threshold}, 0 for others. */
  static List<double[]> exceedances(List<double[]> scoresByKey, double threshold) {
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("threshold: NaN (expected: a number)");
    }
    return scoresByKey.stream()
        .map(key -> Arrays.stream(key).map(score -> score > threshold ? 1 : 0).toArray())
        .toList();
  }

  double time() {
    return Math.max(1, 1 + 2 * sum);
  }

  private static double products(List<double[]> centred, int lag) {
    double sum = 0;
    for (double[] key : centred) {
      for (int t = lag; t < key.length; t++) {
        sum += key[t] * key[t - lag];
      }
    }
    return sum;
  }
}
