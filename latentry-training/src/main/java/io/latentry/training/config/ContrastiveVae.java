package io.latentry.training.config;

import io.latentry.training.model.Augmentation;
import io.latentry.training.model.NtXent;
import io.latentry.training.model.Regulariser;
import java.util.List;
import java.util.Optional;

/**
 * A VAE whose codes agree on two altered views of a row and differ between rows, so that they carry
 * what a row is and not what noise did to it. Codes are judged by those of the training rows.
 *
 * @see <a href="https://arxiv.org/abs/2002.05709">Chen et al. 2020, SimCLR</a>
 * @see <a href="https://arxiv.org/abs/2106.15147">Bahri et al. 2022, SCARF, for tables</a>
 */
final class ContrastiveVae implements VariantParts {
  private static final String WEIGHT = "weight";
  private static final String TEMPERATURE = "temperature";
  private static final String NOISE = "view_noise";
  private static final String MASK = "view_mask";
  private static final String SWAP = "view_swap";
  private static final String SCALING = "view_scaling";
  private static final String TIME_MASK = "view_time_mask";

  @Override
  public String summary() {
    return "rows under noise that means nothing";
  }

  @Override
  public VaeConfig.Builder over(VaeConfig.Builder plain) {
    return plain.latentTerm(LatentTermKind.AGGREGATED_POSTERIOR);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.number(WEIGHT, 10, 0, 1e6),
        Setting.number(TEMPERATURE, 0.5, 1e-3, 1e3),
        Setting.number(NOISE, 0.1, 0, 100),
        Setting.number(MASK, 0.1, 0, 0.99),
        Setting.number(SWAP, 0.2, 0, 0.99),
        Setting.number(SCALING, 0.1, 0, 10),
        Setting.number(TIME_MASK, 0.2, 0, 0.99));
  }

  @Override
  public Optional<Regulariser> regulariser(VaeConfig config) {
    return Optional.of(
        new NtXent(
            config.number(WEIGHT),
            config.warmUp(),
            config.number(TEMPERATURE),
            new Augmentation(
                config.number(NOISE),
                config.number(MASK),
                config.number(SWAP),
                config.number(SCALING),
                config.number(TIME_MASK))));
  }
}
