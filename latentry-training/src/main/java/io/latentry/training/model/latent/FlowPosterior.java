package io.latentry.training.model.latent;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.flow.Flow;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * A Gaussian draw carried through a flow that the row's features choose: a posterior that may be
 * bent or have several humps.
 *
 * @see <a href="https://arxiv.org/abs/1505.05770">Rezende and Mohamed 2015, section 4</a>
 */
public final class FlowPosterior implements Posterior {
  private final DiagonalGaussianPosterior base;
  private final Flow flow;

  public FlowPosterior(int features, int latent, Flow flow) {
    base = new DiagonalGaussianPosterior(features, latent);
    this.flow = flow;
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(base.parameters());
    parameters.addAll(flow.parameters());
    return parameters;
  }

  @Override
  public int latent() {
    return base.latent();
  }

  @Override
  public <T> Gaussian<T> infer(Ops<T> ops, Weights<T> weights, T features) {
    Gaussian<T> plain = base.infer(ops, weights, features);
    return new Gaussian<>(plain.mean(), plain.logVar(), features);
  }

  @Override
  public <T> Draw<T> draw(Ops<T> ops, Weights<T> weights, Gaussian<T> q, T noise) {
    T before = base.draw(ops, weights, q, noise).code();
    Flow.Flowed<T> flowed = flow.apply(ops, weights, before, q.context());
    return new Draw<>(flowed.code(), flowed.logVolume());
  }

  @Override
  public <T> T center(Ops<T> ops, Weights<T> weights, Gaussian<T> q) {
    return flow.apply(ops, weights, q.mean(), q.context()).code();
  }
}
