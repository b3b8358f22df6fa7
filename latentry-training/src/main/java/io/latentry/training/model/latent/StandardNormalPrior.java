package io.latentry.training.model.latent;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;

/** {@code p(z) = N(0, I)}. */
public final class StandardNormalPrior implements Prior {
  private static final float HALF_LOG_TWO_PI = (float) (0.5 * Math.log(2 * Math.PI));

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public <T> T logDensity(Ops<T> ops, Weights<T> weights, T z) {
    T perUnit = ops.add(ops.mul(ops.square(z), ops.scalar(0.5f)), ops.scalar(HALF_LOG_TWO_PI));
    return ops.neg(ops.sum(perUnit, -1, false));
  }

  @Override
  public boolean hasClosedKl() {
    return true;
  }

  @Override
  public <T> T closedKl(Ops<T> ops, Gaussian<T> q) {
    return Kl.toStandardNormal(ops, q);
  }
}
