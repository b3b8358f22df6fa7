package io.latentry.training;

import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.model.AnnealedKl;
import io.latentry.training.model.CapacityKl;
import io.latentry.training.model.Encoder;
import io.latentry.training.model.KlSchedule;
import io.latentry.training.model.MixedLikelihood;
import io.latentry.training.model.MlpDecoder;
import io.latentry.training.model.MlpEncoder;
import io.latentry.training.model.Posterior;
import io.latentry.training.model.Vae;

/** The one place where a config chooses parts. */
final class VaeFactory {
  private VaeFactory() {}

  /**
   * @param config resolved
   */
  static Vae vae(VaeConfig config, Preprocessor preprocessor) {
    int width = preprocessor.width();
    VariantParts parts = config.variant().parts();
    Encoder encoder = new MlpEncoder(preprocessor.blocks(), config.hidden(), config.embedAbove());
    Posterior posterior = parts.posterior(config, encoder.width());
    return new Vae(
        config.members(),
        encoder,
        posterior,
        parts.prior(config, encoder, posterior, width),
        new MlpDecoder(posterior.latent(), config.decoderHidden(), width),
        new MixedLikelihood(preprocessor.blocks(), preprocessor.schema().columns().size()));
  }

  static KlSchedule schedule(VaeConfig config) {
    double beta = config.klWeight();
    return switch (config.schedule()) {
      case CONSTANT -> new AnnealedKl(beta, 0, 1, config.freeBits());
      case LINEAR -> new AnnealedKl(beta, config.warmUp(), 1, config.freeBits());
      case SIGMOID -> AnnealedKl.sigmoid(beta, config.warmUp(), config.freeBits());
      case CYCLICAL -> new AnnealedKl(beta, config.warmUp(), config.cycles(), config.freeBits());
      case CAPACITY -> new CapacityKl(beta, config.capacity(), config.warmUp());
    };
  }
}
