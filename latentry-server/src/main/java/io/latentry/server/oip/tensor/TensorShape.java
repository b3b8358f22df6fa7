package io.latentry.server.oip.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * What a tensor of a model looks like.
 *
 * @param shape -1 where a dimension is free
 */
public record TensorShape(String name, Datatype datatype, List<Long> shape) {
  static TensorShape perRow(String name, Datatype datatype) {
    return new TensorShape(name, datatype, List.of(-1L));
  }

  /** Of one sample, without the axis of the samples. */
  static TensorShape ofSample(String name, Datatype datatype, List<Integer> shape) {
    List<Long> all = new ArrayList<>(List.of(-1L));
    shape.forEach(length -> all.add(length.longValue()));
    return new TensorShape(name, datatype, List.copyOf(all));
  }

  static TensorShape wide(String name, Datatype datatype, int width) {
    return new TensorShape(name, datatype, List.of(-1L, (long) width));
  }
}
