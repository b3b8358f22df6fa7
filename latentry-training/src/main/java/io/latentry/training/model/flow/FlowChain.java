package io.latentry.training.model.flow;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Flows one after the other; their volumes multiply. */
public record FlowChain(List<Flow> flows) implements Flow {
  public FlowChain {
    flows = List.copyOf(flows);
    if (flows.isEmpty()) {
      throw new IllegalArgumentException("flows: 0 (expected: at least 1)");
    }
  }

  @Override
  public List<Parameter> parameters() {
    return flows.stream().flatMap(flow -> flow.parameters().stream()).toList();
  }

  @Override
  public <T> Flowed<T> apply(Ops<T> ops, Weights<T> weights, T z, @Nullable T context) {
    Flowed<T> flowed = flows.get(0).apply(ops, weights, z, context);
    T volume = flowed.logVolume();
    for (Flow flow : flows.subList(1, flows.size())) {
      flowed = flow.apply(ops, weights, flowed.code(), context);
      volume = ops.add(volume, flowed.logVolume());
    }
    return new Flowed<>(flowed.code(), volume);
  }
}
