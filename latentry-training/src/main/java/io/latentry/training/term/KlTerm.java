package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.ForwardPass;

/** KL(q(z|x) || p(z)), nats, mean over members. */
public record KlTerm() implements LatentTerm {
  @Override
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    T byPart = pass.vae().prior().kl(ops, pass.weights(), pass.posterior(), pass.mean());
    return ops.mean(ops.sum(byPart, -1, false), 0, false);
  }
}
