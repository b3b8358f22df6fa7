package io.latentry.training.model.layer;

import io.latentry.core.graph.Ops;
import java.util.List;

/** A layer {@code a * weight + bias}. */
public record Dense(String name, int in, int out, double gain) {

  public List<Parameter> parameters() {
    return List.of(
        Parameter.matrix(name + ".weight", in, out, gain), Parameter.row(name + ".bias", out));
  }

  public <T> T apply(Ops<T> ops, Weights<T> weights, T a) {
    return ops.affine(a, weights.get(name + ".weight"), weights.get(name + ".bias"));
  }

  /** The same with weights held at zero where {@code mask} is, {@code [1, in, out]}. */
  public <T> T applyMasked(Ops<T> ops, Weights<T> weights, T a, T mask) {
    T masked = ops.mul(weights.get(name + ".weight"), mask);
    return ops.affine(a, masked, weights.get(name + ".bias"));
  }
}
