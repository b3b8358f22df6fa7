package io.latentry.core.graph;

import java.util.Map;

/**
 * The whole forward pass of a detector, from raw inputs to outputs, written once over {@link Ops}.
 */
public interface ScoreGraph {

  /**
   * Builds every output.
   *
   * @param inputs as the model's {@link io.latentry.core.data.InputSpec#inputs} name them
   * @return every {@link Output} that the model has; {@link Output#RECONSTRUCTION_CATEGORICAL}
   *     holds category indices (whole numbers as float32), which the host or the exporter turns
   *     into names
   */
  <T> Map<Output, T> build(Ops<T> ops, GraphValues<T> inputs);
}
