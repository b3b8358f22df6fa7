package io.latentry.training.config;

import io.latentry.training.model.flow.AffineCoupling;
import io.latentry.training.model.flow.Flow;
import io.latentry.training.model.flow.FlowChain;
import io.latentry.training.model.flow.InverseAutoregressiveFlow;
import io.latentry.training.model.flow.PlanarFlow;
import io.latentry.training.model.latent.FlowPosterior;
import io.latentry.training.model.latent.Posterior;
import java.util.ArrayList;
import java.util.List;

/**
 * A VAE whose posterior is carried through a flow, so that it may take the shape that the true one
 * has; its latent term is the KL, estimated at stored draws.
 *
 * @see <a href="https://arxiv.org/abs/1505.05770">Rezende and Mohamed 2015, planar</a>
 * @see <a href="https://arxiv.org/abs/1606.04934">Kingma et al. 2016, inverse autoregressive</a>
 */
final class FlowPosteriorVae implements VariantParts {
  private static final String FLOW = "flow";
  private static final String LAYERS = "layers";
  private static final String WIDTH = "flow_width";
  private static final String AUTOREGRESSIVE = "autoregressive";
  private static final String PLANAR = "planar";
  private static final String COUPLING = "coupling";

  @Override
  public String summary() {
    return "causes that bend together, and the tightest bound";
  }

  @Override
  public VaeConfig.Builder over(VaeConfig.Builder plain) {
    return plain.latentTerm(LatentTermKind.KL);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.choice(FLOW, AUTOREGRESSIVE, PLANAR, COUPLING),
        Setting.whole(LAYERS, 4, 1, 64),
        Setting.whole(WIDTH, 32, 1, 4096));
  }

  @Override
  public Posterior posterior(VaeConfig config, int features) {
    List<Flow> flows = new ArrayList<>();
    for (int i = 0; i < config.whole(LAYERS); i++) {
      flows.add(flow(config, "posterior.flow." + i, i % 2 == 1, features));
    }
    return new FlowPosterior(features, config.latentUnits(), new FlowChain(flows));
  }

  private static Flow flow(VaeConfig config, String name, boolean odd, int features) {
    int latent = config.latentUnits();
    int width = config.whole(WIDTH);
    return switch (config.word(FLOW)) {
      case PLANAR -> new PlanarFlow(name, latent, features);
      case COUPLING -> new AffineCoupling(name, latent, width, odd, features);
      default -> new InverseAutoregressiveFlow(name, latent, width, odd, features);
    };
  }
}
