package io.latentry.training.model.layer;

import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.List;

/** Dense layers, each followed by SiLU. */
public record Mlp(List<Dense> layers) {
  /** Keeps the spread of a signal through SiLU about what it was. */
  public static final double HIDDEN_GAIN = 1.4;

  public static Mlp of(String name, int in, List<Integer> widths) {
    List<Dense> layers = new ArrayList<>();
    int from = in;
    for (int width : widths) {
      layers.add(new Dense(name + "." + layers.size(), from, width, HIDDEN_GAIN));
      from = width;
    }
    return new Mlp(List.copyOf(layers));
  }

  public int width(int in) {
    return layers.isEmpty() ? in : layers.get(layers.size() - 1).out();
  }

  public List<Parameter> parameters() {
    return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
  }

  public <T> T apply(Ops<T> ops, Weights<T> weights, T a) {
    T value = a;
    for (Dense layer : layers) {
      value = ops.silu(layer.apply(ops, weights, value));
    }
    return value;
  }
}
