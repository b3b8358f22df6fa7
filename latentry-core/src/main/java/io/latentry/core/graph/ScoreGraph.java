package io.latentry.core.graph;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole forward pass of a detector, from raw inputs to outputs, written once over {@link Ops}.
 */
public interface ScoreGraph {

  /**
   * Builds every output.
   *
   * @param numeric {@code [batch, numericColumns]}, raw, NaN = missing; null if the schema has no
   *     numeric input
   * @param categoryIndices {@code [batch, categoricalColumns]}, whole numbers held as float32, as
   *     {@link io.latentry.core.preprocessing.Preprocessor#categoryIndex} gives them; null if the
   *     schema has no categorical input
   * @return every {@link Output} that the schema has; {@link Output#RECONSTRUCTION_CATEGORICAL}
   *     holds category indices (whole numbers as float32), which the host or the exporter turns
   *     into names
   */
  <T> Map<Output, T> build(Ops<T> ops, @Nullable T numeric, @Nullable T categoryIndices);
}
