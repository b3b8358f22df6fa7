package io.latentry.cli.score;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ModelAndData;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.ingest.image.ImageSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.image.ModelData;
import io.latentry.pipeline.score.EvaluatePipeline;
import io.latentry.pipeline.score.ImageEvaluation;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.pipeline.score.ShadowPipeline;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How well a model tells labelled rows apart. */
@Command(
    name = "evaluate",
    description = "Compares verdicts with labels: AUROC, AUPRC, recall, false alarms.",
    footer = {
      "",
      "Every figure comes with a 95 %% interval. Use rows that the model was not fitted on.",
      "With --shadow the rows are known anomalies, kept away from every choice: it tells how many",
      "are found, explains those that are missed, and records in the model that they were seen.",
      "",
      "Examples:",
      "  latentry evaluate model.onnx labelled.csv --label status --normal ok",
      "  latentry evaluate model.onnx labelled.csv --label status --json",
      "  latentry evaluate model.onnx new-normal-rows.csv --all-normal",
      "  latentry evaluate model.onnx known-frauds.csv --shadow --kind scheme",
      "  latentry evaluate model.onnx said.parquet --shadow   (of latentry feedback --rows)",
      "  latentry evaluate parts.onnx parts   (images: folders are labels, good is normal)"
    })
public final class EvaluateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final ModelAndData in = new ModelAndData();

  @Option(
      names = "--label",
      paramLabel = "COL",
      description =
          "Column that says what a row is; needed but with --all-normal, with --shadow, or for"
              + " images.")
  private Optional<String> label = Optional.empty();

  @Option(
      names = "--normal",
      paramLabel = "VALUE",
      description = "Its value for normal rows. Default: as in the fit, if it used this column.")
  private Optional<String> normal = Optional.empty();

  @Option(
      names = "--all-normal",
      description = "Every row is normal: tells how many are false alarms; without --label.")
  private boolean allNormal;

  @Option(
      names = "--shadow",
      description =
          "The rows are known anomalies; with --label, those that are not normal; of rows that"
              + " feedback --rows wrote, those that were confirmed.")
  private boolean shadow;

  @Option(
      names = "--kind",
      paramLabel = "COL",
      description =
          "With --shadow: column that names kinds of anomalies. Default: the label, or the"
              + " signature of the incident.")
  private Optional<String> kind = Optional.empty();

  @Option(
      names = "--explain",
      paramLabel = "K",
      description = "With --shadow: features to name of each missed anomaly. Default: 2.")
  private Optional<Integer> explain = Optional.empty();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public EvaluateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (allNormal && (shadow || label.isPresent() || normal.isPresent())) {
      throw new WrongUsage(
          "--all-normal: given with --label, --normal or --shadow (expected: alone)");
    }
    if (shadow) {
      return shadow();
    }
    if (kind.isPresent() || explain.isPresent()) {
      throw new WrongUsage("--kind, --explain: given without --shadow (expected: with it)");
    }
    if (ImageSource.isOne(in.data())) {
      return images();
    }
    if (label.isEmpty() && !allNormal) {
      throw new WrongUsage(
          "--label: none (expected: the column that says what a row is); or --all-normal, if every"
              + " row is normal; or --shadow, if every row is a known anomaly");
    }
    EvaluatePipeline.Outcome outcome;
    double promised;
    ScorerOptions everyCore = ScorerOptions.defaults();
    try (Scorer scorer = Scorer.open(in.model(), everyCore);
        StageProgress progress = new StageProgress(terminal, options)) {
      promised = scorer.manifest().threshold().current().falseAlarmRate();
      ScoreRequest request =
          new ScoreRequest(
              in.data(),
              StandardInput.streamed(terminal.in()),
              ReadOptions.asFitted(scorer.manifest()),
              0,
              List.of(),
              everyCore.threads());
      if (in.data().stream().anyMatch(scorer.manifest().provenance().dataFiles()::contains)) {
        progress.notice(
            "the model was fitted on these very data: its normal rows look better here than new"
                + " ones would; the fit's own figures come from held-out rows");
      }
      outcome =
          WrongUsage.from(
              () ->
                  allNormal
                      ? new EvaluatePipeline(progress).evaluateNormals(scorer, request)
                      : new EvaluatePipeline(progress)
                          .evaluate(scorer, request, label.orElseThrow(), normal));
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(outcome, label, promised), EvaluationText.document(outcome, promised));
    output.next("threshold " + Wording.quoted(in.model()) + "  # shows the threshold, or moves it");
    return ExitCode.OK.number();
  }

  private Integer images() {
    if (label.isPresent() || normal.isPresent()) {
      throw new WrongUsage(
          "--label, --normal: given for images (expected: neither; folders are labels, and what"
              + " lies below one named good is normal)");
    }
    ImageEvaluation.Outcome outcome;
    double promised;
    ScorerOptions everyCore = ScorerOptions.defaults();
    try (Scorer scorer = Scorer.open(in.model(), everyCore);
        StageProgress progress = new StageProgress(terminal, options)) {
      promised = scorer.manifest().threshold().current().falseAlarmRate();
      ModelData.requireTable(scorer.manifest(), in.data());
      outcome = new ImageEvaluation(scorer, progress).evaluate(in.data(), everyCore.threads());
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(ImageText.text(outcome, promised), ImageText.document(outcome, promised));
    output.next("threshold " + Wording.quoted(in.model()) + "  # shows the threshold, or moves it");
    return ExitCode.OK.number();
  }

  private static String text(
      EvaluatePipeline.Outcome outcome, Optional<String> column, double promised) {
    TextTable table = new TextTable(Integer.MAX_VALUE);
    EvaluationText.lines(outcome, promised).forEach(table::row);
    StringBuilder text = new StringBuilder(table.text(""));
    text.append(System.lineSeparator())
        .append("normal is ")
        .append(Shown.line(column.map(name -> name + " = ").orElse("") + outcome.normal()))
        .append("; intervals are 95 %");
    outcome
        .unscorable()
        .forEach(
            (value, rows) ->
                text.append(System.lineSeparator())
                    .append(Wording.rows(rows))
                    .append(column.isPresent() ? " '" + Shown.line(value) + "'" : "")
                    .append(" could not be judged and count nowhere"));
    if (outcome.unlabelled() > 0) {
      text.append(System.lineSeparator())
          .append(Wording.rows(outcome.unlabelled()))
          .append(" without a label count nowhere");
    }
    return text.toString();
  }

  private Integer shadow() {
    int features = explain.orElse(2);
    if (features < 0) {
      throw new WrongUsage("--explain: " + features + " (expected: 0 or more features)");
    }
    if (label.isEmpty() && normal.isPresent()) {
      throw new WrongUsage("--normal: given without --label (expected: with it)");
    }
    ShadowPipeline.Outcome outcome;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      ScoreRequest request =
          new ScoreRequest(
              in.data(),
              // Its columns are looked at first.
              StandardInput.spooled(terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
              ReadOptions.asFitted(ArtifactFile.manifest(in.model())),
              0,
              List.of(),
              ScorerOptions.defaults().threads());
      outcome =
          WrongUsage.from(
              () ->
                  new ShadowPipeline(progress)
                      .evaluate(
                          in.model(),
                          request,
                          new ShadowPipeline.Known(label, normal, kind, features)));
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(ShadowText.text(outcome), ShadowText.document(outcome));
    output.next("inspect " + Wording.quoted(in.model()) + "  # shows the recorded looks");
    return ExitCode.OK.number();
  }
}
