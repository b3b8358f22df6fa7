package io.latentry.training.config;

import io.latentry.training.model.latent.PointPosterior;
import io.latentry.training.model.latent.Posterior;

/**
 * No sampling and no KL: the deterministic limit of the same code. It has no prior to speak of, so
 * that its codes are judged by the training rows' own.
 */
final class PlainAutoencoder implements VariantParts {
  @Override
  public String summary() {
    return "the deterministic limit, for comparison";
  }

  @Override
  public boolean hasDensity() {
    return false;
  }

  @Override
  public double beta() {
    return 0;
  }

  @Override
  public VaeConfig.Builder over(VaeConfig.Builder plain) {
    return plain.latentTerm(LatentTermKind.AGGREGATED_POSTERIOR);
  }

  @Override
  public Posterior posterior(VaeConfig config, int features) {
    return new PointPosterior(features, config.latentUnits());
  }
}
