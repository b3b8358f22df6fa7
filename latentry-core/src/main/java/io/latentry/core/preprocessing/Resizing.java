package io.latentry.core.preprocessing;

import io.latentry.core.graph.Ops;

/**
 * Maps brought to another size, or blurred, by a product along each side.
 *
 * @param down {@code [rows, height]}, row-major
 * @param across {@code [width, columns]}
 */
public record Resizing(int height, int width, int rows, int columns, float[] down, float[] across) {

  /** Means over areas where there are fewer places, else linear interpolation. */
  public static Resizing of(int height, int width, int rows, int columns) {
    return new Resizing(
        height,
        width,
        rows,
        columns,
        Grid.values(Grid.resampling(height, rows), false),
        Grid.values(Grid.resampling(width, columns), true));
  }

  /** Means over as many entries to each side, at the rim over those that there are. */
  public static Resizing blur(int height, int width, int sides) {
    return new Resizing(
        height,
        width,
        height,
        width,
        Grid.values(Grid.means(height, sides), false),
        Grid.values(Grid.means(width, sides), true));
  }

  /**
   * @param map {@code [..., height, width]}
   * @return {@code [..., rows, columns]}
   */
  public <T> T apply(Ops<T> ops, T map) {
    T rowsOfIt = ops.matmul(ops.constant(down, rows, height), map);
    return ops.matmul(rowsOfIt, ops.constant(across, width, columns));
  }
}
