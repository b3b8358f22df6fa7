package io.latentry.bench.series;

/**
 * After how many points a series looks like itself again: the lag, of {@value #SHORTEST} to {@value
 * #LONGEST}, of the highest peak of its autocorrelation; {@value #NONE} if there is no peak among
 * them. The length of windows, and of the largest window of the volumes.
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

  /**
   * As TSB-AD finds the largest window of its volumes: by the first channel, the lag of the highest
   * peak of its autocorrelation up to 399, or 125 if there is none or that one is not between 6 and
   * 303.
   *
   * @param values {@code float[points * channels]}, row-major, finite
   */
  static int asInTsbAd(float[] values, int channels) {
    int points = Math.min(MOST_POINTS, values.length / channels);
    double[] series = new double[points];
    double mean = 0;
    for (int t = 0; t < points; t++) {
      series[t] = values[t * channels];
      mean += series[t] / points;
    }
    for (int t = 0; t < points; t++) {
      series[t] -= mean;
    }
    int peak = highestPeak(series, 4, 400);
    return peak < SHORTEST || peak > 303 ? 125 : peak;
  }

  private static int highestPeak(double[] centred) {
    int peak = highestPeak(centred, SHORTEST, LONGEST + 1);
    return peak < 0 ? NONE : peak;
  }

  /** The lag of the highest peak from {@code least} to less than {@code most}; -1 if none. */
  private static int highestPeak(double[] centred, int least, int most) {
    int lags = Math.min(most, centred.length - 1);
    double[] products = new double[Math.max(0, lags + 1)];
    for (int lag = least - 1; lag <= lags; lag++) {
      for (int t = lag; t < centred.length; t++) {
        products[lag] += centred[t] * centred[t - lag];
      }
    }
    int best = -1;
    double height = Double.NEGATIVE_INFINITY;
    for (int lag = least; lag < lags; lag++) {
      boolean peak = products[lag] > products[lag - 1] && products[lag] > products[lag + 1];
      if (peak && products[lag] > height) {
        height = products[lag];
        best = lag;
      }
    }
    return best;
  }
}
