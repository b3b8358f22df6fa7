package io.latentry.cli.tool;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DataArguments;
import io.latentry.cli.terminal.DataOptions;
import io.latentry.cli.terminal.DeviceOption;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.TableFile;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Trains;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.clean.CleanConfig;
import io.latentry.pipeline.clean.CleanPipeline;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a table without the rows that contaminate it. */
@Command(
    name = "clean",
    description = "Drops rows that do not look normal from training data, and says which and why.",
    footer = {
      "",
      "An isolation forest finds gross outliers, then VAEs that did not train on a row judge it.",
      "A strangeness of 1 is the fence of a boxplot: of clean rows, a few in a",
      "hundred lie beyond it. Rows with another label are not judged and stay.",
      "",
      "Examples:",
      "  latentry clean normal.csv -o clean.csv --dropped dropped.csv",
      "  latentry clean all.csv -o clean.csv --label status --normal ok --share 0.02",
      "  latentry clean normal.csv --dry-run"
    })
public final class CleanCommand implements Callable<Integer>, Trains {
  private final Terminal terminal;

  @Mixin private final DataArguments in = new DataArguments();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "CLEAN",
      description = "Ends in .csv, .parquet or .jsonl.")
  private Optional<Path> target = Optional.empty();

  @Option(names = "--dry-run", description = "Write nothing; say what would be dropped.")
  private boolean dryRun;

  @Option(
      names = "--dropped",
      paramLabel = "FILE",
      description = "Also write the dropped rows, with their reasons.")
  private Optional<Path> dropped = Optional.empty();

  @Option(names = "--method", description = "both (default), forest or vae.")
  private CleanConfig.Method method = CleanConfig.DEFAULT.method();

  @Option(
      names = "--share",
      paramLabel = "P",
      description = "Drop this share of the rows, the strangest. Default: those beyond the fence.")
  private Optional<Double> share = Optional.empty();

  @Option(names = "--top", paramLabel = "K", description = "Dropped rows to show. Default: 5.")
  private int top = 5;

  @Option(
      names = "--sample-rows",
      paramLabel = "N",
      description =
          "Most rows that the judges learn from, drawn by chance where there are more; 0: all."
              + " Every row is judged. Default: "
              + DataConfig.SAMPLE_ROWS
              + ".")
  private Optional<Integer> sampleRows = Optional.empty();

  @Mixin private final DataOptions rows = new DataOptions();

  @Mixin private final DeviceOption device = new DeviceOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public CleanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * One JSON document; keys become snake_case.
   *
   * @param output null if nothing was written
   */
  record Document(
      @Nullable String output,
      long rows,
      long learnedFrom,
      long judged,
      long dropped,
      long byForest,
      long byVae,
      long notJudged,
      long unreadable,
      List<RowDocument> droppedRows) {}

  /**
   * @param isolationForest strangeness; NaN if not asked; likewise {@code vae}
   */
  record RowDocument(
      long row,
      double isolationForest,
      double vae,
      String column,
      String value,
      String usual,
      String reason) {}

  @Override
  public Integer call() throws IOException {
    if (dryRun == target.isPresent()) {
      throw new WrongUsage("-o, --dry-run: both or neither (expected: one of them)");
    }
    if (top < 0) {
      throw new WrongUsage("--top: " + top + " (expected: 0 or more rows)");
    }
    target.ifPresent(file -> TableFile.requireName("-o", file));
    dropped.ifPresent(file -> TableFile.requireName("--dropped", file));
    CleanConfig config =
        WrongUsage.from(
            () ->
                new CleanConfig(
                    method, share.isPresent() ? share.get() : null, CleanConfig.DEFAULT.rounds()));
    device.choose();
    CleanPipeline.Outcome outcome;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      outcome =
          new CleanPipeline(progress)
              .clean(
                  new CleanPipeline.Request(
                      in.data(),
                      StandardInput.spooled(
                          terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
                      fit(),
                      config,
                      target,
                      dropped));
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(outcome), document(outcome));
    output.next(
        target
                .map(file -> "fit " + Wording.quoted(file) + " -o model.onnx")
                .orElse("clean " + Wording.quoted(in.data().get(0)) + " -o clean.csv")
            + rows.asGiven()
            + sampleRows.map(n -> " --sample-rows " + n).orElse(""));
    return ExitCode.OK.number();
  }

  private FitConfig fit() throws IOException {
    FitConfig config = rows.config();
    return sampleRows.isEmpty()
        ? config
        : WrongUsage.from(
            () -> config.withData(config.data().toBuilder().sampleRows(sampleRows.get()).build()));
  }

  private Document document(CleanPipeline.Outcome outcome) {
    return new Document(
        target.map(Path::toString).orElse(null),
        outcome.rowsRead(),
        outcome.learnedFrom(),
        outcome.judged(),
        outcome.dropped(),
        outcome.byForest(),
        outcome.byVae(),
        outcome.notJudged(),
        outcome.unreadable(),
        outcome.strangest().stream()
            .map(
                dropped ->
                    new RowDocument(
                        dropped.row(),
                        dropped.why().forest(),
                        dropped.why().vae(),
                        dropped.why().column(),
                        dropped.why().value(),
                        dropped.why().usual(),
                        dropped.why().reason()))
            .toList());
  }

  private String text(CleanPipeline.Outcome outcome) {
    long count = outcome.dropped();
    TextTable table =
        new TextTable(Integer.MAX_VALUE)
            .row(
                "rows",
                Wording.count(outcome.rowsRead())
                    + ", "
                    + Wording.count(outcome.judged())
                    + " judged"
                    + (outcome.learnedFrom() < outcome.judged()
                        ? " by what " + Wording.count(outcome.learnedFrom()) + " of them showed"
                        : ""))
            .row(
                dryRun ? "would drop" : "dropped",
                Wording.count(count)
                    + " ("
                    + Wording.percent((double) count / outcome.judged())
                    + "): "
                    + Wording.count(outcome.byForest())
                    + " found by the isolation forest, "
                    + Wording.count(outcome.byVae())
                    + " by VAEs");
    if (outcome.notJudged() > 0) {
      table.row(
          "not judged",
          Wording.count(outcome.notJudged()) + ": another label, or unusable in a fit");
    }
    if (outcome.unreadable() > 0) {
      table.row(
          "unreadable", Wording.count(outcome.unreadable()) + ", which cannot be written again");
    }
    target.ifPresent(file -> table.row("written", file.toString()));
    dropped.ifPresent(file -> table.row("reasons", file.toString()));
    String line = System.lineSeparator();
    StringBuilder text = new StringBuilder(table.text(""));
    if (count > 0 && top > 0) {
      text.append(line).append(line).append("the strangest:");
      for (CleanPipeline.Dropped dropped : outcome.strangest().stream().limit(top).toList()) {
        text.append(line)
            .append("  row ")
            .append(dropped.row())
            .append(": ")
            .append(Shown.line(dropped.why().reason()));
      }
    }
    return text.toString();
  }
}
