package io.latentry.core.artifact;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.tile.Tiling;
import org.jspecify.annotations.Nullable;

/**
 * How a file becomes the image that is judged: decoded, turned upright as it says of itself, made
 * grey or coloured, and resized to the whole of {@code height x width} by the mean over the area of
 * each pixel (or, where it grows, by linear interpolation), each side by itself; and how that is
 * cut into tiles, which the graph takes in its stead.
 *
 * @param channels 1 of grey, or 3: red, green, blue
 * @param view what the model looks at, as the config names it
 * @param tiling null where the graph takes the whole image
 * @param network of the user's own, if it looks through one
 */
public record ImageSettings(
    int channels,
    int height,
    int width,
    String view,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Tiling tiling,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable NetworkSettings network) {

  public ImageSettings {
    ImageSpec unused = new ImageSpec(channels, height, width, tiling);
  }

  /** Of images that are taken whole. */
  public ImageSettings(int channels, int height, int width, String view) {
    this(channels, height, width, view, null);
  }

  /** Of what is looked at without a network of the user's own. */
  public ImageSettings(int channels, int height, int width, String view, @Nullable Tiling tiling) {
    this(channels, height, width, view, tiling, null);
  }

  /** What is judged; the graph takes its {@link ImageSpec#tile}. */
  @JsonIgnore
  public ImageSpec spec() {
    return new ImageSpec(channels, height, width, tiling);
  }

  /** The same through that network, or through ours where it is null. */
  public ImageSettings through(@Nullable NetworkSettings other) {
    return new ImageSettings(channels, height, width, view, tiling, other);
  }

  /** The same of other colours. */
  public ImageSettings withChannels(int other) {
    return new ImageSettings(other, height, width, view, tiling, network);
  }
}
