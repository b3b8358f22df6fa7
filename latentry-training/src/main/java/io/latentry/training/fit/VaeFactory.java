package io.latentry.training.fit;

import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.VariantParts;
import io.latentry.training.model.AnnealedKl;
import io.latentry.training.model.CapacityKl;
import io.latentry.training.model.KlSchedule;
import io.latentry.training.model.Vae;
import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.architecture.MixedLikelihood;
import io.latentry.training.model.architecture.MlpDecoder;
import io.latentry.training.model.architecture.MlpEncoder;
import io.latentry.training.model.latent.Posterior;

/** The one place where a config chooses parts. */
public final class VaeFactory {
  private VaeFactory() {}

  /**
   * @param config resolved
   */
  public static Vae vae(VaeConfig config, Preprocessor preprocessor) {
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
