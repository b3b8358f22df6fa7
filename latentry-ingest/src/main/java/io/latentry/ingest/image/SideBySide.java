package io.latentry.ingest.image;

import io.latentry.core.data.ImageSpec;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * An image as a model sees it, what the model expects in its place, and where they differ, side by
 * side, each pixel drawn as a square where the image is small.
 */
public final class SideBySide {
  /** Pixels of the longer side of each of the three, at least. */
  private static final int LEAST_SIDE = 192;

  private static final int GAP = 8;
  private static final int WHITE = 0xffffff;
  private static final int BRIGHTEST = 255;

  private SideBySide() {}

  /**
   * The picture as a PNG. The difference is the largest of all channels, in the colours of {@link
   * HeatColours}, which end at the largest difference of the image or a tenth, whichever is more.
   *
   * @param actual {@code byte[channels * height * width]}
   * @param expected {@code float[channels * height * width]}, 0 to 1
   */
  public static byte[] png(ImageSpec spec, byte[] actual, float[] expected) {
    int scale =
        Math.max(1, (int) Math.ceil((double) LEAST_SIDE / Math.max(spec.height(), spec.width())));
    int width = spec.width() * scale;
    BufferedImage picture =
        new BufferedImage(3 * width + 2 * GAP, spec.height() * scale, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < picture.getWidth(); x++) {
      for (int y = 0; y < picture.getHeight(); y++) {
        picture.setRGB(x, y, WHITE);
      }
    }
    int[] given = new int[actual.length];
    Arrays.setAll(given, i -> actual[i] & 0xff);
    int[] told = new int[actual.length];
    Arrays.setAll(told, i -> Math.round(BRIGHTEST * Math.max(0, Math.min(1, expected[i]))));
    double[] away = new double[spec.height() * spec.width()];
    for (int i = 0; i < given.length; i++) {
      int pixel = i % away.length;
      away[pixel] = Math.max(away[pixel], Math.abs(given[i] - told[i]) / (double) BRIGHTEST);
    }
    double most = Math.max(0.1, Arrays.stream(away).max().orElse(0));
    for (int pixel = 0; pixel < away.length; pixel++) {
      square(picture, spec, pixel, 0, scale, colour(spec, given, pixel));
      square(picture, spec, pixel, width + GAP, scale, colour(spec, told, pixel));
      square(picture, spec, pixel, 2 * (width + GAP), scale, HeatColours.of(away[pixel] / most));
    }
    return HeatOverlay.written(picture);
  }

  private static int colour(ImageSpec spec, int[] values, int pixel) {
    int plane = spec.height() * spec.width();
    int red = values[pixel];
    int green = spec.channels() == 1 ? red : values[plane + pixel];
    int blue = spec.channels() == 1 ? red : values[2 * plane + pixel];
    return red << 16 | green << 8 | blue;
  }

  private static void square(
      BufferedImage picture, ImageSpec spec, int pixel, int left, int scale, int colour) {
    for (int y = 0; y < scale; y++) {
      for (int x = 0; x < scale; x++) {
        picture.setRGB(
            left + pixel % spec.width() * scale + x, pixel / spec.width() * scale + y, colour);
      }
    }
  }
}
