package io.latentry.ingest.image;

import io.latentry.core.fault.FaultWords;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * From the bytes of a file to an image of the size that a model takes: PNG, JPEG, BMP, GIF and TIFF
 * (the first image of several) and WebP; grey, colours, palettes, CMYK; 1 to 16 bits a value.
 *
 * <p>It is turned upright as it says of itself, laid over white where it lets through, and brought
 * to the whole of the size asked for, each side by itself, by {@link Resampling}. Colours of a JPEG
 * or a TIFF that brings a profile are converted to sRGB by it; of other formats a profile is passed
 * over. Safe for use by several threads.
 */
public final class ImageDecoder {
  /** Of one image: what may be allocated for. */
  public static final long MOST_PIXELS = 100_000_000;

  public static final int MOST_SIDE = 30_000;

  /** An image of more than these pixels is decoded when no other such image is. */
  private static final long LARGE = 16_000_000;

  private static final String GIF_CUT_SHORT = "I/O error reading image!";

  private static final Semaphore LARGE_ONE = new Semaphore(1);

  private ImageDecoder() {}

  /**
   * An image, or why there is none.
   *
   * @param pixels {@code byte[channels * height * width]}, plane by plane; empty where there is a
   *     fault
   * @param originalWidth of the upright image in the file; 0 where it could not be told
   * @param originalHeight likewise
   * @param fault a sentence for people; null where the image could be decoded
   */
  public record Decoded(
      byte[] pixels, int originalWidth, int originalHeight, @Nullable String fault) {

    static Decoded faulty(String fault) {
      return new Decoded(new byte[0], 0, 0, fault);
    }
  }

  /**
   * What the head of a file says.
   *
   * @param format such as {@code png}; empty where there is a fault that hides it
   * @param width of the upright image
   * @param height likewise
   * @param channels 1 of grey, or 3
   * @param bits of a value
   * @param fault why it cannot be decoded; null where the head says nothing against it
   */
  public record Header(
      String format, int width, int height, int channels, int bits, @Nullable String fault) {}

  /** A look at the head alone, which decodes no pixel; a file that is no image never throws. */
  public static Header header(byte[] file) {
    Optional<ImageFormat> format = ImageFormat.of(file);
    if (format.isEmpty()) {
      return new Header("", 0, 0, 0, 0, notAnImage(file));
    }
    String name = format.get().name().toLowerCase(Locale.ROOT);
    try (Opened opened = new Opened(format.get(), file)) {
      int width = opened.reader.getWidth(0);
      int height = opened.reader.getHeight(0);
      boolean sideways = Orientation.of(format.get(), file).isSideways();
      Iterator<ImageTypeSpecifier> types = opened.reader.getImageTypes(0);
      ColorModel model = types.hasNext() ? types.next().getColorModel() : null;
      return new Header(
          name,
          sideways ? height : width,
          sideways ? width : height,
          model == null || !isGrey(model) ? 3 : 1,
          model == null ? 8 : bits(model),
          faultOfSize(width, height));
    } catch (IOException | RuntimeException broken) {
      return new Header(name, 0, 0, 0, 0, broken(broken));
    }
  }

  /**
   * Decodes a file; one that is no image, or a broken or too large one, gives a fault and never
   * throws.
   *
   * @param channels 1 of grey, or 3: red, green, blue
   */
  public static Decoded decode(byte[] file, int channels, int height, int width) {
    Optional<ImageFormat> format = ImageFormat.of(file);
    if (format.isEmpty()) {
      return Decoded.faulty(notAnImage(file));
    }
    try (Opened opened = new Opened(format.get(), file)) {
      int storedWidth = opened.reader.getWidth(0);
      int storedHeight = opened.reader.getHeight(0);
      String tooLarge = faultOfSize(storedWidth, storedHeight);
      if (tooLarge != null) {
        return Decoded.faulty(tooLarge);
      }
      if ((long) storedWidth * storedHeight <= LARGE) {
        return decoded(opened, Orientation.of(format.get(), file), channels, height, width);
      }
      LARGE_ONE.acquireUninterruptibly();
      try {
        return decoded(opened, Orientation.of(format.get(), file), channels, height, width);
      } finally {
        LARGE_ONE.release();
      }
    } catch (IOException | RuntimeException broken) {
      return Decoded.faulty(broken(broken));
    }
  }

  private static Decoded decoded(
      Opened opened, Orientation orientation, int channels, int height, int width)
      throws IOException {
    BufferedImage image = opened.reader.read(0);
    if (opened.damage != null) {
      return Decoded.faulty("truncated: " + opened.damage + " (expected: a whole image)");
    }
    boolean sideways = orientation.isSideways();
    Resizer resizer =
        new Resizer(
            channels,
            image.getHeight(),
            image.getWidth(),
            sideways ? width : height,
            sideways ? height : width);
    PixelRows rows = new PixelRows(image, channels);
    for (int y = 0; y < image.getHeight(); y++) {
      resizer.add(rows.row(y));
    }
    byte[] pixels = new byte[channels * height * width];
    byte[][] planes = resizer.planes();
    for (int i = 0; i < channels; i++) {
      System.arraycopy(
          orientation.upright(planes[i], height, width),
          0,
          pixels,
          i * height * width,
          height * width);
    }
    return new Decoded(
        pixels,
        sideways ? image.getHeight() : image.getWidth(),
        sideways ? image.getWidth() : image.getHeight(),
        null);
  }

  private static @Nullable String faultOfSize(int width, int height) {
    if ((long) width * height > MOST_PIXELS) {
      return "%,d x %,d pixels (expected: at most %d megapixels)"
          .formatted(width, height, MOST_PIXELS / 1_000_000);
    }
    if (Math.max(width, height) > MOST_SIDE) {
      return "%,d x %,d pixels (expected: sides of at most %,d)"
          .formatted(width, height, MOST_SIDE);
    }
    return width < 1 || height < 1
        ? "%d x %d pixels (expected: at least one)".formatted(width, height)
        : null;
  }

  private static boolean isGrey(ColorModel model) {
    if (model instanceof IndexColorModel palette) {
      for (int i = 0; i < palette.getMapSize(); i++) {
        if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
          return false;
        }
      }
      return true;
    }
    return model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  private static int bits(ColorModel model) {
    return model instanceof IndexColorModel ? model.getPixelSize() : model.getComponentSize(0);
  }

  private static String notAnImage(byte[] file) {
    if (file.length == 0) {
      return "not an image: an empty file";
    }
    StringBuilder begins = new StringBuilder();
    for (int i = 0; i < Math.min(8, file.length); i++) {
      int value = file[i] & 0xff;
      begins.append(value >= ' ' && value < 127 ? (char) value : '.');
    }
    return "not an image: begins with '%s' (expected: PNG, JPEG, BMP, GIF, TIFF or WebP)"
        .formatted(begins);
  }

  private static String broken(Throwable broken) {
    Throwable cause = broken;
    while (cause != null) {
      if (cause instanceof EOFException || GIF_CUT_SHORT.equals(cause.getMessage())) {
        return "truncated: the file ends within the image (expected: a whole image)";
      }
      cause = cause.getCause();
    }
    return "not readable: " + FaultWords.of(broken);
  }

  /** A reader on a file in memory, which hears when the file ends too soon. */
  private static final class Opened implements AutoCloseable {
    private final ImageReader reader;
    private final MemoryCacheImageInputStream stream;
    private @Nullable String damage;

    Opened(ImageFormat format, byte[] file) throws IOException {
      this.reader = Readers.of(format).createReaderInstance();
      this.stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file));
      reader.addIIOReadWarningListener((source, warning) -> heard(warning));
      // Of metadata only what decoding needs: texts in a PNG may be packed bombs.
      reader.setInput(stream, false, format != ImageFormat.JPEG && format != ImageFormat.WEBP);
    }

    /** Of a JPEG that ends too soon, or is damaged, the decoder paints the rest grey and warns. */
    private void heard(String warning) {
      String lower = warning.toLowerCase(Locale.ROOT);
      if (lower.contains("premature end") || lower.contains("bad huffman")) {
        damage = warning;
      }
    }

    @Override
    public void close() throws IOException {
      reader.dispose();
      stream.close();
    }
  }
}
