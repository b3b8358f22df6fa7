package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;

/** What a recurrence does at each point: from what is remembered and what comes, what is kept. */
interface RecurrentCell {
  List<Parameter> parameters();

  /** Values that are remembered. */
  int units();

  /**
   * One point.
   *
   * @param input {@code [members, batch, inputs]}
   */
  <T> Memory<T> step(Ops<T> ops, Weights<T> weights, Memory<T> before, T input);

  /**
   * What is remembered, each {@code [members, batch, units()]}.
   *
   * @param shown what others see of it
   * @param held what only the cell sees; the same where it hides nothing
   */
  record Memory<T>(T shown, T held) {}
}
