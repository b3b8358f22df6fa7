package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import io.latentry.core.tile.Tiling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image as it is judged: {@code channels} planes of {@code height} rows and {@code width}
 * columns of pixels in 0 to 1, as they are after decoding and resizing. A model takes it whole, or,
 * of a large one, tile by tile.
 *
 * @param channels 1 of grey, or 3: red, green, blue
 * @param height pixels, {@value #LEAST_SIDE} to {@value #MOST_SIDE}, or, in tiles, to {@value
 *     #MOST_TILED_SIDE}
 * @param width likewise
 * @param tiling how it is cut, of a model that takes tiles; null where it is taken whole
 */
public record ImageSpec(
    int channels,
    int height,
    int width,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Tiling tiling)
    implements InputSpec {
  /** The graph's input, {@code float32[batch, channels, height, width]}. */
  public static final String IMAGE = "image";

  public static final int LEAST_SIDE = 16;

  /** Of what a model takes at a time. */
  public static final int MOST_SIDE = 1024;

  /** Of an image in tiles. */
  public static final int MOST_TILED_SIDE = 16_384;

  /** Of an image in tiles: 16 megapixels. */
  public static final int MOST_TILED_PIXELS = 1 << 24;

  public ImageSpec {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels: " + channels + " (expected: 1 or 3)");
    }
    int most = tiling == null ? MOST_SIDE : MOST_TILED_SIDE;
    requireSide("height", height, most);
    requireSide("width", width, most);
    if (tiling != null) {
      requireSide("tile height", tiling.height(), MOST_SIDE);
      requireSide("tile width", tiling.width(), MOST_SIDE);
      tiling.requireFits(height, width);
      if ((long) height * width > MOST_TILED_PIXELS) {
        throw new IllegalArgumentException(
            "height, width: %d x %d pixels (expected: at most %,d together)"
                .formatted(height, width, MOST_TILED_PIXELS));
      }
    }
  }

  /** An image that is taken whole. */
  public ImageSpec(int channels, int height, int width) {
    this(channels, height, width, null);
  }

  /** What a model takes at a time: a tile, or the whole image where it is not cut. */
  public ImageSpec tile() {
    return tiling == null ? this : new ImageSpec(channels, tiling.height(), tiling.width());
  }

  /** Tiles of an image; 1 where it is not cut. */
  public int tiles() {
    return tiling == null ? 1 : tiling.count(height, width);
  }

  /** Those of all tiles, which overlap. */
  @Override
  public int valuesSeen() {
    return tiling == null ? values() : tiles() * tile().values();
  }

  private static void requireSide(String name, int pixels, int most) {
    if (pixels < LEAST_SIDE || pixels > most) {
      throw new IllegalArgumentException(
          name + ": " + pixels + " pixels (expected: " + LEAST_SIDE + " to " + most + ")");
    }
  }

  @Override
  @JsonIgnore
  public List<GraphInput> inputs() {
    return List.of(
        new GraphInput(IMAGE, GraphInput.Element.FLOAT32, List.of(channels, height, width)));
  }

  @Override
  public List<Integer> shape(Output output) {
    return switch (output) {
      case SCORE, RECONSTRUCTION_TERM, LATENT_TERM -> List.of();
      case CONTRIBUTION, RECONSTRUCTION -> List.of(channels, height, width);
      case HEAT_MAP -> List.of(height, width);
      case LATENT_MEAN -> List.of(-1);
      case SCORE_CONTRIBUTION, NOVELTY, SCORE_IMPUTED, RECONSTRUCTION_CATEGORICAL -> List.of(0);
    };
  }

  /** Those of the same size, and larger ones that are cut into tiles of this size. */
  @Override
  public boolean takes(InputSpec other) {
    return equals(other) || (other instanceof ImageSpec image && equals(image.tile()));
  }

  /** An image that could be decoded can be judged, and holds nothing that has a name. */
  @Override
  public Screen screen() {
    return Decoded.ALL;
  }

  private enum Decoded implements Screen {
    ALL;

    @Override
    public @Nullable String reasonAgainst(Samples samples, int sample) {
      return samples.fault(sample);
    }

    @Override
    public boolean judgesRest(Samples samples, int sample) {
      return false;
    }

    @Override
    public @Nullable NovelValues novelties(Samples samples, int sample) {
      return null;
    }
  }
}
