package io.latentry.training.fit;

import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.VariantParts;
import io.latentry.training.model.AnnealedKl;
import io.latentry.training.model.CapacityKl;
import io.latentry.training.model.KlSchedule;
import io.latentry.training.model.Vae;
import io.latentry.training.model.architecture.Architecture;
import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.architecture.MlpArchitecture;
import io.latentry.training.model.latent.Posterior;

/** The one place where a config chooses parts. */
public final class VaeFactory {
  private VaeFactory() {}

  /**
   * @param config resolved
   */
  public static Vae vae(VaeConfig config, Preprocessor preprocessor) {
    VariantParts parts = config.variant().parts();
    Architecture architecture = architecture(config, preprocessor);
    Encoder encoder = architecture.encoder();
    Posterior posterior = parts.posterior(config, encoder.width());
    return new Vae(
        config.members(),
        encoder,
        posterior,
        parts.prior(config, encoder, posterior, preprocessor.width()),
        architecture.decoder(posterior.latent()),
        architecture.likelihood());
  }

  /** One for each kind of input; more than one of a kind where the config names them. */
  private static Architecture architecture(VaeConfig config, Preprocessor preprocessor) {
    return new MlpArchitecture(
        preprocessor.blocks(),
        preprocessor.features().count(),
        config.hidden(),
        config.decoderHidden(),
        config.embedAbove());
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
