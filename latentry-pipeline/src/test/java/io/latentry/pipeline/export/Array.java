package io.latentry.pipeline.export;

import java.util.Arrays;

/** A value of {@link JavaOps}: row-major, indices too held as float. */
record Array(float[] values, int[] shape) {
  static Array of(float[] values, long... shape) {
    return of(values, java.util.stream.LongStream.of(shape).mapToInt(Math::toIntExact).toArray());
  }

  static Array of(float[] values, int... shape) {
    return new Array(values, shape);
  }

  static int size(int[] shape) {
    return Arrays.stream(shape).reduce(1, (x, y) -> x * y);
  }

  int axis(int axis) {
    return axis < 0 ? axis + shape.length : axis;
  }

  /** The value at {@code index} of a broadcast {@code to} shape. */
  float at(int[] to, int index) {
    int offset = 0;
    int stride = 1;
    for (int i = 1; i <= to.length; i++) {
      int position = index % to[to.length - i];
      index /= to[to.length - i];
      if (i <= shape.length) {
        int length = shape[shape.length - i];
        offset += (length == 1 ? 0 : position) * stride;
        stride *= length;
      }
    }
    return values[offset];
  }
}
