package io.latentry.server.oip.tensor;

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

  static TensorShape wide(String name, Datatype datatype, int width) {
    return new TensorShape(name, datatype, List.of(-1L, (long) width));
  }
}
