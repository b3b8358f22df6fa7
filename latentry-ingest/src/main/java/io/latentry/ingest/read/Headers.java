package io.latentry.ingest.read;

import io.latentry.core.data.DataException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether the first line of a text file is a header, and the column names it gives. */
public final class Headers {
  private Headers() {}

  /**
   * Refuses a first line that is data rather than names, and one that another delimiter would
   * split.
   */
  static void check(String file, String[] names, TextCells cells, char delimiter, Header header) {
    if (names.length == 1) {
      for (char other : Delimiters.CANDIDATES) {
        if (other != delimiter && names[0].indexOf(other) >= 0) {
          throw new DataException(
              "%s line 1: one column '%s' (expected: columns apart by %s); set `delimiter` to %s if that divides them"
                  .formatted(
                      file,
                      shortened(names[0]),
                      Delimiters.name(delimiter),
                      Delimiters.name(other)));
        }
      }
    }
    int numbers = 0;
    boolean fractions = false;
    boolean counting = true;
    for (int j = 0; j < names.length; j++) {
      double value = cells.number(j);
      if (!Double.isNaN(value)) {
        numbers++;
        fractions |= value != Math.rint(value);
      }
      counting &= value == j || value == j + 1;
    }
    boolean data = numbers == names.length || (fractions && 2 * numbers > names.length);
    if (data && !counting && !header.isKnown(names)) {
      throw new DataException(
          "%s line 1: '%s' (expected: a header line with column names); add one, or fit with --no-header, which calls the columns c1, c2, ..."
              .formatted(file, shortened(String.join(String.valueOf(delimiter), names))));
    }
  }

  /** Unique names; a column without one is called by its place. */
  static List<String> named(String file, String[] names) {
    List<String> result = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int j = 0; j < names.length; j++) {
      String name = names[j].isEmpty() ? "column_" + (j + 1) : names[j];
      if (!seen.add(name)) {
        throw new DataException(
            "%s line 1: column '%s' twice (expected: unique names); rename one"
                .formatted(file, shortened(name)));
      }
      result.add(name);
    }
    return List.copyOf(result);
  }

  public static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
