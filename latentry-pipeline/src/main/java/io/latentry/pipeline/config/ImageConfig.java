package io.latentry.pipeline.config;

import io.latentry.core.data.ImageSpec;
import org.jspecify.annotations.Nullable;

/**
 * How the files of a folder become images of one size.
 *
 * @param size pixels of the longer side; null: that of the median image, from {@value #LEAST} to
 *     {@value #MOST}
 * @param colour whether colours count
 */
public record ImageConfig(@Nullable Integer size, Colour colour) {
  /** The longer side unless one is asked for. */
  public static final int LEAST = 64;

  /** As {@link #LEAST}. */
  public static final int MOST = 256;

  /** Everything found out. */
  public static final ImageConfig DEFAULT = new ImageConfig(null, Colour.AUTO);

  /** What is kept of colours. */
  public enum Colour {
    /** Colours where any image has some. */
    AUTO,
    /** Brightness alone. */
    GREY,
    /** Red, green and blue. */
    RGB
  }

  public ImageConfig {
    if (size != null && (size < ImageSpec.LEAST_SIDE || size > ImageSpec.MOST_SIDE)) {
      throw new IllegalArgumentException(
          "size: "
              + size
              + " pixels (expected: "
              + ImageSpec.LEAST_SIDE
              + " to "
              + ImageSpec.MOST_SIDE
              + ")");
    }
  }
}
