package io.latentry.pipeline.export;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A value in an ONNX graph.
 *
 * <p>Broadcasting supplies leading axes of length 1, so most operators never need them. The value
 * named {@code name} may lack some that {@code shape} has; a model of one member then runs on plain
 * matrices, which ONNX Runtime has its fastest kernels for.
 *
 * @param shape what the operations see; {@value #UNKNOWN} for an axis whose length the batch
 *     decides
 * @param absent how many leading axes (all of length 1) the named value lacks
 */
record Edge(String name, List<Long> shape, int absent) {
  static final long UNKNOWN = -1;

  Edge {
    shape = List.copyOf(shape);
  }

  static Edge of(String name, long... shape) {
    return new Edge(name, LongStream.of(shape).boxed().toList(), 0);
  }

  /** Axes that the operations see. */
  int rank() {
    return shape.size();
  }

  /** Axes that the named value has. */
  int presentRank() {
    return shape.size() - absent;
  }

  /** {@code axis}, which may count from the end, counted from the start. */
  int axis(int axis) {
    int fromStart = axis < 0 ? axis + rank() : axis;
    if (fromStart < 0 || fromStart >= rank()) {
      throw new IllegalArgumentException(
          "axis: " + axis + " (expected: one of shape " + shape + "; value " + name + ")");
    }
    return fromStart;
  }

  long length(int axis) {
    return shape.get(axis(axis));
  }

  Edge withShape(long[] newShape, int newAbsent) {
    return new Edge(name, Arrays.stream(newShape).boxed().toList(), newAbsent);
  }

  long[] lengths() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
