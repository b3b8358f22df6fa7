package io.latentry.core.series;

import java.util.List;

/** The key of a point, out of one or more columns. */
public final class SeriesKeys {
  /** Stands between the parts of a key. */
  public static final char SEPARATOR = '\u001f';

  private SeriesKeys() {}

  /**
   * @param columns {@code String[rows]} each
   */
  public static String of(List<String[]> columns, int row) {
    if (columns.size() == 1) {
      return columns.get(0)[row];
    }
    StringBuilder key = new StringBuilder();
    for (String[] column : columns) {
      if (key.length() > 0) {
        key.append(SEPARATOR);
      }
      key.append(column[row]);
    }
    return key.toString();
  }

  /** The key of these parts, one for each column. */
  public static String of(List<String> parts) {
    return String.join(String.valueOf(SEPARATOR), parts);
  }

  /** The parts of a key, one for each column. */
  public static List<String> parts(String key) {
    return List.of(key.split(String.valueOf(SEPARATOR), -1));
  }

  /** As a person reads it. */
  public static String words(String key) {
    return key.replace(SEPARATOR, '/');
  }
}
