package io.latentry.training.model.layer;

import java.util.Arrays;

/**
 * A learned value outside any engine.
 *
 * @param values row-major
 */
public record NamedWeight(float[] values, long[] shape) {
  public NamedWeight {
    long expected = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    if (values.length != expected) {
      throw new IllegalArgumentException(
          "values: " + values.length + " (expected: " + expected + ", as shape says)");
    }
  }
}
