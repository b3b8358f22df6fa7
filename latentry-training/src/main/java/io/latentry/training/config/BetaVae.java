package io.latentry.training.config;

/**
 * A KL weight above 1, for latent units that each stand for one cause. With {@code schedule:
 * capacity}, the KL is held at a capacity that grows during training instead.
 *
 * @see <a href="https://openreview.net/forum?id=Sy2fzU9gl">Higgins et al. 2017, equation 4</a>
 * @see <a href="https://arxiv.org/abs/1804.03599">Burgess et al. 2018, equation 8</a>
 */
final class BetaVae implements VariantParts {
  @Override
  public String summary() {
    return "latent units that each stand for one cause";
  }

  @Override
  public boolean namesCauses() {
    return true;
  }

  @Override
  public double beta() {
    return 4;
  }

  @Override
  public VaeConfig.Builder over(VaeConfig.Builder plain) {
    return plain.latentTerm(LatentTermKind.KL);
  }
}
