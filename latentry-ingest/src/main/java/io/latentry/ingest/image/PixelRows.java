package io.latentry.ingest.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The rows of a decoded image as values of 0 to 255, over white where it lets through, and grey or
 * in colours as asked.
 *
 * <p>Grey values stay as they are stored (AWT takes them for linear light, and would change them).
 * Of 16 bits the upper 8 count, fewer than 8 are stretched. Colours become grey as (299 red + 587
 * green + 114 blue) / 1000, as in ITU-R BT.601.
 */
final class PixelRows {
  private static final int WHITE = 255;

  private final BufferedImage image;
  private final Raster raster;
  private final Kind kind;
  private final int[] palette;
  private final int[] buffer;
  private final int[][] planes;

  private enum Kind {
    PALETTE,
    /** Bands as they are stored: grey or sRGB, and perhaps alpha. */
    BANDS,
    /** What AWT makes of it. */
    CONVERTED
  }

  /**
   * @param channels 1 of grey, or 3
   */
  PixelRows(BufferedImage decoded, int channels) {
    ColorModel model = decoded.getColorModel();
    this.kind = kind(decoded);
    this.image =
        kind == Kind.CONVERTED && !model.getColorSpace().isCS_sRGB() ? converted(decoded) : decoded;
    this.raster = image.getRaster();
    this.palette = kind == Kind.PALETTE ? colours((IndexColorModel) model) : new int[0];
    this.buffer = new int[image.getWidth() * Math.max(1, raster.getNumBands())];
    this.planes = new int[channels][image.getWidth()];
  }

  private static Kind kind(BufferedImage image) {
    ColorModel model = image.getColorModel();
    if (model instanceof IndexColorModel) {
      return Kind.PALETTE;
    }
    int type = model.getTransferType();
    boolean whole = type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT;
    boolean known =
        model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
            || model.getColorSpace().isCS_sRGB();
    return model instanceof ComponentColorModel
            && whole
            && known
            && !(model.hasAlpha() && model.isAlphaPremultiplied())
        ? Kind.BANDS
        : Kind.CONVERTED;
  }

  /** By the profile that the image brings, or that its colours are known by. */
  private static BufferedImage converted(BufferedImage image) {
    BufferedImage standard =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
    return new ColorConvertOp(null).filter(image, standard);
  }

  private static int[] colours(IndexColorModel model) {
    int[] colours = new int[model.getMapSize()];
    model.getRGBs(colours);
    return colours;
  }

  /** {@code int[channels][width]} of a row, good until the next is asked for. */
  int[][] row(int y) {
    switch (kind) {
      case PALETTE -> palette(y);
      case BANDS -> bands(y);
      case CONVERTED -> {
        image.getRGB(0, y, image.getWidth(), 1, buffer, 0, image.getWidth());
        for (int x = 0; x < image.getWidth(); x++) {
          put(x, buffer[x]);
        }
      }
    }
    return planes;
  }

  private void palette(int y) {
    raster.getSamples(0, y, image.getWidth(), 1, 0, buffer);
    for (int x = 0; x < image.getWidth(); x++) {
      // An index that the palette lacks is black, as an empty entry is.
      put(x, buffer[x] < palette.length ? palette[buffer[x]] : 0xff000000);
    }
  }

  private void bands(int y) {
    int bands = raster.getNumBands();
    boolean alpha = image.getColorModel().hasAlpha();
    int colours = alpha ? bands - 1 : bands;
    raster.getPixels(0, y, image.getWidth(), 1, buffer);
    for (int x = 0; x < image.getWidth(); x++) {
      int at = x * bands;
      int opaque = alpha ? eight(buffer[at + bands - 1], bands - 1) : WHITE;
      int first = over(eight(buffer[at], 0), opaque);
      if (colours < 3) {
        for (int[] plane : planes) {
          plane[x] = first;
        }
      } else {
        put(
            x,
            first,
            over(eight(buffer[at + 1], 1), opaque),
            over(eight(buffer[at + 2], 2), opaque));
      }
    }
  }

  private int eight(int sample, int band) {
    int bits = image.getColorModel().getComponentSize(band);
    if (bits == 8) {
      return sample;
    }
    int most = (1 << bits) - 1;
    return bits > 8 ? sample >> (bits - 8) : (2 * sample * WHITE + most) / (2 * most);
  }

  private void put(int x, int argb) {
    int opaque = argb >>> 24;
    put(
        x,
        over(argb >> 16 & 0xff, opaque),
        over(argb >> 8 & 0xff, opaque),
        over(argb & 0xff, opaque));
  }

  private void put(int x, int red, int green, int blue) {
    if (planes.length == 1) {
      planes[0][x] = (299 * red + 587 * green + 114 * blue + 500) / 1000;
    } else {
      planes[0][x] = red;
      planes[1][x] = green;
      planes[2][x] = blue;
    }
  }

  private static int over(int value, int opaque) {
    return opaque == WHITE
        ? value
        : (2 * (value * opaque + WHITE * (WHITE - opaque)) + WHITE) / (2 * WHITE);
  }
}
