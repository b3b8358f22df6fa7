package io.latentry.pipeline.config;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.tile.Tiling;
import io.latentry.training.image.Alteration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the files of a folder become images of one size.
 *
 * @param size pixels of the longer side; null: that of the median image, from {@value #LEAST} to
 *     {@value #MOST}, or, in tiles, whatever it is
 * @param tile pixels of a tile's side, into which larger images are cut; null: none is
 * @param colour whether colours count
 * @param view what the model sees of them
 * @param likelihood of pixels, where it sees those
 * @param augment ways in which a good image may be altered and stay good: a copy of each that
 *     trains, so altered, trains too
 * @param network what images are looked at through; null: the one that ships with Latentry
 */
public record ImageConfig(
    @Nullable Integer size,
    @Nullable Integer tile,
    Colour colour,
    View view,
    Likelihood likelihood,
    Set<Alteration> augment,
    @Nullable NetworkConfig network) {
  /** The longer side unless one is asked for. */
  public static final int LEAST = 64;

  /** As {@link #LEAST}. */
  public static final int MOST = 256;

  /** The longer side of images that are seen by pixels, unless one is asked for. */
  public static final int PIXELS = 64;

  /** Everything found out. */
  public static final ImageConfig DEFAULT =
      new ImageConfig(null, null, Colour.AUTO, View.PLACES, Likelihood.GAUSSIAN, Set.of(), null);

  /** What is kept of colours. */
  public enum Colour {
    /** Colours where any image has some. */
    AUTO,
    /** Brightness alone. */
    GREY,
    /** Red, green and blue. */
    RGB
  }

  /** What a model sees of an image. */
  public enum View {
    /** What a fixed network sees at each place. */
    PLACES(448 * 448),
    /** The same of the image at twice its size, by its finest layers alone. */
    DETAILS(256 * 256),
    /** The pixels, so that there is a reconstruction to look at. */
    PIXELS(ImageSpec.MOST_SIDE * ImageSpec.MOST_SIDE);

    private final int mostPixels;

    View(int mostPixels) {
      this.mostPixels = mostPixels;
    }

    /** Of an image, or a tile: of more our network makes more values than a model may have. */
    public int mostPixels() {
      return mostPixels;
    }
  }

  /** How a pixel is distributed around what is expected of it. */
  public enum Likelihood {
    /** Around a mean, with a variance learned for each pixel. */
    GAUSSIAN,
    /** Between black and white. */
    BERNOULLI
  }

  public ImageConfig {
    augment = Collections.unmodifiableSet(new TreeSet<>(augment));
    int most = tile == null ? ImageSpec.MOST_SIDE : ImageSpec.MOST_TILED_SIDE;
    requireSide("size", size, ImageSpec.LEAST_SIDE, most);
    requireSide("tile", tile, Tiling.LEAST_SIDE, ImageSpec.MOST_SIDE);
  }

  private static void requireSide(String name, @Nullable Integer pixels, int least, int most) {
    if (pixels != null && (pixels < least || pixels > most)) {
      throw new IllegalArgumentException(
          name + ": " + pixels + " pixels (expected: " + least + " to " + most + ")");
    }
  }

  /** The same at another size. */
  public ImageConfig withSize(int pixels) {
    return new ImageConfig(pixels, tile, colour, view, likelihood, augment, network);
  }

  /** The same in tiles. */
  public ImageConfig withTile(int pixels) {
    return new ImageConfig(size, pixels, colour, view, likelihood, augment, network);
  }

  /** The same seen otherwise. */
  public ImageConfig withView(View other) {
    return new ImageConfig(size, tile, colour, other, likelihood, augment, network);
  }
}
