package io.latentry.training.model.layer;

/**
 * A value that training learns: its name, its shape within one member, and how it begins.
 *
 * @param shape without the member axis; in the graph a parameter is {@code [members, shape...]}
 * @param standardDeviation of the normal distribution that it begins from; 0 begins at zero
 * @param beginsAsRows whether it begins as training rows, drawn by the seed; its shape is then
 *     {@code [rows, width]}
 */
public record Parameter(String name, long[] shape, double standardDeviation, boolean beginsAsRows) {

  public Parameter(String name, long[] shape, double standardDeviation) {
    this(name, shape, standardDeviation, false);
  }

  /** {@code [rows, width]}, begun as training rows. */
  public static Parameter rows(String name, int rows, int width) {
    return new Parameter(name, new long[] {rows, width}, 0, true);
  }

  /** {@code [in, out]}, begun at {@code N(0, gain**2 / in)}. */
  static Parameter matrix(String name, int in, int out, double gain) {
    return new Parameter(name, new long[] {in, out}, gain / Math.sqrt(in));
  }

  /** {@code [1, width]}, begun at zero. */
  public static Parameter row(String name, int width) {
    return new Parameter(name, new long[] {1, width}, 0);
  }

  /** Values of one member. */
  public int size() {
    int size = 1;
    for (long axis : shape) {
      size = Math.toIntExact(size * axis);
    }
    return size;
  }
}
