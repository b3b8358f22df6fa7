package io.latentry.model;

import io.latentry.core.data.RowsBuilder;
import java.util.Locale;

/** How names of Java and of databases find columns. */
final class Names {
  private Names() {}

  /** The column of that name, or of that name in snake_case or small letters; -1 if none. */
  static int column(RowsBuilder builder, String name) {
    int column = builder.column(name);
    if (column < 0) {
      column = builder.column(snakeCase(name));
    }
    return column >= 0 ? column : builder.column(name.toLowerCase(Locale.ROOT));
  }

  static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
