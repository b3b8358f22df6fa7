package io.latentry.training.config;

import io.latentry.training.model.Discriminator;
import io.latentry.training.model.Regulariser;
import java.util.List;
import java.util.Optional;

/**
 * A VAE whose codes a discriminator pulls to the prior, so that the prior's density says how
 * strange a code is.
 *
 * @see <a href="https://arxiv.org/abs/1511.05644">Makhzani et al. 2015</a>
 */
final class AdversarialVae implements VariantParts {
  static final String ADVERSARY_RATE = "adversary_rate";
  private static final String WEIGHT = "weight";
  private static final String WIDTH = "adversary_width";

  @Override
  public String summary() {
    return "codes that fill the prior, so that its density can be trusted";
  }

  @Override
  public VaeConfig.Builder over(VaeConfig.Builder plain) {
    return plain.latentTerm(LatentTermKind.PRIOR_DENSITY);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.number(WEIGHT, 1, 0, 1e6),
        Setting.number(ADVERSARY_RATE, 1, 1e-6, 1e3),
        Setting.whole(WIDTH, 64, 1, 4096));
  }

  @Override
  public Optional<Regulariser> regulariser(VaeConfig config) {
    return Optional.of(
        new Discriminator(
            config.latentUnits(),
            config.whole(WIDTH),
            config.number(WEIGHT),
            config.number(ADVERSARY_RATE)));
  }
}
