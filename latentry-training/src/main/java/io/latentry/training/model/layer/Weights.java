package io.latentry.training.model.layer;

import io.latentry.core.graph.Ops;
import java.util.HashMap;
import java.util.Map;

/** The learned values of a model, by name. */
@FunctionalInterface
public interface Weights<T> {
  /** {@code [members, ...]}; throws if there is none of that name. */
  T get(String name);

  /** Trained values as weights of a graph; each is made once, when first asked for. */
  static <T> Weights<T> of(Ops<T> ops, Map<String, NamedWeight> named) {
    Map<String, T> made = new HashMap<>();
    return name ->
        made.computeIfAbsent(
            name,
            key -> {
              NamedWeight weight = named.get(key);
              if (weight == null) {
                throw new IllegalStateException("weight: '" + key + "' is not in the model");
              }
              return ops.weight(key, weight.values(), weight.shape());
            });
  }
}
