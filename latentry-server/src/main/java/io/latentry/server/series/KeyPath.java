package io.latentry.server.series;

import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesSettings;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A key of a series in a URL: its parts, one for each key column, each percent-encoded and with
 * {@code /} between them. The only series of a model without key columns is called {@value #ONLY}.
 */
public final class KeyPath {
  static final String ONLY = "_";

  private KeyPath() {}

  /**
   * The key that a path names.
   *
   * @throws RefusedException {@link Refusal#UNKNOWN} if the model has other key columns
   */
  public static String key(SeriesSettings settings, String path) {
    List<String> parts = Arrays.stream(path.split("/", -1)).map(KeyPath::decoded).toList();
    if (settings.keys().isEmpty()) {
      if (parts.equals(List.of(ONLY))) {
        return "";
      }
      throw new RefusedException(
          Refusal.UNKNOWN,
          "series: '" + path + "' (expected: " + ONLY + ", since the model has no key columns)");
    }
    if (parts.size() != settings.keys().size()) {
      throw new RefusedException(
          Refusal.UNKNOWN,
          "series: '%s', %d part%s (expected: %d, of the key columns %s, with / between them; write / within a part as %%2F)"
              .formatted(
                  path,
                  parts.size(),
                  parts.size() == 1 ? "" : "s",
                  settings.keys().size(),
                  String.join(", ", settings.keys())));
    }
    return SeriesKeys.of(parts);
  }

  /** One for each key column. */
  public static List<String> parts(SeriesSettings settings, String key) {
    return switch (settings.keys().size()) {
      case 0 -> List.of();
      case 1 -> List.of(key);
      default -> SeriesKeys.parts(key);
    };
  }

  /** The path that names a key. */
  public static String path(SeriesSettings settings, String key) {
    return settings.keys().isEmpty()
        ? ONLY
        : parts(settings, key).stream().map(KeyPath::encoded).collect(Collectors.joining("/"));
  }

  /** A part of a path, for any place of a URL. */
  public static String encoded(String part) {
    String written = URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    // Whoever passes a path on takes out what is . or .. between two /.
    return written.equals(".") || written.equals("..") ? written.replace(".", "%2E") : written;
  }

  private static String decoded(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      throw new RefusedException(
          Refusal.BAD_INPUT, "series: '" + part + "' (expected: percent-encoded)", broken);
    }
  }
}
