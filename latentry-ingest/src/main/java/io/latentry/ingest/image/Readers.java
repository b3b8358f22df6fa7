package io.latentry.ingest.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The readers of each format: the JDK's, and TwelveMonkeys' of JPEG (CMYK, and profiles that the
 * JDK's trips over) and WebP. Named, not looked up, so that what else is installed changes nothing.
 */
final class Readers {
  private static final Map<ImageFormat, ImageReaderSpi> BY_FORMAT = byFormat();

  private Readers() {}

  static ImageReaderSpi of(ImageFormat format) {
    return Objects.requireNonNull(BY_FORMAT.get(format));
  }

  private static Map<ImageFormat, ImageReaderSpi> byFormat() {
    IIORegistry registry = IIORegistry.getDefaultInstance();
    Map<ImageFormat, ImageReaderSpi> readers = new EnumMap<>(ImageFormat.class);
    for (ImageFormat format : ImageFormat.values()) {
      readers.put(
          format,
          switch (format) {
            case JPEG -> {
              JPEGImageReaderSpi jpeg = new JPEGImageReaderSpi();
              // It looks for the JDK's reader here, which does the decoding proper.
              jpeg.onRegistration(registry, ImageReaderSpi.class);
              yield jpeg;
            }
            case WEBP -> new WebPImageReaderSpi();
            case PNG, BMP, GIF, TIFF -> ofJdk(registry, format.name().toLowerCase(Locale.ROOT));
          });
    }
    return readers;
  }

  private static ImageReaderSpi ofJdk(IIORegistry registry, String format) {
    Iterator<ImageReaderSpi> all = registry.getServiceProviders(ImageReaderSpi.class, true);
    while (all.hasNext()) {
      ImageReaderSpi reader = all.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.")
          && Arrays.asList(reader.getFormatNames()).contains(format)) {
        return reader;
      }
    }
    throw new IllegalStateException(format + ": no reader (expected: Java's own)");
  }
}
