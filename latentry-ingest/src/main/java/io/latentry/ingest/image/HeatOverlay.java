package io.latentry.ingest.image;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.verdict.Region;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * An image in grey under what is strange of it: where the heat is above the level it takes the
 * colours of {@link HeatColours}, the more and the denser the hotter it is, and boxes stand around
 * connected areas. Below the level it stays as it is.
 *
 * @param level heat above which a place is strange
 * @param span heat above the level at which colours end; above 0
 */
public record HeatOverlay(double level, double span) {
  /** Pixels of a side of what is drawn. */
  public static final int MOST_SIDE = 1024;

  /** How much of the image a place just above the level hides, and the hottest. */
  private static final double THINNEST = 0.35;

  private static final double DENSEST = 0.9;

  /**
   * The colour just above the level, as a share of the map: its darkest would hide in the image.
   */
  private static final double COOLEST = 0.3;

  /** Pixels of the picture for each pixel that a line is wide. */
  private static final int SIDE_PER_LINE = 400;

  public HeatOverlay {
    if (!(span > 0)) {
      throw new IllegalArgumentException("span: " + span + " (expected: above 0)");
    }
  }

  /** Heat as a model gives it. */
  public record HeatMap(float[] heat, int height, int width) {

    /**
     * That of one image.
     *
     * @param heat {@code float[images * height * width]}
     */
    public static HeatMap of(float[] heat, int image, ImageSettings settings) {
      int pixels = settings.height() * settings.width();
      return new HeatMap(
          Arrays.copyOfRange(heat, image * pixels, (image + 1) * pixels),
          settings.height(),
          settings.width());
    }

    /** What is hotter than {@code level}, strongest first, in pixels of the image in its file. */
    public List<Region> regions(double level, ImageDecoder.Decoded file) {
      return Region.above(heat, height, width, level).stream()
          .map(region -> region.scaled(height, width, file.originalHeight(), file.originalWidth()))
          .toList();
    }
  }

  /**
   * How heat is drawn for a model: from its threshold on, and to the end of the colours at as much
   * above it as it is above an ordinary image.
   *
   * @param threshold in force
   */
  public static HeatOverlay of(Manifest manifest, Threshold threshold) {
    double[] ordinary = manifest.calibration().scores();
    double span = threshold.score() - ordinary[ordinary.length / 2];
    return new HeatOverlay(
        threshold.score(), Math.max(span, 1e-3 * Math.max(1, Math.abs(threshold.score()))));
  }

  /**
   * The file as a PNG with its heat: of its own size, or the longer side {@link #MOST_SIDE}.
   *
   * @param decoded what the model saw of the file, which tells its size
   */
  public byte[] png(byte[] file, ImageDecoder.Decoded decoded, HeatMap map) {
    return png(file, decoded, map, MOST_SIDE);
  }

  /**
   * The same.
   *
   * @param mostSide pixels of the longer side at most
   */
  public byte[] png(byte[] file, ImageDecoder.Decoded decoded, HeatMap map, int mostSide) {
    int longer = Math.max(decoded.originalWidth(), decoded.originalHeight());
    double scale = Math.min(1, (double) mostSide / longer);
    int height = (int) Math.max(1, Math.round(decoded.originalHeight() * scale));
    int width = (int) Math.max(1, Math.round(decoded.originalWidth() * scale));
    return written(drawn(ImageDecoder.decode(file, 1, height, width).pixels(), height, width, map));
  }

  /**
   * The picture.
   *
   * @param grey {@code byte[height * width]}
   */
  BufferedImage drawn(byte[] grey, int height, int width, HeatMap map) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int value = grey[y * width + x] & 0xff;
        picture.setRGB(x, y, blended(value, heatAt(map, y, height, x, width)));
      }
    }
    List<Region> regions = Region.above(map.heat(), map.height(), map.width(), level);
    int line = 1 + Math.max(height, width) / SIDE_PER_LINE;
    for (Region region : regions) {
      Region box = region.scaled(map.height(), map.width(), height, width);
      frame(picture, box, 0, line, 0xffffff);
      frame(picture, box, line, 1, 0x000000);
    }
    return picture;
  }

  private int blended(int grey, double heat) {
    if (!(heat > level)) {
      return grey << 16 | grey << 8 | grey;
    }
    double share = Math.min(1, (heat - level) / span);
    double dense = THINNEST + share * (DENSEST - THINNEST);
    int colour = HeatColours.of(COOLEST + share * (1 - COOLEST));
    int blended = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      blended |= (int) Math.round(grey + dense * ((colour >> shift & 0xff) - grey)) << shift;
    }
    return blended;
  }

  /** Interpolated between the centres of the map's places. */
  private static double heatAt(HeatMap map, int y, int height, int x, int width) {
    double row = place(y, height, map.height());
    double column = place(x, width, map.width());
    int top = (int) row;
    int left = (int) column;
    int bottom = Math.min(top + 1, map.height() - 1);
    int right = Math.min(left + 1, map.width() - 1);
    double above = between(at(map, top, left), at(map, top, right), column - left);
    double below = between(at(map, bottom, left), at(map, bottom, right), column - left);
    return between(above, below, row - top);
  }

  private static double place(int pixel, int pixels, int places) {
    return Math.max(0, Math.min(places - 1.0, (pixel + 0.5) * places / pixels - 0.5));
  }

  private static double at(HeatMap map, int row, int column) {
    return map.heat()[row * map.width() + column];
  }

  private static double between(double from, double to, double share) {
    return from + share * (to - from);
  }

  /** A frame around a box, {@code away} pixels from it, cut off at the picture's edge. */
  private static void frame(BufferedImage picture, Region box, int away, int thick, int colour) {
    for (int k = away + 1; k <= away + thick; k++) {
      int left = Math.max(0, box.x() - k);
      int top = Math.max(0, box.y() - k);
      int right = Math.min(picture.getWidth() - 1, box.x() + box.width() - 1 + k);
      int bottom = Math.min(picture.getHeight() - 1, box.y() + box.height() - 1 + k);
      for (int x = left; x <= right; x++) {
        picture.setRGB(x, top, colour);
        picture.setRGB(x, bottom, colour);
      }
      for (int y = top; y <= bottom; y++) {
        picture.setRGB(left, y, colour);
        picture.setRGB(right, y, colour);
      }
    }
  }

  static byte[] written(BufferedImage picture) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(picture);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }
}
