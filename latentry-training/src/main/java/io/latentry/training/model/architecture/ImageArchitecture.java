package io.latentry.training.model.architecture;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.PixelMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions over the pixels of an image, each of which halves both sides, and the way back.
 *
 * @param map from the model's vector to the image
 * @param blocks of the vector
 * @param filters of the third layer and those behind: the first has a quarter, the second half
 * @param ssim what structural dissimilarity counts, nats a pixel
 * @param perceptual what a deviation of what {@code eye} sees counts, nats a pixel
 * @param eye needed where {@code perceptual} is above 0
 */
public record ImageArchitecture(
    PixelMap map,
    List<Block> blocks,
    int filters,
    double ssim,
    double perceptual,
    @Nullable Eye eye)
    implements Architecture {
  /** A side that is short enough to be joined by a dense layer. */
  private static final int SHORT_SIDE = 7;

  @Override
  public Encoder encoder() {
    return new ImageEncoder(map, levels());
  }

  @Override
  public Decoder decoder(int latent) {
    return new ImageDecoder(map, levels(), latent);
  }

  @Override
  public Likelihood likelihood() {
    return new ImageLikelihood(
        map,
        new MixedLikelihood(blocks, map.spec().values()),
        ssim,
        perceptual,
        perceptual > 0 ? eye : null);
  }

  /** The image, and what each layer makes of it. */
  private List<Level> levels() {
    ImageSpec spec = map.spec();
    List<Level> levels =
        new ArrayList<>(List.of(new Level(spec.channels(), spec.height(), spec.width())));
    Level last = levels.get(0);
    int channels = Math.max(1, filters / 4);
    do {
      last = new Level(channels, (last.height() + 1) / 2, (last.width() + 1) / 2);
      levels.add(last);
      channels = Math.min(filters, 2 * channels);
    } while (Math.min(last.height(), last.width()) > SHORT_SIDE);
    return levels;
  }

  /** Channels and sides of what lies between two layers. */
  record Level(int channels, int height, int width) {
    int values() {
      return channels * height * width;
    }
  }
}
