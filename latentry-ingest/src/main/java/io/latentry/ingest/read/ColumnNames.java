package io.latentry.ingest.read;

import io.latentry.core.settings.Spelling;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Column names in messages. */
public final class ColumnNames {
  private static final int SHOWN = 5;

  private ColumnNames() {}

  /** {@code 'a', 'b' and 7 more}; {@code none}. */
  public static String listed(Collection<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    String shown =
        names.stream()
            .limit(SHOWN)
            .map(name -> "'" + Headers.shortened(name) + "'")
            .collect(Collectors.joining(", "));
    return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
  }

  /** The nearest name if it is near enough to be the same one misspelt; quoted. */
  public static Optional<String> likely(String wanted, List<String> names) {
    return names.stream()
        .filter(name -> 2 * edits(wanted, name) < Math.min(wanted.length(), name.length()))
        .min(Comparator.comparingInt(name -> edits(wanted, name)))
        .map(name -> "'" + Headers.shortened(name) + "'");
  }

  private static int edits(String left, String right) {
    String a = Headers.shortened(left.toLowerCase(Locale.ROOT));
    String b = Headers.shortened(right.toLowerCase(Locale.ROOT));
    return Spelling.distance(a, b);
  }
}
