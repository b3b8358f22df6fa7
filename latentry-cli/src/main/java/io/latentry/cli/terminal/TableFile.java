package io.latentry.cli.terminal;

import java.util.Locale;

/** Names of tables: checked before any work begins, shortened for titles. */
public final class TableFile {
  private TableFile() {}

  /** The last part of a path or glob, for titles. */
  public static String shortName(String data) {
    return data.equals("-") ? "standard input" : data.substring(data.lastIndexOf('/') + 1);
  }

  public static void requireName(String option, Object file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".csv") && !name.endsWith(".parquet") && !name.endsWith(".jsonl")) {
      throw new WrongUsage(
          option + ": '" + file + "' (expected: a name that ends in .csv, .parquet or .jsonl)");
    }
  }
}
