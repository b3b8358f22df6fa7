package io.latentry.training.model.latent;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;

/** The distribution of a row's code: {@code q(z|x)}. */
public interface Posterior {
  List<Parameter> parameters();

  /** Latent units. */
  int latent();

  /** The Gaussian that a code is drawn from, before any flow. */
  <T> Gaussian<T> infer(Ops<T> ops, Weights<T> weights, T features);

  /**
   * A code, drawn by reparameterisation.
   *
   * @param noise {@code [members, batch, latent]} or what broadcasts to it, standard normal
   */
  <T> Draw<T> draw(Ops<T> ops, Weights<T> weights, Gaussian<T> base, T noise);

  /** The code that stands for the row: what {@link #draw} gives without noise. */
  <T> T center(Ops<T> ops, Weights<T> weights, Gaussian<T> base);
}
