package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.List;

/** The five parts, put together. A variant swaps one of them. */
public record Vae(
    int members,
    Encoder encoder,
    Posterior posterior,
    Prior prior,
    Decoder decoder,
    Likelihood likelihood) {

  /** Everything that training learns, in a fixed order. */
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(encoder.parameters());
    parameters.addAll(posterior.parameters());
    parameters.addAll(prior.parameters());
    parameters.addAll(decoder.parameters());
    parameters.addAll(likelihood.parameters());
    return parameters;
  }

  /** The posterior of each row. */
  public <T> Gaussian<T> encode(Ops<T> ops, Weights<T> weights, T x) {
    return posterior.infer(ops, weights, encoder.encode(ops, weights, x));
  }
}
