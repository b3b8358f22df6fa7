package io.latentry.cli;

import io.latentry.pipeline.DataConfig;
import io.latentry.pipeline.FitConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which rows and columns are looked at; for commands that make no model. */
final class DataOptions {
  @Option(
      names = "--label",
      paramLabel = "COL",
      description = "Column that says what a row is. Never an input. Needs --normal.")
  private Optional<String> label = Optional.empty();

  @Option(
      names = "--normal",
      paramLabel = "VALUE",
      description = "Value of the label that marks normal rows.")
  private Optional<String> normal = Optional.empty();

  @Option(
      names = "--exclude",
      paramLabel = "COL",
      split = ",",
      description = "Columns that are no input, separated by commas.")
  private List<String> exclude = List.of();

  @Option(
      names = "--config",
      paramLabel = "FILE.yaml",
      description = "Every other setting, as YAML, as in fit.")
  private Optional<Path> configFile = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Default: 0.")
  private Optional<Long> seed = Optional.empty();

  /**
   * The settled config.
   *
   * @throws WrongUsage if a flag, a key or a value of the file is wrong
   * @throws IOException if the file cannot be read
   */
  FitConfig config() throws IOException {
    FitConfig base =
        configFile.isPresent()
            ? FitOptions.read(configFile.get(), Optional.empty())
            : FitConfig.DEFAULT;
    DataConfig data = base.data();
    return WrongUsage.from(
        () ->
            base.withData(
                    new DataConfig(
                        label.isPresent() ? label.get() : data.label(),
                        normal.isPresent() ? normal.get() : data.normal(),
                        exclude.isEmpty() ? data.exclude() : exclude,
                        data.time(),
                        data.types(),
                        data.missing(),
                        data.unseen(),
                        data.missingTokens(),
                        data.delimiter(),
                        data.encoding(),
                        data.clean()))
                .withSeed(seed.orElse(base.seed())));
  }
}
