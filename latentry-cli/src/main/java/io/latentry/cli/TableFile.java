package io.latentry.cli;

import java.util.Locale;

/** Checks the name of a table to write before any work begins. */
final class TableFile {
  private TableFile() {}

  static void requireName(String option, Object file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".csv") && !name.endsWith(".parquet") && !name.endsWith(".jsonl")) {
      throw new WrongUsage(
          option + ": '" + file + "' (expected: a name that ends in .csv, .parquet or .jsonl)");
    }
  }
}
