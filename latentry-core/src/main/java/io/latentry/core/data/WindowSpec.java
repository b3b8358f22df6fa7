package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A series as a model takes it: the last {@link #size} points of one key, oldest first. What is
 * judged is the last of them, or the one {@link #delay} before it.
 *
 * <p>A channel is a column of {@link #channels}; the graph's input {@value #WINDOW} holds its value
 * as a number. A boolean is 0 or 1, a moment seconds since Monday 00:00 UTC, a category its place
 * among the column's categories, or how many these are if it is none of them. NaN is missing.
 *
 * @param channels what a point holds, in this order
 * @param size points, at least 2
 * @param delay points behind the one that is judged; 0 for none
 */
public record WindowSpec(Schema channels, int size, int delay) implements InputSpec {
  /** The graph's input, {@code float32[batch, size, channels]}. */
  public static final String WINDOW = "window";

  /** The most points: a longer window would be no neighbourhood of its last point. */
  public static final int MOST_POINTS = 1024;

  /** The most points that a verdict may wait for. */
  public static final int MOST_DELAY = 62;

  public WindowSpec {
    if (channels.columns().isEmpty()) {
      throw new IllegalArgumentException("channels: none (expected: at least one input column)");
    }
    if (size < 2 || size > MOST_POINTS) {
      throw new IllegalArgumentException(
          "window: " + size + " points (expected: 2 to " + MOST_POINTS + ")");
    }
    if (delay < 0 || delay > Math.min(size - 2, MOST_DELAY)) {
      throw new IllegalArgumentException(
          "delay: "
              + delay
              + " points (expected: 0 to "
              + Math.min(size - 2, MOST_DELAY)
              + ", within the window)");
    }
  }

  /** Points before the one that is judged, which is the place of it in the window. */
  @JsonIgnore
  public int judged() {
    return size - 1 - delay;
  }

  /** Values of a point. */
  @JsonIgnore
  public int width() {
    return channels.columns().size();
  }

  @Override
  @JsonIgnore
  public List<GraphInput> inputs() {
    return List.of(new GraphInput(WINDOW, GraphInput.Element.FLOAT32, List.of(size, width())));
  }

  @Override
  public List<Integer> shape(Output output) {
    return switch (output) {
      case SCORE, SCORE_IMPUTED, RECONSTRUCTION_TERM, LATENT_TERM -> List.of();
      case CONTRIBUTION, SCORE_CONTRIBUTION, NOVELTY, RECONSTRUCTION -> List.of(size, width());
      case RECONSTRUCTION_CATEGORICAL, HEAT_MAP -> List.of(0);
      case LATENT_MEAN -> List.of(-1);
    };
  }

  @Override
  public boolean takes(InputSpec other) {
    return other instanceof WindowSpec spec
        && size == spec.size
        && delay == spec.delay
        && channels.takes(spec.channels);
  }

  @Override
  public Screen screen() {
    return new JudgedPoint(new RowScreen(channels));
  }

  /** Whether a window can be judged, and what is new in it, is a matter of the point judged. */
  private record JudgedPoint(RowScreen points) implements Screen {
    @Override
    public @Nullable String reasonAgainst(Samples samples, int sample) {
      return points.reasonAgainst(((Windows) samples).judged(), sample);
    }

    @Override
    public boolean judgesRest(Samples samples, int sample) {
      return points.judgesRest(((Windows) samples).judged(), sample);
    }

    @Override
    public @Nullable NovelValues novelties(Samples samples, int sample) {
      return points.novelties(((Windows) samples).judged(), sample);
    }
  }
}
