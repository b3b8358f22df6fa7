package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;

/**
 * Gives rows that all members see the member axis.
 *
 * @param any parameter of two axes, for how many members there are
 */
record Members(Parameter any) {

  /**
   * @param x {@code [batch, width]} or {@code [members, batch, width]}
   * @return {@code [members, batch, width]}
   */
  <T> T each(Ops<T> ops, Weights<T> weights, T x) {
    T one = ops.slice(ops.slice(weights.get(any.name()), 1, 0, 1), 2, 0, 1);
    return ops.add(x, ops.mul(one, ops.scalar(0)));
  }
}
