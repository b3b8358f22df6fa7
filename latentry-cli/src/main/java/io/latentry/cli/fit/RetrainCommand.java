package io.latentry.cli.fit;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DeviceOption;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Trains;
import io.latentry.cli.terminal.TrustOption;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.promotion.GateConfig;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.report.ReportWriter;
import io.latentry.pipeline.retrain.ChampionInForce;
import io.latentry.pipeline.retrain.ChampionPlace;
import io.latentry.pipeline.retrain.RetrainOutcome;
import io.latentry.pipeline.retrain.RetrainPage;
import io.latentry.pipeline.retrain.RetrainPipeline;
import io.latentry.pipeline.retrain.RetrainRequest;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A new model out of the old one and rows of late, and whether it may take the old one's place. */
@Command(
    name = "retrain",
    description =
        "Goes on from a model with recent rows, and decides whether the result is better.",
    footer = {
      "",
      "Rows that the model alarms on, that cannot be judged, or that feedback calls confirmed or",
      "known-event stay out; the new model is then held against the old one on rows that it did"
          + " not",
      "learn from. Exit code 0: promote; 5: refuse, and the old model stays. Where the rows are",
      "refused already, no new model is written. Nothing is replaced but with --promote.",
      "",
      "Examples:",
      "  latentry retrain model.onnx --data 'logs/*.csv' --days 30 -o challenger.onnx",
      "  latentry retrain model.onnx --data new.csv --feedback said.csv -o next.onnx --report"
          + " next.html",
      "  latentry retrain model.onnx --data new.csv -o next.onnx --promote --json"
    })
public final class RetrainCommand implements Callable<Integer>, Trains {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model in force.")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      required = true,
      split = ",",
      paramLabel = "DATA",
      description =
          "Recent rows or points, separated by commas: CSV, TSV, Parquet or JSON lines; globs."
              + " Of images a folder or zip.")
  private List<String> data = List.of();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.onnx",
      description = "The new model to write, promoted or refused.")
  private Path target = Path.of("challenger.onnx");

  @Option(
      names = "--days",
      paramLabel = "N",
      description =
          "Take the last N days only, by the column of times, or of images by the time of their"
              + " files. Default: all rows.")
  private Optional<Double> days = Optional.empty();

  @Option(
      names = "--time",
      paramLabel = "COL",
      description = "Column of the rows' times. Default: that of the fit, if the data have it.")
  private Optional<String> time = Optional.empty();

  @Option(
      names = "--label",
      paramLabel = "COL",
      description =
          "Column that says what a row is. Default: that of the fit, if the data have it.")
  private Optional<String> label = Optional.empty();

  @Option(
      names = "--normal",
      paramLabel = "VALUE",
      description = "Its value on normal rows; other rows are known anomalies to be found.")
  private Optional<String> normal = Optional.empty();

  @Option(
      names = "--feedback",
      paramLabel = "FILE",
      description =
          "What people said of alarms: columns row (as score numbers them) and feedback"
              + " (false-alarm, confirmed or known-event). Rows of feedback --rows say so"
              + " themselves; where both speak of a row, this counts.")
  private Optional<Path> feedback = Optional.empty();

  @Option(
      names = "--feedback-key",
      paramLabel = "COL",
      description = "A column that feedback and data share, in place of the number of the row.")
  private Optional<String> feedbackKey = Optional.empty();

  @Option(
      names = "--frozen",
      split = ",",
      paramLabel = "DATA",
      description =
          "Normal rows of old on which the promise must hold too. Default: some that the model"
              + " holds.")
  private List<String> frozen = List.of();

  @Option(
      names = "--accept",
      split = ",",
      paramLabel = "COL",
      description =
          "Columns whose change is meant; also new-columns (they stay out), going-together,"
              + " no-drift and old-normals (they will not come again).")
  private Set<String> accepted = Set.of();

  @Option(
      names = "--budget",
      paramLabel = "N",
      description =
          "Alarms a day that are wanted at most. Default: what the promise and the strange rows"
              + " come to.")
  private Optional<Double> budget = Optional.empty();

  @Option(
      names = "--most-unclean",
      paramLabel = "P",
      description = "Share of the rows that may be left out as unclean. Default: 0.05.")
  private Optional<Double> mostUnclean = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Also write a page with both models side by side.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--decision",
      paramLabel = "FILE.json",
      description = "Also write what --json prints.")
  private Optional<Path> decision = Optional.empty();

  @Option(
      names = "--promote",
      description = {
        "If it is better, also put a copy in MODEL's place, whose file is kept as MODEL.before.",
        "Of two at once the second does nothing and fails."
      })
  private boolean promote;

  @Option(
      names = "--refused-is-ok",
      description = "Exit code 0 also where the old model stays, for schedulers.")
  private boolean refusedIsOk;

  @Option(
      names = "--thresholds",
      hidden = true,
      description = "JSON of the thresholds that a service has in force for MODEL.")
  private Optional<Path> thresholds = Optional.empty();

  @Option(
      names = "--sample-rows",
      paramLabel = "N",
      description =
          "Most rows of a table that are looked at, drawn by chance where there are more; 0: all."
              + " Default: that of the fit, "
              + DataConfig.SAMPLE_ROWS
              + " unless it was told otherwise.")
  private Optional<Integer> sampleRows = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Default: 0.")
  private long seed;

  @Mixin private final TrustOption trust = new TrustOption();

  @Mixin private final DeviceOption device = new DeviceOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public RetrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    requireSuffix("-o", target, ".onnx");
    report.ifPresent(file -> requireSuffix("--report", file, ".html"));
    decision.ifPresent(file -> requireSuffix("--decision", file, ".json"));
    report.ifPresent(ReportWriter::requireWritable);
    decision.ifPresent(ReportWriter::requireWritable);
    if (!promote) {
      return retrained(Optional.empty());
    }
    if (!Files.isRegularFile(model)) {
      throw new WrongUsage(
          "MODEL: '" + model + "' (expected: a file, since --promote replaces it)");
    }
    try (ChampionPlace place = ChampionPlace.take(model)) {
      return retrained(Optional.of(place));
    }
  }

  /**
   * @param place to promote to, if it is better
   */
  private int retrained(Optional<ChampionPlace> place) throws IOException {
    int threads = ScorerOptions.defaults().threads();
    ScorerOptions opening = trust.options(threads);
    if (thresholds.isEmpty()) {
      return retrained(place, model, opening);
    }
    Path copy = target.resolveSibling("." + target.getFileName() + ".champion.onnx");
    try (ChampionInForce inForce = ChampionInForce.of(model, thresholds.get(), copy, opening)) {
      // Whoever signed the model has been asked for.
      return retrained(place, inForce.file(), ScorerOptions.threads(threads));
    }
  }

  /**
   * @param champion the model, under the thresholds that are in force
   */
  private int retrained(Optional<ChampionPlace> place, Path champion, ScorerOptions opening)
      throws IOException {
    if (data.contains("-")) {
      throw new WrongUsage(
          "--data: - (expected: files, which a retraining reads several times); write the rows to"
              + " a file first");
    }
    device.choose();
    RetrainOutcome outcome;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      outcome =
          WrongUsage.from(
              () ->
                  new RetrainPipeline(progress, opening, terminal.nanoClock())
                      .retrain(
                          new RetrainRequest(
                              champion,
                              data,
                              StandardInput.spooled(
                                  terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
                              days,
                              time,
                              label,
                              normal,
                              feedback,
                              feedbackKey,
                              frozen,
                              target,
                              accepted,
                              budget,
                              mostUnclean
                                  .map(GateConfig.DEFAULT::withMostLeftOut)
                                  .orElse(GateConfig.DEFAULT),
                              seed,
                              sampleRows)));
    }
    if (report.isPresent()) {
      RetrainPage.write(outcome, model.toString(), report.get());
    }
    if (decision.isPresent()) {
      write(CommandOutput.json(outcome), decision.get());
    }
    boolean promoted = place.isPresent() && outcome.promotes();
    if (promoted) {
      place.get().put(target);
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(
        text(outcome)
            + (promoted
                ? System.lineSeparator()
                    + "promoted  %s; what was there is %s.before".formatted(model, model)
                : ""),
        outcome);
    if (outcome.promotes() && !promoted) {
      output.next("inspect " + Wording.quoted(target) + "  # then put it in the model's place");
    }
    boolean isOk = outcome.promotes() || refusedIsOk;
    return (isOk ? ExitCode.OK : ExitCode.CHALLENGER_REFUSED).number();
  }

  /** Whole or not at all, so that a scheduler never reads half a decision. */
  private static void write(String json, Path file) throws IOException {
    Path aside = file.resolveSibling("." + file.getFileName() + ".part");
    Files.writeString(aside, json + System.lineSeparator());
    Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void requireSuffix(String option, Path file, String suffix) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(suffix)) {
      throw new WrongUsage(
          option + ": '" + file + "' (expected: a file name that ends in " + suffix + ")");
    }
  }

  private String text(RetrainOutcome outcome) {
    String line = System.lineSeparator();
    StringBuilder text = new StringBuilder(outcome.promotes() ? "promote" : "refuse");
    outcome.reasons().forEach(reason -> text.append(line).append("  ").append(Shown.line(reason)));
    TextTable checks = new TextTable(160).row("check", "came to", "what was found");
    outcome
        .checks()
        .forEach(
            check ->
                checks.row(
                    Wording.spaced(check.name()),
                    Wording.spaced(check.outcome().word()),
                    check.words()));
    text.append(line).append(line).append(checks.text(""));
    text.append(line).append(line).append("rows      ");
    TextTable rows = new TextTable(160);
    outcome.rows().forEach((fate, count) -> rows.row(Wording.count(count), fate));
    text.append(outcome.span().words()).append(" looked at");
    if (outcome.span().from() != null) {
      text.append(", ").append(outcome.span().from()).append(" to ").append(outcome.span().to());
    }
    text.append(line).append(rows.text("          "));
    if (outcome.challenger() != null) {
      text.append(line)
          .append("trained   on ")
          .append(Wording.rows(outcome.learned()))
          .append(" in ")
          .append(Wording.figure(Math.round(10 * outcome.seconds()) / 10.0))
          .append(" s, held against ")
          .append(Wording.rows(outcome.keptApart()))
          .append(" kept apart");
    }
    outcome
        .notes()
        .forEach(note -> text.append(line).append("note      ").append(Shown.line(note)));
    if (outcome.file() != null) {
      text.append(line).append("written   ").append(outcome.file());
    }
    report.ifPresent(file -> text.append(line).append("written   ").append(file));
    decision.ifPresent(file -> text.append(line).append("written   ").append(file));
    return text.toString();
  }
}
