package io.latentry.bench.series;

import java.util.stream.IntStream;

/**
 * The windows of a series: {@code length} points that follow each other, one window for each start.
 *
 * @param points {@code float[points * channels]}, row-major
 * @param length in points
 * @param starts of the windows, ascending
 * @param normalised whether each channel of a window has its own mean 0 and deviation 1
 */
record Windows(float[] points, int channels, int length, int[] starts, boolean normalised) {
  /** Values of stored windows that are kept at most; beyond it, every second or third is. */
  private static final long MOST_VALUES = 48_000_000;

  /** A window that is flatter than this, in deviations of training, is not blown up to noise. */
  private static final double FLAT = 0.01;

  /** Those that hold no point to learn nothing from; all, if there is no other. */
  static Windows ofTraining(Scaled series, int length, boolean normalised) {
    int size = Math.min(length, series.usable().length);
    int[] barred = new int[series.usable().length + 1];
    for (int t = 0; t < series.usable().length; t++) {
      barred[t + 1] = barred[t] + (series.usable()[t] ? 0 : 1);
    }
    int count = series.usable().length - size + 1;
    int[] clean = IntStream.range(0, count).filter(s -> barred[s + size] == barred[s]).toArray();
    int[] all = clean.length == 0 ? IntStream.range(0, count).toArray() : clean;
    int stride = (int) Math.ceil((double) all.length * size * series.channels() / MOST_VALUES);
    int[] kept =
        IntStream.range(0, (all.length + stride - 1) / stride).map(i -> all[i * stride]).toArray();
    return new Windows(series.train(), series.channels(), size, kept, normalised);
  }

  /** All of the test part, as long as those of training. */
  static Windows ofTest(Scaled series, Windows training) {
    int points = series.test().length / series.channels();
    return new Windows(
        series.test(),
        series.channels(),
        training.length,
        IntStream.range(0, Math.max(0, points - training.length + 1)).toArray(),
        training.normalised);
  }

  int count() {
    return starts.length;
  }

  int width() {
    return length * channels;
  }

  /** Some windows, {@code float[(to - from) * width]}. */
  float[] values(int from, int to) {
    float[] values = new float[(to - from) * width()];
    for (int w = from; w < to; w++) {
      int at = (w - from) * width();
      System.arraycopy(points, starts[w] * channels, values, at, width());
      for (int c = 0; normalised && c < channels; c++) {
        normalise(values, at + c);
      }
    }
    return values;
  }

  private void normalise(float[] values, int first) {
    double mean = 0;
    for (int i = 0; i < length; i++) {
      mean += values[first + i * channels];
    }
    mean /= length;
    double squares = 0;
    for (int i = 0; i < length; i++) {
      double off = values[first + i * channels] - mean;
      squares += off * off;
    }
    double deviation = Math.max(FLAT, Math.sqrt(squares / length));
    for (int i = 0; i < length; i++) {
      values[first + i * channels] = (float) ((values[first + i * channels] - mean) / deviation);
    }
  }

  /**
   * From windows to points: the mean over the windows that contain a point, as TSB-AD's window
   * methods have it. It looks ahead by a window less one.
   *
   * @param scores {@code [windows]}, of windows at every start
   * @return {@code [points]}
   */
  double[] onPoints(double[] scores) {
    int count = points.length / channels;
    double[] sums = new double[count + 1];
    for (int t = 0; t < scores.length; t++) {
      sums[t + 1] = sums[t] + scores[t];
    }
    double[] onPoints = new double[count];
    for (int t = 0; t < count && scores.length > 0; t++) {
      int from = Math.max(0, t - length + 1);
      int to = Math.min(scores.length, t + 1);
      onPoints[t] = (sums[to] - sums[from]) / (to - from);
    }
    return onPoints;
  }
}
