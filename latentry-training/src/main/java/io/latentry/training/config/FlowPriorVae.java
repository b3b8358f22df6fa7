package io.latentry.training.config;

import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.latent.FlowPrior;
import io.latentry.training.model.latent.Posterior;
import io.latentry.training.model.latent.Prior;
import java.util.List;

/**
 * A VAE whose prior is a flow of affine couplings; its latent term is the exact negative log
 * density of the code.
 *
 * @see <a href="https://arxiv.org/abs/1605.08803">Dinh et al. 2017, RealNVP</a>
 */
final class FlowPriorVae implements VariantParts {
  private static final String LAYERS = "layers";
  private static final String WIDTH = "flow_width";

  @Override
  public String summary() {
    return "an exact density of codes of any shape";
  }

  @Override
  public VaeConfig.Builder over(VaeConfig.Builder plain) {
    return plain.latentTerm(LatentTermKind.PRIOR_DENSITY);
  }

  @Override
  public List<Setting> settings() {
    return List.of(Setting.whole(LAYERS, 6, 1, 64), Setting.whole(WIDTH, 32, 1, 4096));
  }

  @Override
  public Prior prior(VaeConfig config, Encoder encoder, Posterior posterior, int width) {
    return FlowPrior.ofCouplings(config.latentUnits(), config.whole(LAYERS), config.whole(WIDTH));
  }
}
