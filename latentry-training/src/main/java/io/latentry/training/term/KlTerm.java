package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.ForwardPass;
import java.util.List;

/**
 * KL(q(z|x) || p(z)), nats, mean over members. Where it has no closed form, it is the mean of its
 * estimates at {@code draws}.
 *
 * @param draws at least one noise draw, {@code float[latent]}
 */
public record KlTerm(List<float[]> draws) implements LatentTerm {
  public KlTerm {
    draws = List.copyOf(draws);
  }

  @Override
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    if (pass.hasClosedKl()) {
      return ops.mean(pass.kl(noise(ops, draws.get(0))), 0, false);
    }
    T sum = null;
    for (float[] draw : draws) {
      T kl = pass.kl(noise(ops, draw));
      sum = sum == null ? kl : ops.add(sum, kl);
    }
    if (sum == null) {
      throw new IllegalStateException("draws: 0 (expected: at least 1)");
    }
    return ops.mul(ops.mean(sum, 0, false), ops.scalar(1f / draws.size()));
  }

  private static <T> T noise(Ops<T> ops, float[] draw) {
    return ops.constant(draw, 1, 1, draw.length);
  }
}
