package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Features;
import io.latentry.training.model.ForwardPass;

/** How strange a row's code is; nats, higher is stranger. */
public sealed interface LatentTerm
    permits KlTerm,
        PriorDensityTerm,
        ImportanceWeightedTerm,
        AggregatedPosteriorTerm,
        NeighbourhoodTerm,
        TailedNeighbourhoodTerm,
        LaggedNeighbourhoodTerm {

  /** The term of each row, mean over members: {@code [batch]}. */
  <T> T evaluate(ForwardPass<T> pass);

  /**
   * What a column has to do with the term: {@code [batch, columns]}, 0 or more, in any unit. Unless
   * a term knows better, the squares of what the model did not expect.
   *
   * @param features of the model's vector
   */
  default <T> T attribution(ForwardPass<T> pass, Features features) {
    Ops<T> ops = pass.ops();
    return features.sum(ops, ops.mean(ops.square(pass.residual()), 0, false));
  }
}
