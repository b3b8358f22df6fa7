package io.latentry.training.baseline;

import io.latentry.training.engine.PreparedSamples;

/** Vectors that plain methods can take. */
final class FiniteSamples {
  private FiniteSamples() {}

  /**
   * @param x {@code float[rows * width]}, row-major
   * @throws IllegalArgumentException unless every value is finite
   */
  static PreparedSamples of(float[] x, int width) {
    PreparedSamples samples = PreparedSamples.of(x, width);
    for (int i = 0; i < x.length; i++) {
      if (!Float.isFinite(x[i])) {
        throw new IllegalArgumentException(
            "x: " + x[i] + " (expected: finite; row " + i / width + ", entry " + i % width + ")");
      }
    }
    return samples;
  }

  /** As {@link #of}, of at least one training row. */
  static PreparedSamples ofTraining(float[] x, int width) {
    PreparedSamples samples = of(x, width);
    if (samples.count() == 0) {
      throw new IllegalArgumentException("x: 0 rows (expected: at least 1 training row)");
    }
    return samples;
  }
}
