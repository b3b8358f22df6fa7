package io.latentry.core.artifact;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.data.ImageSpec;

/**
 * How a file becomes the image that the graph takes: decoded, turned upright as it says of itself,
 * made grey or coloured, and resized to the whole of {@code height x width} by the mean over the
 * area of each pixel (or, where it grows, by linear interpolation), each side by itself.
 *
 * @param channels 1 of grey, or 3: red, green, blue
 * @param view what the model looks at, as the config names it
 */
public record ImageSettings(int channels, int height, int width, String view) {

  public ImageSettings {
    ImageSpec unused = new ImageSpec(channels, height, width);
  }

  @JsonIgnore
  public ImageSpec spec() {
    return new ImageSpec(channels, height, width);
  }
}
