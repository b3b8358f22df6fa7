package io.latentry.bench.series;

/**
 * After how many points a series looks like itself again: the lag, of {@value #SHORTEST} to {@value
 * #LONGEST}, of the highest peak of its autocorrelation; {@value #NONE} if there is no peak among
 * them. The length of windows, and of the largest window of the volumes, as in TSB-AD.
 */
final class Period {
  static final int SHORTEST = 6;
  static final int LONGEST = 300;
  static final int NONE = 64;
  private static final int MOST_POINTS = 20_000;

  private Period() {}

  /**
   * Of the channel that moves most often, the first of such.
   *
   * @param values {@code float[points * channels]}, row-major, finite
   */
  static int of(float[] values, int channels) {
    int points = Math.min(MOST_POINTS, values.length / channels);
    int chosen = 0;
    int most = -1;
    for (int c = 0; c < channels; c++) {
      int moves = 0;
      for (int t = 1; t < points; t++) {
        moves += values[t * channels + c] != values[(t - 1) * channels + c] ? 1 : 0;
      }
      if (moves > most) {
        most = moves;
        chosen = c;
      }
    }
    double[] series = new double[points];
    double mean = 0;
    for (int t = 0; t < points; t++) {
      series[t] = values[t * channels + chosen];
      mean += series[t] / points;
    }
    for (int t = 0; t < points; t++) {
      series[t] -= mean;
    }
    return highestPeak(series);
  }

  private static int highestPeak(double[] centred) {
    int lags = Math.min(LONGEST + 1, centred.length - 1);
    double[] products = new double[Math.max(0, lags + 1)];
    for (int lag = SHORTEST - 1; lag <= lags; lag++) {
      for (int t = lag; t < centred.length; t++) {
        products[lag] += centred[t] * centred[t - lag];
      }
    }
    int best = NONE;
    double height = Double.NEGATIVE_INFINITY;
    for (int lag = SHORTEST; lag < lags; lag++) {
      boolean peak = products[lag] > products[lag - 1] && products[lag] > products[lag + 1];
      if (peak && products[lag] > height) {
        height = products[lag];
        best = lag;
      }
    }
    return best;
  }
}
