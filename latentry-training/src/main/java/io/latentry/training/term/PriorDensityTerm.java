package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.ForwardPass;

/** {@code -log p(z)} at the posterior mean, nats, mean over members. */
public record PriorDensityTerm() implements LatentTerm {
  @Override
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    T logDensity = pass.vae().prior().logDensity(ops, pass.weights(), pass.mean());
    return ops.mean(ops.neg(logDensity), 0, false);
  }
}
