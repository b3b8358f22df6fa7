package io.latentry.core.graph;

/** A small dense array. */
public record Dense(float[] values, int[] shape) {

  public Dense {
    long size = 1;
    for (int length : shape) {
      size *= length;
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "values: " + values.length + " (expected: " + size + ", as the shape)");
    }
  }

  public static Dense of(float[] values, long... shape) {
    return of(values, java.util.stream.LongStream.of(shape).mapToInt(Math::toIntExact).toArray());
  }

  public static Dense of(float[] values, int... shape) {
    return new Dense(values, shape);
  }

  /** {@code axis}, counted from the front. */
  int axis(int axis) {
    return axis < 0 ? axis + shape.length : axis;
  }

  /** The product of the axes from {@code from} to {@code to}, exclusive. */
  int size(int from, int to) {
    int size = 1;
    for (int i = from; i < to; i++) {
      size *= shape[i];
    }
    return size;
  }
}
