package io.latentry.bench.series;

/**
 * A series as the rivals see it: gaps filled with the value before (at the beginning, after), and
 * every channel standardised by the training points that are no anomalies.
 *
 * <p>A channel that was constant in training is divided by a tenth of its level, or by the mean
 * deviation of the others if that is more, so that it counts when it moves and not beyond measure.
 *
 * @param train {@code float[training points * channels]}, row-major
 * @param usable {@code [training points]}, whether to learn from it
 * @param test {@code float[test points * channels]}, row-major
 */
record Scaled(int channels, float[] train, boolean[] usable, float[] test) {

  static Scaled of(SeriesSet set) {
    int channels = set.channels();
    boolean[] usable = new boolean[set.trainPoints()];
    int normals = 0;
    for (int t = 0; t < usable.length; t++) {
      usable[t] = !set.trainAnomalous()[t];
      normals += usable[t] ? 1 : 0;
    }
    float[] train = filled(set.train(), channels);
    float[] test = filled(set.test(), channels);
    double[] mean = new double[channels];
    double[] deviation = new double[channels];
    for (int t = 0; t < usable.length; t++) {
      for (int c = 0; usable[t] && c < channels; c++) {
        mean[c] += (double) train[t * channels + c] / normals;
      }
    }
    for (int t = 0; t < usable.length; t++) {
      for (int c = 0; usable[t] && c < channels; c++) {
        double off = train[t * channels + c] - mean[c];
        deviation[c] += off * off / normals;
      }
    }
    double sum = 0;
    int moving = 0;
    for (int c = 0; c < channels; c++) {
      deviation[c] = Math.sqrt(deviation[c]);
      if (isMoving(mean[c], deviation[c])) {
        sum += deviation[c];
        moving++;
      }
    }
    double usual = moving == 0 ? 1 : sum / moving;
    for (int c = 0; c < channels; c++) {
      if (!isMoving(mean[c], deviation[c])) {
        deviation[c] = Math.max(0.1 * Math.abs(mean[c]), usual);
      }
    }
    scale(train, mean, deviation);
    scale(test, mean, deviation);
    return new Scaled(channels, train, usable, test);
  }

  private static boolean isMoving(double mean, double deviation) {
    return deviation > 1e-6 * Math.abs(mean) + 1e-12;
  }

  private static void scale(float[] values, double[] mean, double[] deviation) {
    for (int i = 0; i < values.length; i++) {
      int c = i % mean.length;
      values[i] = (float) ((values[i] - mean[c]) / deviation[c]);
    }
  }

  private static float[] filled(float[] values, int channels) {
    float[] filled = values.clone();
    for (int c = 0; c < channels; c++) {
      float last = Float.NaN;
      for (int i = c; i < filled.length; i += channels) {
        last = Float.isNaN(filled[i]) ? last : filled[i];
        filled[i] = last;
      }
      last = 0;
      for (int i = filled.length - channels + c; i >= 0; i -= channels) {
        last = Float.isNaN(filled[i]) ? last : filled[i];
        filled[i] = last;
      }
    }
    return filled;
  }
}
