package io.latentry.core.preprocessing;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.graph.Ops;
import org.jspecify.annotations.Nullable;

/**
 * A vector that is an image, pixel by pixel: the way to its planes, and from what is said of pixels
 * to what is said of places, which are {@value #CELL} x {@value #CELL} pixels or so.
 *
 * @param spec of the image; the vector has its values, plane by plane
 * @param means {@code [values]}: what the vector's entries were centred by
 * @param scale what they were divided by
 * @param eye what images may be compared through; null where they are not
 */
public record PixelMap(ImageSpec spec, float[] means, float scale, @Nullable Eye eye) {
  /** Pixels of a side of a place. */
  private static final int CELL = 4;

  /** The places that pixels are put together to. */
  public Grid grid() {
    return new Grid(
        spec.height(),
        spec.width(),
        Math.max(3, spec.height() / CELL),
        Math.max(3, spec.width() / CELL));
  }

  /**
   * @param vector {@code [..., values]}
   * @return {@code [batch, channels, height, width]}, entries as they are
   */
  public <T> T planes(Ops<T> ops, T vector) {
    return ops.reshape(vector, -1, spec.channels(), spec.height(), spec.width());
  }

  /**
   * The same in brightness: {@code [batch, channels, height, width]}, 0 to 1 where the vector is
   * that of an image.
   */
  public <T> T image(Ops<T> ops, T vector) {
    T flat = ops.reshape(vector, -1, means.length);
    T centres = ops.constant(means, 1, means.length);
    return planes(ops, ops.add(ops.mul(flat, ops.scalar(scale)), centres));
  }

  /** The brightness that an entry of a vector stands for. */
  public double value(float[] vector, int entry) {
    return (double) vector[entry] * scale + means[entry];
  }

  /**
   * Sums over the pixels of each place, all channels together.
   *
   * @param byPixel {@code [batch, values]}
   * @return {@code [batch, rows, columns]}
   */
  public <T> T byPlace(Ops<T> ops, T byPixel) {
    Grid grid = grid();
    T map = ops.sum(planes(ops, byPixel), 1, false);
    T pixels =
        ops.scalar((float) spec.height() * spec.width() / ((float) grid.rows() * grid.columns()));
    Resizing toPlaces = Resizing.of(spec.height(), spec.width(), grid.rows(), grid.columns());
    return ops.mul(toPlaces.apply(ops, map), pixels);
  }
}
