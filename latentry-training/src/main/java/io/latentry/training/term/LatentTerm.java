package io.latentry.training.term;

import io.latentry.training.model.ForwardPass;

/** How strange a row's code is; nats, higher is stranger. */
public sealed interface LatentTerm
    permits KlTerm,
        PriorDensityTerm,
        ImportanceWeightedTerm,
        AggregatedPosteriorTerm,
        NeighbourhoodTerm {

  /** The term of each row, mean over members: {@code [batch]}. */
  <T> T evaluate(ForwardPass<T> pass);
}
