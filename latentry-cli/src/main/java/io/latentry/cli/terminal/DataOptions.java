package io.latentry.cli.terminal;

import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which rows and columns are looked at, and what the config begins from. */
public final class DataOptions {
  @Option(
      names = "--label",
      paramLabel = "COL",
      description = "Column that says what a row is. Never an input. Needs --normal.")
  private Optional<String> label = Optional.empty();

  @Option(
      names = "--normal",
      paramLabel = "VALUE",
      description = "Value of the label that marks normal rows; others never reach training.")
  private Optional<String> normal = Optional.empty();

  @Option(
      names = "--exclude",
      paramLabel = "COL",
      split = ",",
      description = "Columns that are no input, separated by commas.")
  private List<String> exclude = List.of();

  @Option(
      names = "--no-header",
      description =
          "CSV files have no line of column names: columns are c1, c2, ... The model remembers it.")
  private boolean noHeader;

  @Option(
      names = "--config",
      paramLabel = "FILE.yaml",
      description =
          "Every other setting, as YAML. Flags lie over it. Default: what LATENTRY_CONFIG names,"
              + " otherwise latentry.yaml in this folder, if there is one.")
  private Optional<Path> configFile = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same data, settings and seed: same result. Default: 0.")
  private Optional<Long> seed = Optional.empty();

  /**
   * The settled config.
   *
   * @throws WrongUsage if a flag, a key or a value of the file is wrong
   * @throws IOException if the file cannot be read
   */
  public FitConfig config() throws IOException {
    return config(Optional.empty());
  }

  /** The same, over the defaults of {@code variant} whatever the config file names. */
  public FitConfig config(Optional<Variant> variant) throws IOException {
    FitConfig base =
        configFile.isPresent()
            ? read(configFile.get(), variant)
            : FitConfig.defaults(variant.orElse(Variant.PLAIN));
    return WrongUsage.from(
        () -> base.withData(data(base.data())).withSeed(seed.orElse(base.seed())));
  }

  private DataConfig data(DataConfig base) {
    return base.toBuilder()
        .exclude(exclude.isEmpty() ? base.exclude() : exclude)
        .noHeader(noHeader || base.noHeader())
        .label(label.orElse(base.label()), normal.orElse(base.normal()))
        .build();
  }

  /**
   * The options as they were given or found, each with a space before it, for a command to be
   * repeated.
   */
  public String asGiven() {
    StringBuilder options = new StringBuilder();
    label.ifPresent(value -> append(options, "--label", value));
    normal.ifPresent(value -> append(options, "--normal", value));
    if (!exclude.isEmpty()) {
      append(options, "--exclude", String.join(",", exclude));
    }
    if (noHeader) {
      options.append(" --no-header");
    }
    configFile.ifPresent(value -> append(options, "--config", value));
    seed.ifPresent(value -> append(options, "--seed", value));
    return options.toString();
  }

  public static void append(StringBuilder options, String name, Object value) {
    options.append(' ').append(name).append(' ').append(Wording.quoted(value));
  }

  /** The config of a file; what is wrong with it is wrong usage. */
  public static FitConfig read(Path file, Optional<Variant> variant) throws IOException {
    try {
      return ConfigFile.read(file, variant);
    } catch (IllegalArgumentException refusal) {
      throw new WrongUsage(String.valueOf(refusal.getMessage()));
    }
  }
}
