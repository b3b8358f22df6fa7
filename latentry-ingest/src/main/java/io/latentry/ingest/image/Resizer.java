package io.latentry.ingest.image;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows of an image, taken one after the other, made into an image of another size: each axis by
 * itself by its {@link Resampling}, rounded half up once, at the end.
 */
final class Resizer {
  private final Resampling down;
  private final Resampling across;
  private final byte[][] planes;

  /** {@code long[planes][newHeight][newWidth]}, of new rows that are begun and not done. */
  private final long[][] @Nullable [] sums;

  private final long[] resampled;
  private int row;

  /** The first new row that further old rows can add to. */
  private int open;

  /**
   * @param planes of each row
   */
  Resizer(int planes, int height, int width, int newHeight, int newWidth) {
    this.down = Resampling.of(height, newHeight);
    this.across = Resampling.of(width, newWidth);
    this.planes = new byte[planes][newHeight * newWidth];
    this.sums = new long[planes][newHeight][];
    this.resampled = new long[newWidth];
  }

  /**
   * The next row.
   *
   * @param values {@code int[planes][at least width]}, 0 to 255
   */
  void add(int[][] values) {
    for (int plane = 0; plane < values.length; plane++) {
      across.apply(values[plane], resampled);
      for (int i = open; i < down.length() && down.first()[i] <= row; i++) {
        int[] weights = down.weights()[i];
        int offset = row - down.first()[i];
        if (offset < weights.length) {
          add(plane, i, weights[offset]);
        }
      }
    }
    row++;
    while (open < down.length() && down.first()[open] + down.weights()[open].length <= row) {
      finish(open++);
    }
  }

  private void add(int plane, int newRow, long weight) {
    long[] into = sums[plane][newRow];
    if (into == null) {
      into = new long[resampled.length];
      sums[plane][newRow] = into;
    }
    for (int j = 0; j < into.length; j++) {
      into[j] += weight * resampled[j];
    }
  }

  private void finish(int newRow) {
    long whole = (long) down.whole() * across.whole();
    for (int plane = 0; plane < planes.length; plane++) {
      long[] own = Objects.requireNonNull(sums[plane][newRow]);
      for (int j = 0; j < own.length; j++) {
        planes[plane][newRow * own.length + j] = (byte) ((2 * own[j] + whole) / (2 * whole));
      }
      sums[plane][newRow] = null;
    }
  }

  /** {@code byte[newHeight * newWidth]} of each plane, once all rows are there. */
  byte[][] planes() {
    return planes;
  }
}
