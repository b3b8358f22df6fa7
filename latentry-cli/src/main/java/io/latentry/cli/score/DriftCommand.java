package io.latentry.cli.score;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ModelAndData;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.TableFile;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.TrustOption;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.drift.DriftOutcome;
import io.latentry.pipeline.drift.DriftPage;
import io.latentry.pipeline.drift.DriftPipeline;
import io.latentry.pipeline.drift.DriftRequest;
import io.latentry.pipeline.report.ReportWriter;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether rows are still like the normal rows of a model. */
@Command(
    name = "drift",
    description = "Tells whether data changed since the fit, and what that does to alarms.",
    footer = {
      "",
      "Every column, both terms and the score are compared with the model's normal rows. A drift is",
      "called if it is beyond chance and large enough to matter, whatever the number of rows, and",
      "then undone, to see how many alarms it makes. Exit code 0: none found, or too few rows to",
      "tell; 4: drift found. Rows are expected to be as those that are scored, anomalies included.",
      "",
      "Examples:",
      "  latentry drift model.onnx new.csv -o drift.html",
      "  latentry drift model.onnx new.csv --time at --since 2024-02-29 --json"
    })
public final class DriftCommand implements Callable<Integer> {
  private static final int MOST_SHOWN = 30;

  private final Terminal terminal;

  @Mixin private final ModelAndData in = new ModelAndData();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT.html",
      description = "Also write a page with the pictures.")
  private Optional<Path> target = Optional.empty();

  @Option(
      names = "--time",
      paramLabel = "COL",
      description = "Column of the rows' times. Default: that of the fit, if it had one.")
  private Optional<String> time = Optional.empty();

  @Option(
      names = "--since",
      paramLabel = "T",
      description = "Leave earlier rows out: a moment, or a number as the column has.")
  private Optional<String> since = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Of what is sampled. Default: 0.")
  private long seed;

  @Mixin private final TrustOption trust = new TrustOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public DriftCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (target.isPresent()) {
      if (!target.get().toString().toLowerCase(Locale.ROOT).endsWith(".html")) {
        throw new WrongUsage("-o: '" + target.get() + "' (expected: a name that ends in .html)");
      }
      ReportWriter.requireWritable(target.get());
    }
    DriftOutcome outcome;
    try (Scorer scorer =
            Scorer.open(in.model(), trust.options(ScorerOptions.defaults().threads()));
        StageProgress progress = new StageProgress(terminal, options)) {
      if (in.data().stream().anyMatch(scorer.manifest().provenance().dataFiles()::contains)) {
        progress.notice(
            "the model was fitted on these very data: its normal rows are those compared with");
      }
      DriftRequest request =
          new DriftRequest(
              in.data(),
              StandardInput.streamed(terminal.in()),
              ReadOptions.asFitted(scorer.manifest()),
              time,
              since,
              seed);
      outcome = WrongUsage.from(() -> new DriftPipeline(progress).compare(scorer, request));
    }
    target.ifPresent(file -> DriftPage.write(outcome, TableFile.shortName(in.data().get(0)), file));
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(outcome), outcome);
    boolean drift = outcome.call() == DriftOutcome.Call.DRIFT;
    if (drift && target.isEmpty()) {
      output.next(
          "drift "
              + Wording.quoted(in.model())
              + " "
              + Wording.quoted(in.data().get(0))
              + " -o drift.html  # draws it");
    }
    return (drift ? ExitCode.DRIFT_FOUND : ExitCode.OK).number();
  }

  private String text(DriftOutcome outcome) {
    String line = System.lineSeparator();
    StringBuilder text = new StringBuilder(outcome.summary());
    List<DriftOutcome.Quantity> drifted = outcome.drifted();
    if (!drifted.isEmpty()) {
      TextTable table = new TextTable(200).row("quantity", "what it did", "what that does");
      drifted.stream()
          .limit(MOST_SHOWN)
          .forEach(q -> table.row(q.name(), q.words(), q.effectWords()));
      text.append(line).append(line).append(table.text(""));
      if (drifted.size() > MOST_SHOWN) {
        text.append(line)
            .append("and ")
            .append(Wording.count(drifted.size() - MOST_SHOWN))
            .append(" more; --json has them all");
      }
    }
    text.append(line)
        .append(line)
        .append("compared  ")
        .append(Wording.rows(outcome.rows()))
        .append(" with ")
        .append(Wording.rows(outcome.referenceRows()))
        .append(" of the fit");
    if (outcome.rowsBefore() > 0) {
      text.append(", ").append(Wording.rows(outcome.rowsBefore())).append(" left out");
    }
    Double visible = outcome.visibleShift();
    if (visible != null) {
      text.append(line)
          .append("seen      shifts of ")
          .append(Wording.figure(Math.round(100 * visible) / 100.0))
          .append(" of a column's normal spread or more, more often than not");
    }
    outcome
        .notes()
        .forEach(note -> text.append(line).append("note      ").append(Shown.line(note)));
    target.ifPresent(file -> text.append(line).append("written   ").append(file));
    return text.toString();
  }
}
