package io.latentry.training.fit;

import io.latentry.core.data.DataException;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.PixelMap;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.WindowView;
import io.latentry.training.config.EncoderKind;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.VariantParts;
import io.latentry.training.model.AnnealedKl;
import io.latentry.training.model.CapacityKl;
import io.latentry.training.model.KlSchedule;
import io.latentry.training.model.Vae;
import io.latentry.training.model.architecture.Architecture;
import io.latentry.training.model.architecture.ConvArchitecture;
import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.architecture.GruArchitecture;
import io.latentry.training.model.architecture.ImageArchitecture;
import io.latentry.training.model.architecture.LstmArchitecture;
import io.latentry.training.model.architecture.MlpArchitecture;
import io.latentry.training.model.latent.Posterior;
import java.util.List;
import java.util.Optional;

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
    List<Block> blocks = preprocessor.blocks();
    int features = preprocessor.features().count();
    EncoderKind kind = config.encoderKind();
    if (kind == EncoderKind.MLP) {
      return new MlpArchitecture(
          blocks, features, config.hidden(), config.decoderHidden(), config.embedAbove());
    }
    Optional<PixelMap> pixels = preprocessor.pixels();
    if (pixels.isPresent() && kind == EncoderKind.CONV) {
      return image(config, preprocessor, pixels.get());
    }
    WindowView view =
        preprocessor
            .view()
            .orElseThrow(
                () ->
                    new DataException(
                        "encoder: "
                            + kind.word()
                            + " (expected: mlp for a table and for the places of images, which"
                            + " have no points to go along, mlp or conv for pixels); make it a"
                            + " series with --time COL --window N for the others"));
    return switch (kind) {
      case GRU -> new GruArchitecture(view, blocks, features, config.units());
      case LSTM -> new LstmArchitecture(view, blocks, features, config.units());
      default -> ofWindow(config, view, blocks, features);
    };
  }

  private static Architecture ofWindow(
      VaeConfig config, WindowView view, List<Block> blocks, int features) {
    if (config.ssim() > 0 || config.perceptual() > 0) {
      throw new DataException(
          (config.ssim() > 0 ? "settings.ssim" : "settings.perceptual")
              + ": set (expected: only for images seen by pixels); leave it out");
    }
    return new ConvArchitecture(view, blocks, features, config.filters());
  }

  private static Architecture image(VaeConfig config, Preprocessor preprocessor, PixelMap map) {
    if (config.members() > 1) {
      throw new DataException(
          "members: %d (expected: 1 of a convolution over pixels); leave it out"
              .formatted(config.members()));
    }
    return new ImageArchitecture(
        map,
        preprocessor.blocks(),
        config.filters(),
        config.ssim(),
        config.perceptual(),
        map.eye());
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
