package io.latentry.ingest.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What an image can be stored as: told by name before it is read, and by content after. */
enum ImageFormat {
  PNG,
  JPEG,
  BMP,
  GIF,
  TIFF,
  WEBP;

  private static final Set<String> SUFFIXES =
      Set.of("png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff", "webp");

  /** Whether a file of this name is an image, as far as a name can tell. */
  static boolean isImageName(String name) {
    String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return name.indexOf('.') >= 0 && SUFFIXES.contains(suffix);
  }

  /** By the first bytes, whatever the name. */
  static Optional<ImageFormat> of(byte[] file) {
    if (begins(file, 0, "\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    }
    if (begins(file, 0, "\u00ff\u00d8\u00ff")) {
      return Optional.of(JPEG);
    }
    if (begins(file, 0, "GIF87a") || begins(file, 0, "GIF89a")) {
      return Optional.of(GIF);
    }
    if (begins(file, 0, "II*\u0000") || begins(file, 0, "MM\u0000*")) {
      return Optional.of(TIFF);
    }
    if (begins(file, 0, "RIFF") && begins(file, 8, "WEBP")) {
      return Optional.of(WEBP);
    }
    return begins(file, 0, "BM") ? Optional.of(BMP) : Optional.empty();
  }

  static boolean begins(byte[] file, int at, String latin1) {
    byte[] expected = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return at + expected.length <= file.length
        && Arrays.equals(file, at, at + expected.length, expected, 0, expected.length);
  }
}
