package io.latentry.core.preprocessing;

import io.latentry.core.graph.Ops;

/**
 * Places over an image, at least three by three, and the way from what is said of each place to
 * what is said of the image and of its pixels.
 *
 * @param height of the image in pixels
 * @param width likewise
 * @param rows of places
 * @param columns of places
 */
public record Grid(int height, int width, int rows, int columns) {

  public Grid {
    if (rows < 3 || columns < 3) {
      throw new IllegalArgumentException(
          "grid: " + rows + " x " + columns + " places (expected: at least 3 x 3)");
    }
  }

  public int places() {
    return rows * columns;
  }

  /**
   * Means over three by three places, which a single odd place does not raise.
   *
   * @param byPlace {@code [batch * places]}
   * @return {@code [batch, rows - 2, columns - 2]}
   */
  public <T> T smoothed(Ops<T> ops, T byPlace) {
    return smoothedMap(ops, ops.reshape(byPlace, -1, rows, columns));
  }

  /** The same of {@code [batch, rows, columns]}. */
  public <T> T smoothedMap(Ops<T> ops, T map) {
    T down = ops.constant(values(inner(rows), false), rows - 2, rows);
    T across = ops.constant(values(inner(columns), true), columns, columns - 2);
    return ops.matmul(ops.matmul(down, map), across);
  }

  /** {@code [batch]}: the greatest of {@link #smoothed}. */
  public <T> T greatest(Ops<T> ops, T smoothed) {
    return ops.max(ops.reshape(smoothed, -1, (rows - 2L) * (columns - 2)), 1, false);
  }

  /**
   * {@link #smoothed} at every pixel, interpolated, and at the rim as at the next place within.
   *
   * @return {@code [batch, height, width]}
   */
  public <T> T pixels(Ops<T> ops, T smoothed) {
    T down = ops.constant(values(toPixels(height, rows), false), height, rows - 2);
    T across = ops.constant(values(toPixels(width, columns), true), columns - 2, width);
    return ops.matmul(ops.matmul(down, smoothed), across);
  }

  /**
   * {@code [1, (rows - 2) * (columns - 2)]}: how many pixels each of {@link #smoothed} makes up.
   */
  public <T> T shareOfPixels(Ops<T> ops) {
    double[][] down = toPixels(height, rows);
    double[][] across = toPixels(width, columns);
    float[] weights = new float[(rows - 2) * (columns - 2)];
    for (int i = 0; i < weights.length; i++) {
      double ofRow = 0;
      for (double[] pixel : down) {
        ofRow += pixel[i / (columns - 2)];
      }
      double ofColumn = 0;
      for (double[] pixel : across) {
        ofColumn += pixel[i % (columns - 2)];
      }
      weights[i] = (float) (ofRow * ofColumn);
    }
    return ops.constant(weights, 1, weights.length);
  }

  /** {@code [pixels][places - 2]}. */
  private static double[][] toPixels(int pixels, int places) {
    double[][] extended = new double[places][places - 2];
    for (int i = 0; i < places; i++) {
      extended[i][Math.max(0, Math.min(places - 3, i - 1))] = 1;
    }
    return product(resampling(places, pixels), extended);
  }

  /** {@code [length - 2][length]}: means of three, where there are three. */
  private static double[][] inner(int length) {
    double[][] matrix = new double[length - 2][length];
    for (int i = 0; i < length - 2; i++) {
      for (int j = i; j < i + 3; j++) {
        matrix[i][j] = 1 / 3.0;
      }
    }
    return matrix;
  }

  /** {@code [length][length]}: means of three, at the ends of two. */
  static double[][] meansOfThree(int length) {
    return means(length, 1);
  }

  /** {@code [length][length]}: means over as many to each side, of fewer at the ends. */
  static double[][] means(int length, int sides) {
    double[][] matrix = new double[length][length];
    for (int i = 0; i < length; i++) {
      int first = Math.max(0, i - sides);
      int last = Math.min(length - 1, i + sides);
      for (int j = first; j <= last; j++) {
        matrix[i][j] = 1.0 / (last - first + 1);
      }
    }
    return matrix;
  }

  /** {@code [to][from]}: means over areas where there are fewer, else linear interpolation. */
  static double[][] resampling(int from, int to) {
    double[][] matrix = new double[to][from];
    double step = (double) from / to;
    for (int i = 0; i < to; i++) {
      if (step > 1) {
        for (int j = (int) (i * step); j < Math.min(from, Math.ceil((i + 1) * step)); j++) {
          matrix[i][j] = (Math.min(j + 1, (i + 1) * step) - Math.max(j, i * step)) / step;
        }
      } else {
        double at = Math.max(0, Math.min(from - 1, (i + 0.5) * step - 0.5));
        int low = (int) at;
        int high = Math.min(from - 1, low + 1);
        matrix[i][low] += 1 - (at - low);
        matrix[i][high] += at - low;
      }
    }
    return matrix;
  }

  static double[][] product(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[0].length; j++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  /** Row-major, or turned column-major. */
  static float[] values(double[][] matrix, boolean turned) {
    int columns = matrix[0].length;
    float[] values = new float[matrix.length * columns];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        values[turned ? j * matrix.length + i : i * columns + j] = (float) matrix[i][j];
      }
    }
    return values;
  }
}
