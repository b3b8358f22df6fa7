package io.latentry.training.model.latent;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.flow.AffineCoupling;
import io.latentry.training.model.flow.Flow;
import io.latentry.training.model.flow.FlowChain;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * A standard normal distribution seen through a flow f: {@code log p(z) = log N(f(z); 0, I) + log
 * |det df/dz|}, exactly. The flow is written from codes to the normal distribution, the direction
 * in which densities are asked for.
 *
 * @see <a href="https://arxiv.org/abs/1605.08803">Dinh et al. 2017, equation 3</a>
 */
public final class FlowPrior implements Prior {
  private final Flow flow;
  private final StandardNormalPrior base = new StandardNormalPrior();

  public FlowPrior(Flow flow) {
    this.flow = flow;
  }

  /** Couplings that let even and odd units move in turn. */
  public static FlowPrior ofCouplings(int latent, int layers, int hidden) {
    List<Flow> flows = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      flows.add(new AffineCoupling("prior.flow." + i, latent, hidden, i % 2 == 0, 0));
    }
    return new FlowPrior(new FlowChain(flows));
  }

  @Override
  public List<Parameter> parameters() {
    return flow.parameters();
  }

  @Override
  public <T> T logDensity(Ops<T> ops, Weights<T> weights, T z) {
    Flow.Flowed<T> flowed = flow.apply(ops, weights, z, null);
    return ops.add(base.logDensity(ops, weights, flowed.code()), flowed.logVolume());
  }
}
