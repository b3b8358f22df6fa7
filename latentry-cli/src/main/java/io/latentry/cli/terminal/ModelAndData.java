package io.latentry.cli.terminal;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** A model and the tables that it looks at. */
public final class ModelAndData {
  @Parameters(index = "0", paramLabel = "MODEL", description = "A model file that fit wrote.")
  private Path model = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "DATA",
      description = DataArguments.DESCRIPTION)
  private List<String> data = List.of();

  public Path model() {
    return model;
  }

  /** Files, globs or {@code -}; at least one. */
  public List<String> data() {
    return data;
  }
}
