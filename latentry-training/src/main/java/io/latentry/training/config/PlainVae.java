package io.latentry.training.config;

/** A VAE whose KL weight keeps the ELBO's balance for anomaly scores. */
final class PlainVae implements VariantParts {
  @Override
  public String summary() {
    return "the default, for most tables";
  }

  @Override
  public TrainingConfig.Builder over(TrainingConfig.Builder plain) {
    return plain;
  }
}
