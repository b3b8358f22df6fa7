package io.latentry.cli.terminal;

import java.util.List;
import picocli.CommandLine.Parameters;

/** The tables that a command reads; mixed in where no model comes first. */
public final class DataArguments {
  static final String DESCRIPTION =
      "CSV, TSV, Parquet or JSON lines, plain or .gz; globs; - for standard input.";

  @Parameters(paramLabel = "DATA", arity = "1..*", description = DESCRIPTION)
  private List<String> data = List.of();

  /** Files, globs or {@code -}; at least one. */
  public List<String> data() {
    return data;
  }
}
