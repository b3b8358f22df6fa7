package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;

/** From a code to the parameters of the likelihood. */
public interface Decoder {
  List<Parameter> parameters();

  /**
   * @param z {@code [members, batch, latent]}
   * @return {@code [members, batch, width]}: a mean for each real entry, a logit for each other
   */
  <T> T decode(Ops<T> ops, Weights<T> weights, T z);
}
