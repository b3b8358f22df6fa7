package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image as a model takes it: {@code channels} planes of {@code height} rows and {@code width}
 * columns of pixels in 0 to 1, as they are after decoding and resizing.
 *
 * @param channels 1 of grey, or 3: red, green, blue
 * @param height pixels, {@value #LEAST_SIDE} to {@value #MOST_SIDE}
 * @param width likewise
 */
public record ImageSpec(int channels, int height, int width) implements InputSpec {
  /** The graph's input, {@code float32[batch, channels, height, width]}. */
  public static final String IMAGE = "image";

  public static final int LEAST_SIDE = 16;

  public static final int MOST_SIDE = 1024;

  public ImageSpec {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels: " + channels + " (expected: 1 or 3)");
    }
    requireSide("height", height);
    requireSide("width", width);
  }

  private static void requireSide(String name, int pixels) {
    if (pixels < LEAST_SIDE || pixels > MOST_SIDE) {
      throw new IllegalArgumentException(
          name + ": " + pixels + " pixels (expected: " + LEAST_SIDE + " to " + MOST_SIDE + ")");
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

  @Override
  public boolean takes(InputSpec other) {
    return equals(other);
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
