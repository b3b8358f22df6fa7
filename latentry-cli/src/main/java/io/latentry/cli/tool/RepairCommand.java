package io.latentry.cli.tool;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ModelAndData;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.TableFile;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.repair.RepairOutcome;
import io.latentry.pipeline.repair.RepairPipeline;
import io.latentry.pipeline.repair.RepairedCell;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a table with its missing and implausible cells replaced. */
@Command(
    name = "repair",
    description = "Replaces missing and implausible cells by what the model expects there.",
    footer = {
      "",
      "FIXED has every column of the data, and one more, changed, that says what was changed, with",
      "the uncertainty: of a number one standard deviation, of a category the chance of being wrong.",
      "Implausible are the fewest cells that make a row an anomaly; a row that has no such cells",
      "stays as it is. A moment cannot be filled in.",
      "",
      "Examples:",
      "  latentry repair model.onnx dirty.csv -o fixed.csv --cells changes.csv",
      "  latentry repair model.onnx gaps.csv -o filled.csv --missing-only"
    })
public final class RepairCommand implements Callable<Integer> {
  private static final int EXAMPLES_SHOWN = 5;

  private final Terminal terminal;

  @Mixin private final ModelAndData in = new ModelAndData();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FIXED",
      description = "Ends in .csv, .parquet or .jsonl.")
  private Path target = Path.of("");

  @Option(
      names = "--cells",
      paramLabel = "FILE",
      description = "Also write one row for each changed cell: was, now, uncertainty, reason.")
  private Optional<Path> cells = Optional.empty();

  @Option(names = "--missing-only", description = "Leave implausible cells as they are.")
  private boolean missingOnly;

  @Option(names = "--seed", paramLabel = "N", description = "Default: 0.")
  private long seed;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public RepairCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      String output,
      long rows,
      long changedRows,
      Map<String, Long> cellsByReason,
      Map<String, Long> cellsByColumn,
      long stillAnomalousRows,
      long cellsLeft,
      long unreadableRows,
      List<RepairedCell> examples) {}

  @Override
  public Integer call() {
    TableFile.requireName("-o", target);
    cells.ifPresent(file -> TableFile.requireName("--cells", file));
    RepairOutcome outcome;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      outcome =
          new RepairPipeline(progress)
              .repair(
                  in.model(),
                  new RepairPipeline.Request(
                      in.data(),
                      StandardInput.spooled(
                          terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
                      target,
                      cells,
                      !missingOnly,
                      seed));
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(outcome), document(outcome));
    output.next(
        "score " + Wording.quoted(in.model()) + " " + Wording.quoted(target) + " -o scored.csv");
    return ExitCode.OK.number();
  }

  private Document document(RepairOutcome outcome) {
    return new Document(
        target.toString(),
        outcome.rows(),
        outcome.changedRows(),
        byReason(outcome),
        outcome.byColumn(),
        outcome.anomalous(),
        outcome.left(),
        outcome.unreadable(),
        outcome.examples());
  }

  private static Map<String, Long> byReason(RepairOutcome outcome) {
    Map<String, Long> named = new TreeMap<>();
    outcome.cells().forEach((reason, n) -> named.put(reason.name().toLowerCase(Locale.ROOT), n));
    return named;
  }

  private String text(RepairOutcome outcome) {
    TextTable table =
        new TextTable(Integer.MAX_VALUE)
            .row(
                "rows",
                Wording.count(outcome.rows())
                    + ", "
                    + Wording.count(outcome.changedRows())
                    + " of them changed")
            .row("cells", counts(byReason(outcome)));
    if (!outcome.byColumn().isEmpty()) {
      table.row("columns", counts(outcome.byColumn()));
    }
    if (outcome.anomalous() > 0) {
      table.row(
          "anomalies",
          Wording.rows(outcome.anomalous()) + " left as they are: no few cells make them so");
    }
    if (outcome.left() > 0) {
      table.row("left", Wording.count(outcome.left(), "cell", "cells") + " that cannot be filled");
    }
    if (outcome.unreadable() > 0) {
      table.row("unreadable", Wording.rows(outcome.unreadable()) + ", which cannot be written");
    }
    table.row("written", target.toString());
    cells.ifPresent(file -> table.row("changes", file.toString()));
    StringBuilder text = new StringBuilder(table.text(""));
    for (RepairedCell cell : outcome.examples().stream().limit(EXAMPLES_SHOWN).toList()) {
      text.append(System.lineSeparator())
          .append("  row ")
          .append(cell.row())
          .append(", ")
          .append(Shown.line(cell.column()))
          .append(": ")
          .append(cell.was().isEmpty() ? "missing" : Shown.line(cell.was()))
          .append(" -> ")
          .append(Shown.line(cell.now()))
          .append(", uncertainty ")
          .append(Wording.figure(cell.uncertainty()));
    }
    return text.toString();
  }

  private static String counts(Map<String, Long> counts) {
    return counts.isEmpty()
        ? "none changed"
        : counts.entrySet().stream()
            .map(e -> Wording.count(e.getValue()) + " " + e.getKey())
            .collect(Collectors.joining(", "));
  }
}
