package io.latentry.ingest.read;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the first line of a CSV file is.
 *
 * @param present false: the first line is a row like the others, and columns are called by their
 *     place: c1, c2, ...
 * @param known names that somebody gave to columns: a first line that has them is a header, however
 *     much its other names look like data
 */
public record Header(boolean present, Set<String> known) {
  /** No line of names. */
  public static final Header NONE = new Header(false, Set.of());

  public Header {
    known = Set.copyOf(known);
  }

  /** A line of names, {@code known} ones among them. */
  public static Header naming(Set<String> known) {
    return new Header(true, known);
  }

  /** Whether {@code names} surely are names: a known word is among them, or all that is known. */
  boolean isKnown(String[] names) {
    List<String> given = Arrays.asList(names);
    return !known.isEmpty()
        && (given.containsAll(known)
            || known.stream().anyMatch(name -> !startsAsNumber(name) && given.contains(name)));
  }

  /** The names of {@code columns} columns without any. */
  static List<String> byPlace(int columns) {
    return IntStream.rangeClosed(1, columns).mapToObj(place -> "c" + place).toList();
  }

  private static boolean startsAsNumber(String name) {
    return name.isEmpty() || "+-.0123456789".indexOf(name.charAt(0)) >= 0;
  }
}
