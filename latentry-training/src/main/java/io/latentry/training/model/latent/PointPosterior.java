package io.latentry.training.model.latent;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;

/**
 * All mass on one code: a plain autoencoder. Its Gaussian keeps the smallest variance that {@link
 * DiagonalGaussianPosterior} allows, so that densities stay finite.
 */
public final class PointPosterior implements Posterior {
  private final int latent;
  private final Dense mean;

  public PointPosterior(int features, int latent) {
    this.latent = latent;
    mean = new Dense("posterior.mean", features, latent, 1);
  }

  @Override
  public List<Parameter> parameters() {
    return mean.parameters();
  }

  @Override
  public int latent() {
    return latent;
  }

  @Override
  public <T> Gaussian<T> infer(Ops<T> ops, Weights<T> weights, T features) {
    T code = mean.apply(ops, weights, features);
    T logVar = ops.add(ops.mul(code, ops.scalar(0)), ops.scalar(DiagonalGaussianPosterior.LOW));
    return new Gaussian<>(code, logVar);
  }

  @Override
  public <T> Draw<T> draw(Ops<T> ops, Weights<T> weights, Gaussian<T> base, T noise) {
    return new Draw<>(base.mean(), null);
  }

  @Override
  public <T> T center(Ops<T> ops, Weights<T> weights, Gaussian<T> base) {
    return base.mean();
  }
}
