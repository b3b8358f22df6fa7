package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the entries of a row are distributed around what the decoder says: {@code p(x|z)}. */
public interface Likelihood {
  List<Parameter> parameters();

  /**
   * Negative log-likelihood, nats, split by schema column; the sum over columns is that of the row.
   *
   * @param decoded {@code [members, batch, width]}
   * @param x {@code [batch, width]} or {@code [members, batch, width]}
   * @param observed shape of x: 0 where an entry carries no likelihood; null if all do
   * @return {@code [members, batch, columns]}
   */
  <T> T negativeLogLikelihood(Ops<T> ops, Weights<T> weights, T decoded, T x, @Nullable T observed);

  /** The expected entries, {@code [members, batch, width]}; probabilities where they are that. */
  <T> T mean(Ops<T> ops, T decoded);
}
