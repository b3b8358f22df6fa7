package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;

/** From a model's vector to features. */
public interface Encoder {
  List<Parameter> parameters();

  /** Features per row. */
  int width();

  /**
   * @param x {@code [batch, width]}, or {@code [members, batch, width]} where members see different
   *     rows
   * @return {@code [members, batch, width()]}
   */
  <T> T encode(Ops<T> ops, Weights<T> weights, T x);
}
