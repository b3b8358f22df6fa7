package io.latentry.training.config;

import io.latentry.training.model.Regulariser;
import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.latent.DiagonalGaussianPosterior;
import io.latentry.training.model.latent.Posterior;
import io.latentry.training.model.latent.Prior;
import io.latentry.training.model.latent.StandardNormalPrior;
import java.util.List;
import java.util.Optional;

/**
 * What makes a variant: the parts that it swaps, what it adds to the loss, and its own defaults.
 * Every method but one answers for the plain VAE, so that a variant overrides what it changes and
 * no more.
 */
public interface VariantParts {

  /** What it is good for, in a few words, for people who choose. */
  String summary();

  /** Whether it gives rows a density, so that bounds on it mean something. */
  default boolean hasDensity() {
    return true;
  }

  /** Whether its latent units are meant to stand for causes, one by one. */
  default boolean namesCauses() {
    return false;
  }

  /** The KL weight unless one is given: it keeps the ELBO's balance for anomaly scores. */
  default double beta() {
    return 0.1;
  }

  /** The plain VAE's defaults, with this variant's own over them. */
  default VaeConfig.Builder over(VaeConfig.Builder plain) {
    return plain;
  }

  /**
   * How it is trained, over the plain VAE's training: long, for a density asks for the last nats;
   * neighbours among codes do not (docs/decisions/008-fewer-larger-steps.md).
   */
  default TrainingConfig.Builder over(TrainingConfig.Builder plain) {
    return plain.steps(500).learningRate(3e-3);
  }

  /** The settings that only this variant has. */
  default List<Setting> settings() {
    return List.of();
  }

  /**
   * @param config resolved, as in all methods
   * @param features that the encoder gives
   */
  default Posterior posterior(VaeConfig config, int features) {
    return new DiagonalGaussianPosterior(features, config.latentUnits());
  }

  /**
   * @param width entries of the model's vector
   */
  default Prior prior(VaeConfig config, Encoder encoder, Posterior posterior, int width) {
    return new StandardNormalPrior();
  }

  /** What training lowers beside the ELBO. */
  default Optional<Regulariser> regulariser(VaeConfig config) {
    return Optional.empty();
  }
}
