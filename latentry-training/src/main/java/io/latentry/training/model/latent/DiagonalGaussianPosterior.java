package io.latentry.training.model.latent;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code q(z|x) = N(mean, diag(exp(logVar)))}, with logVar cut to [{@value #LOW}, {@value #HIGH}].
 *
 * @see <a href="https://arxiv.org/abs/1312.6114">Kingma and Welling 2014, section 2.4</a>
 */
public final class DiagonalGaussianPosterior implements Posterior {
  static final float LOW = -12;
  static final float HIGH = 4;

  private final int latent;
  private final Dense mean;
  private final Dense logVar;

  public DiagonalGaussianPosterior(int features, int latent) {
    this.latent = latent;
    mean = new Dense("posterior.mean", features, latent, 1);
    logVar = new Dense("posterior.log_var", features, latent, 0.1);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(mean.parameters());
    parameters.addAll(logVar.parameters());
    return parameters;
  }

  @Override
  public int latent() {
    return latent;
  }

  @Override
  public <T> Gaussian<T> infer(Ops<T> ops, Weights<T> weights, T features) {
    return new Gaussian<>(
        mean.apply(ops, weights, features),
        ops.clip(logVar.apply(ops, weights, features), LOW, HIGH));
  }

  @Override
  public <T> Draw<T> draw(Ops<T> ops, Weights<T> weights, Gaussian<T> base, T noise) {
    T deviation = ops.exp(ops.mul(base.logVar(), ops.scalar(0.5f)));
    return new Draw<>(ops.add(base.mean(), ops.mul(deviation, noise)), null);
  }

  @Override
  public <T> T center(Ops<T> ops, Weights<T> weights, Gaussian<T> base) {
    return base.mean();
  }
}
