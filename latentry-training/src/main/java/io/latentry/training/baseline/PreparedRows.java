package io.latentry.training.baseline;

import java.util.Random;

/**
 * Rows of one width.
 *
 * @param x {@code float[rows * width]}, row-major, finite
 */
record PreparedRows(float[] x, int width) {

  PreparedRows {
    if (width < 1 || x.length % width != 0) {
      throw new IllegalArgumentException(
          "x: " + x.length + " values (expected: a multiple of width " + width + ")");
    }
    for (int i = 0; i < x.length; i++) {
      if (!Float.isFinite(x[i])) {
        throw new IllegalArgumentException(
            "x: " + x[i] + " (expected: finite; row " + i / width + ", entry " + i % width + ")");
      }
    }
  }

  static PreparedRows forTraining(float[] x, int width) {
    PreparedRows rows = new PreparedRows(x, width);
    if (rows.count() == 0) {
      throw new IllegalArgumentException("x: 0 rows (expected: at least 1 training row)");
    }
    return rows;
  }

  int count() {
    return x.length / width;
  }

  float at(int row, int entry) {
    return x[row * width + entry];
  }

  /** All rows, or {@code most} of them without replacement, in an order drawn by {@code random}. */
  PreparedRows sample(int most, Random random) {
    if (count() <= most) {
      return this;
    }
    int[] chosen = draw(count(), most, random);
    float[] kept = new float[most * width];
    for (int i = 0; i < most; i++) {
      System.arraycopy(x, chosen[i] * width, kept, i * width, width);
    }
    return new PreparedRows(kept, width);
  }

  /** {@code count} of {@code 0..from-1} without replacement. */
  static int[] draw(int from, int count, Random random) {
    int[] all = new int[from];
    for (int i = 0; i < from; i++) {
      all[i] = i;
    }
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(from - i);
      drawn[i] = all[j];
      all[j] = all[i];
    }
    return drawn;
  }
}
