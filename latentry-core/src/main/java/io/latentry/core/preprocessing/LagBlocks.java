package io.latentry.core.preprocessing;

import java.util.ArrayList;
import java.util.List;

/**
 * The lags of a window in blocks that grow with the lag: single points where it is fresh, and means
 * over ever longer stretches behind them. One window is so a look at a point and at the shape of
 * what led to it, in few numbers.
 *
 * @param from {@code int[blocks]}: the first lag of each block; 0 is the newest point
 * @param size points of the window
 */
public record LagBlocks(List<Integer> from, int size) {

  public LagBlocks {
    from = List.copyOf(from);
  }

  /**
   * Blocks of {@code max(1, lag / grain)} points.
   *
   * @param grain lags up to which blocks are points; a larger one sees more
   */
  public static LagBlocks of(int size, int grain) {
    List<Integer> from = new ArrayList<>();
    for (int lag = 0; lag < size; lag += Math.max(1, lag / grain)) {
      from.add(lag);
    }
    return new LagBlocks(from, size);
  }

  public int count() {
    return from.size();
  }

  /** The lag behind the block. */
  int to(int block) {
    return block + 1 < from.size() ? from.get(block + 1) : size;
  }

  /** {@code float[blocks * size]}, row-major: what takes a window, oldest first, to block means. */
  float[] means() {
    float[] matrix = new float[count() * size];
    for (int b = 0; b < count(); b++) {
      for (int lag = from.get(b); lag < to(b); lag++) {
        matrix[b * size + size - 1 - lag] = 1f / (to(b) - from.get(b));
      }
    }
    return matrix;
  }

  /** {@code float[size * blocks]}, row-major: what gives each point the mean of its block. */
  float[] spread() {
    float[] matrix = new float[size * count()];
    for (int b = 0; b < count(); b++) {
      for (int lag = from.get(b); lag < to(b); lag++) {
        matrix[(size - 1 - lag) * count() + b] = 1;
      }
    }
    return matrix;
  }

  /**
   * {@code double[blocks]}: what a block counts where lags count {@code exp(-lag / fading)}; 1 in
   * sum.
   *
   * @param most lags that count at all
   */
  public double[] weights(double fading, int most) {
    double[] weights = new double[count()];
    double sum = 0;
    for (int b = 0; b < count(); b++) {
      for (int lag = from.get(b); lag < Math.min(to(b), most); lag++) {
        weights[b] += Math.exp(-lag / fading);
      }
      sum += weights[b];
    }
    for (int b = 0; b < count(); b++) {
      weights[b] /= sum;
    }
    return weights;
  }
}
