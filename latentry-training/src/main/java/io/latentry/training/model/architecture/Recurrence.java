package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.architecture.RecurrentCell.Memory;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * A cell taken from point to point, unrolled: each point is nodes of its own, made of operations
 * that every engine has (docs/decisions/011-architectures-of-series.md). What is remembered before
 * the first point is learned.
 */
final class Recurrence {
  private final RecurrentCell cell;
  private final Parameter start;

  Recurrence(String name, RecurrentCell cell) {
    this.cell = cell;
    start = Parameter.row(name + ".start", cell.units());
  }

  List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(List.of(start));
    parameters.addAll(cell.parameters());
    return parameters;
  }

  int units() {
    return cell.units();
  }

  /**
   * What is shown after each point.
   *
   * @param inputs of each point in turn, {@code [members, batch, inputs]}
   * @return as many, {@code [members, batch, units()]}
   */
  <T> List<T> run(Ops<T> ops, Weights<T> weights, List<T> inputs) {
    T none = ops.mul(ops.slice(inputs.get(0), -1, 0, 1), ops.scalar(0));
    T first = ops.add(weights.get(start.name()), none);
    Memory<T> memory = new Memory<>(first, first);
    List<T> shown = new ArrayList<>();
    for (T input : inputs) {
      memory = cell.step(ops, weights, memory, input);
      shown.add(memory.shown());
    }
    return shown;
  }
}
