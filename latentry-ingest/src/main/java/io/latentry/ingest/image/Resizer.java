package io.latentry.ingest.image;

/**
 * Rows of an image, taken one after the other, made into an image of another size: each axis by
 * itself by its {@link Resampling}, rounded half up once, at the end.
 */
final class Resizer {
  private final Resampling down;
  private final Resampling across;
  private final long[][] sums;
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
    this.sums = new long[planes][newHeight * newWidth];
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
      open++;
    }
  }

  private void add(int plane, int newRow, long weight) {
    int width = resampled.length;
    long[] into = sums[plane];
    for (int j = 0; j < width; j++) {
      into[newRow * width + j] += weight * resampled[j];
    }
  }

  /** {@code byte[newHeight * newWidth]} of each plane, once all rows are there. */
  byte[][] planes() {
    long whole = (long) down.whole() * across.whole();
    byte[][] planes = new byte[sums.length][];
    for (int plane = 0; plane < planes.length; plane++) {
      byte[] own = new byte[sums[plane].length];
      for (int i = 0; i < own.length; i++) {
        own[i] = (byte) ((2 * sums[plane][i] + whole) / (2 * whole));
      }
      planes[plane] = own;
    }
    return planes;
  }
}
