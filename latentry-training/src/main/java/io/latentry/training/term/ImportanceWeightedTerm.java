package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.ForwardPass;
import io.latentry.training.model.ImportanceWeightedBound;

/**
 * {@code -log p(x)}, nats, as the importance-weighted bound puts it; mean over members. Of an
 * autoencoder, which has no density, only differences between rows mean anything.
 */
public record ImportanceWeightedTerm(ImportanceWeightedBound bound) implements LatentTerm {
  @Override
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    return ops.mean(ops.neg(bound.evaluate(pass)), 0, false);
  }
}
