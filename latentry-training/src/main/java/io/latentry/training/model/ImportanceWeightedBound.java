package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code log (1/k sum over draws of p(x|z) p(z) / q(z|x))}, a lower bound on {@code log p(x)} that
 * is never below the ELBO in the mean and rises with the number of draws k.
 *
 * @param draws k noise draws, each {@code float[latent]}; fixed, so that the bound depends on its
 *     row alone
 * @see <a href="https://arxiv.org/abs/1509.00519">Burda et al. 2016, equation 8</a>
 */
public record ImportanceWeightedBound(List<float[]> draws) {
  public ImportanceWeightedBound {
    draws = List.copyOf(draws);
    if (draws.isEmpty()) {
      throw new IllegalArgumentException("draws: 0 (expected: at least 1)");
    }
  }

  /** Nats, {@code [members, batch]}. */
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    List<T> weights = new ArrayList<>();
    for (float[] draw : draws) {
      weights.add(ops.unsqueeze(pass.logWeight(ops.constant(draw, 1, 1, draw.length)), 0));
    }
    T sum = ops.logSumExp(ops.concat(0, weights), 0, false);
    return ops.sub(sum, ops.scalar((float) Math.log(draws.size())));
  }
}
