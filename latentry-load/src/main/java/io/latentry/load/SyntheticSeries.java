package io.latentry.load;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.series.SeriesPoints;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One series of numbers: every channel mixes a few swings of periods of its own and noise that
 * lasts. Series of as many channels are of one machine, and differ in their noise by the seed; a
 * longer series begins with a shorter one.
 *
 * @param values {@code float[points * channels]}, row-major
 */
record SyntheticSeries(int points, int channels, float[] values) {
  static final String TIME = "t";

  private static final int SWINGS = 6;
  private static final double SHORTEST = 20;
  private static final double LASTING = 0.7;
  private static final double NOISE = 0.15;

  static SyntheticSeries of(int points, int channels, long seed) {
    SplittableRandom machine = new SplittableRandom(channels);
    double[] loadings = new double[channels * SWINGS];
    for (int i = 0; i < loadings.length; i++) {
      loadings[i] = machine.nextGaussian() / Math.sqrt(SWINGS);
    }
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.multiplyExact(points, channels)];
    double[] noise = new double[channels];
    for (int t = 0; t < points; t++) {
      for (int c = 0; c < channels; c++) {
        noise[c] = LASTING * noise[c] + NOISE * random.nextGaussian();
        double value = noise[c];
        for (int s = 0; s < SWINGS; s++) {
          value += loadings[c * SWINGS + s] * Math.sin(2 * Math.PI * t / (SHORTEST * (1 << s)) + c);
        }
        values[t * channels + c] = (float) value;
      }
    }
    return new SyntheticSeries(points, channels, values);
  }

  /** As points of a model fitted on {@link #writeCsv}. */
  SeriesPoints points(Schema schema, int from, int to) {
    String[] keys = new String[to - from];
    Arrays.fill(keys, "");
    double[] times = new double[to - from];
    for (int i = from; i < to; i++) {
      times[i - from] = i;
    }
    float[] numeric = Arrays.copyOfRange(values, from * channels, to * channels);
    return new SeriesPoints(keys, times, Rows.of(schema, to - from, numeric, new String[0]));
  }

  void writeCsv(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.append(TIME);
      for (int c = 0; c < channels; c++) {
        out.append(",f").append(String.valueOf(c));
      }
      out.append('\n');
      for (int t = 0; t < points; t++) {
        out.append(String.valueOf(t));
        for (int c = 0; c < channels; c++) {
          out.append(',').append(String.valueOf(values[t * channels + c]));
        }
        out.append('\n');
      }
    }
  }
}
