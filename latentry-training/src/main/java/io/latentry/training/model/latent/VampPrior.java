package io.latentry.training.model.latent;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;

/**
 * The mixture of the posteriors of K learned pseudo-inputs u, in equal shares: {@code p(z) = 1/K
 * sum of q(z|u[k])}. It follows the aggregated posterior, which is where normal codes lie, more
 * closely than one Gaussian can.
 *
 * <p>Pseudo-inputs begin as training rows. Unlike the paper's, which are cut to the range of
 * pixels, they are free.
 *
 * @see <a href="https://arxiv.org/abs/1705.07120">Tomczak and Welling 2018, equation 9</a>
 */
public final class VampPrior implements Prior {
  private static final String PSEUDO_INPUTS = "prior.pseudo_inputs";
  private static final float LOG_TWO_PI = (float) Math.log(2 * Math.PI);

  private final Encoder encoder;
  private final Posterior posterior;
  private final int components;
  private final Parameter pseudoInputs;

  /**
   * @param encoder the model's own
   * @param posterior the model's own, without a flow
   * @param components K
   * @param width entries of the model's vector
   */
  public VampPrior(Encoder encoder, Posterior posterior, int components, int width) {
    this.encoder = encoder;
    this.posterior = posterior;
    this.components = components;
    pseudoInputs = Parameter.rows(PSEUDO_INPUTS, components, width);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(pseudoInputs);
  }

  /** {@code log sum over k of exp(log q(z|u[k])) - log K}. */
  @Override
  public <T> T logDensity(Ops<T> ops, Weights<T> weights, T z) {
    T features = encoder.encode(ops, weights, weights.get(PSEUDO_INPUTS));
    Gaussian<T> pseudo = posterior.infer(ops, weights, features);
    T mean = ops.unsqueeze(pseudo.mean(), 1);
    T logVar = ops.unsqueeze(pseudo.logVar(), 1);
    T away = ops.sub(ops.unsqueeze(z, 2), mean);
    T squares = ops.mul(ops.square(away), ops.exp(ops.neg(logVar)));
    T perUnit = ops.add(ops.add(squares, logVar), ops.scalar(LOG_TWO_PI));
    T logOfComponent = ops.mul(ops.sum(perUnit, -1, false), ops.scalar(-0.5f));
    float logCount = (float) Math.log(components);
    return ops.sub(ops.logSumExp(logOfComponent, -1, false), ops.scalar(logCount));
  }
}
