package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.architecture.Decoder;
import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.architecture.Likelihood;
import io.latentry.training.model.latent.Draw;
import io.latentry.training.model.latent.Gaussian;
import io.latentry.training.model.latent.Posterior;
import io.latentry.training.model.latent.Prior;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
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

  /** A code of each row, drawn with {@code noise}. */
  public <T> Draw<T> draw(Ops<T> ops, Weights<T> weights, Gaussian<T> q, T noise) {
    return posterior.draw(ops, weights, q, noise);
  }

  /**
   * {@code log q(z|x)} of a draw, nats, {@code [members, batch]}: that of the Gaussian draw less
   * the volume that the flow has gained.
   *
   * @param noise that the draw was made with
   * @see <a href="https://arxiv.org/abs/1505.05770">Rezende and Mohamed 2015, equation 7</a>
   */
  public <T> T logPosterior(Ops<T> ops, Gaussian<T> q, T noise, Draw<T> draw) {
    T perUnit =
        ops.add(ops.add(ops.square(noise), q.logVar()), ops.scalar((float) Math.log(2 * Math.PI)));
    T gaussian = ops.mul(ops.sum(perUnit, -1, false), ops.scalar(-0.5f));
    T volume = draw.logVolume();
    return volume == null ? gaussian : ops.sub(gaussian, volume);
  }

  /**
   * {@code KL(q(z|x) || p(z))}, nats, of each row.
   *
   * @return {@code [members, batch, parts]}: one part for each latent unit where the KL has a
   *     closed form, else one part with its estimate {@code log q(z|x) - log p(z)} at the draw; the
   *     sum over parts is the KL
   */
  public <T> T kl(Ops<T> ops, Weights<T> weights, Gaussian<T> q, T noise, Draw<T> draw) {
    if (hasClosedKl(q)) {
      return prior.closedKl(ops, q);
    }
    T logDensity = prior.logDensity(ops, weights, draw.code());
    return ops.unsqueeze(ops.sub(logPosterior(ops, q, noise, draw), logDensity), -1);
  }

  /** Whether {@link #kl} is exact, whatever the draw. */
  public boolean hasClosedKl(Gaussian<?> q) {
    return q.context() == null && prior.hasClosedKl();
  }
}
