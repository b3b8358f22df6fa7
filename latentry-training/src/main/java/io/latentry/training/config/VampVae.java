package io.latentry.training.config;

import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.latent.Posterior;
import io.latentry.training.model.latent.Prior;
import io.latentry.training.model.latent.VampPrior;
import java.util.List;

/**
 * A VAE whose prior is a mixture over learned pseudo-inputs; its latent term is the negative log
 * density of the code under that mixture.
 *
 * @see <a href="https://arxiv.org/abs/1705.07120">Tomczak and Welling 2018</a>
 */
final class VampVae implements VariantParts {
  private static final String COMPONENTS = "components";

  @Override
  public String summary() {
    return "normal rows of several kinds";
  }

  @Override
  public VaeConfig.Builder over(VaeConfig.Builder plain) {
    return plain.latentTerm(LatentTermKind.PRIOR_DENSITY);
  }

  @Override
  public List<Setting> settings() {
    return List.of(Setting.whole(COMPONENTS, 64, 1, 4096));
  }

  @Override
  public Prior prior(VaeConfig config, Encoder encoder, Posterior posterior, int width) {
    return new VampPrior(encoder, posterior, config.whole(COMPONENTS), width);
  }
}
