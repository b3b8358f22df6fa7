package io.latentry.cli.score;

import io.latentry.cli.fit.AlarmBudget;
import io.latentry.cli.fit.ThresholdDocument;
import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.FalseAlarmPromise;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.SegmentThresholds;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.calibration.ThresholdStability;
import io.latentry.core.data.DataException;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.score.PastScores;
import io.latentry.pipeline.score.ThresholdEditor;
import io.latentry.pipeline.score.ThresholdTrials;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows, tries and moves the threshold of a model, without training. */
@Command(
    name = "threshold",
    description = "Shows the threshold, tries another on past scores, moves it, takes it back.",
    footer = {
      "",
      "A move changes the file at once, without training; what was in force before is kept.",
      "With --what-if nothing is changed.",
      "",
      "Examples:",
      "  latentry threshold model.onnx",
      "  latentry threshold model.onnx --what-if scored.csv",
      "  latentry threshold model.onnx --what-if scored.csv --false-alarm-rate 0.02",
      "  latentry threshold model.onnx --what-if scored.csv --confirmed status=bad --rows-per-day 900",
      "  latentry threshold model.onnx --what-if scored.csv --segment site --report segments.html",
      "  latentry threshold model.onnx --what-if scored.csv --segment site --apply",
      "  latentry threshold model.onnx --spread --report threshold.html",
      "  latentry threshold model.onnx --false-alarm-rate 0.02",
      "  latentry threshold model.onnx --alarms 5/day --rows-per-day 20000",
      "  latentry threshold model.onnx --set 4.5",
      "  latentry threshold model.onnx --undo"
    })
public final class ThresholdCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A model file that fit wrote.")
  private Path model = Path.of("");

  @Option(
      names = "--what-if",
      paramLabel = "FILE",
      description = "A file that score wrote with this model: alarms now and at other thresholds.")
  private Optional<String> whatIf = Optional.empty();

  @Option(names = "--set", paramLabel = "SCORE", description = "The score to move it to.")
  private Optional<Double> score = Optional.empty();

  @Option(
      names = "--false-alarm-rate",
      paramLabel = "P",
      description = "Move it to where the calibration rows promise this rate.")
  private Optional<Double> falseAlarmRate = Optional.empty();

  @Option(
      names = "--alarms",
      paramLabel = "N/day",
      description = "The same as a budget: N/hour, N/day or N/week. Needs --rows-per-day.")
  private Optional<String> alarms = Optional.empty();

  @Option(
      names = "--confirmed",
      paramLabel = "COL=VALUE",
      description = "With --what-if: rows that are confirmed anomalies; COL was carried over.")
  private Optional<String> confirmed = Optional.empty();

  @Option(
      names = "--rows-per-day",
      paramLabel = "R",
      description =
          "With --alarms: rows that are scored in a day; with --what-if: tell alarms a day.")
  private Optional<Double> rowsPerDay = Optional.empty();

  @Option(
      names = "--segment",
      paramLabel = "COL",
      description =
          "With --what-if: false alarms and a threshold for each value of COL, over the rows that"
              + " are not confirmed anomalies.")
  private Optional<String> segment = Optional.empty();

  @Option(
      names = "--apply",
      description =
          "With --segment: put the thresholds of the segments in force; COL is a categorical or"
              + " boolean column of the model.")
  private boolean apply;

  @Option(
      names = "--spread",
      description = "How much the threshold depends on the calibration rows.")
  private boolean spread;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "With --spread or --segment: also write it as a page.")
  private Optional<Path> report = Optional.empty();

  @Option(names = "--undo", description = "Take back the latest move.")
  private boolean undo;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public ThresholdCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * One JSON document; keys become snake_case.
   *
   * @param history what was in force before, newest last
   */
  record Document(
      String model,
      String modelId,
      boolean moved,
      ThresholdDocument threshold,
      List<ThresholdDocument> history,
      @Nullable WhatIf whatIf,
      @Nullable ThresholdStability stability,
      @Nullable SegmentThresholds segments) {}

  @Override
  public Integer call() {
    requireFitting(requireOneChange());
    Manifest before = ArtifactFile.manifest(model);
    Optional<Threshold> wanted = wanted(before);
    Manifest after = before;
    if (undo) {
      after = WrongUsage.from(() -> ThresholdEditor.undo(model, before));
    } else if (whatIf.isEmpty() && wanted.isPresent()) {
      // Another common score leaves the segments theirs.
      after =
          ThresholdEditor.move(
              model, before, wanted.get().withSegmentsOf(before.threshold().current()));
    }
    Optional<PastScores> past = whatIf.map(file -> PastScores.read(file, confirmation(), segment));
    Optional<WhatIf> tried = past.map(scores -> tryOut(scores, before, wanted));
    ThresholdStudy study =
        new ThresholdStudy(
            spread ? ThresholdStudy.stability(after, 0) : null,
            segment.isPresent() ? ThresholdStudy.segments(past.orElseThrow(), before, 0) : null);
    if (apply) {
      after = ThresholdEditor.move(model, before, ofSegments(before, study));
    }
    Threshold inForce = after.threshold().current();
    report.ifPresent(file -> study.write(String.valueOf(model.getFileName()), inForce, file));
    boolean moved = undo || apply || (whatIf.isEmpty() && wanted.isPresent());
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(
        text(before, after, moved, tried) + study.text(),
        document(after, moved, tried.orElse(null), study));
    output.next(next(moved));
    return ExitCode.OK.number();
  }

  /** The one in force with a threshold for each segment of the study. */
  private Threshold ofSegments(Manifest manifest, ThresholdStudy study) {
    String column = segment.orElseThrow();
    Threshold next =
        manifest
            .threshold()
            .current()
            .with(
                Objects.requireNonNull(study.segments()).segments().stream()
                    .map(one -> SegmentThreshold.of(column, one.name(), one.threshold()))
                    .toList(),
                "threshold --what-if "
                    + whatIf.orElseThrow()
                    + " --segment "
                    + column
                    + " --apply");
    return WrongUsage.from(
        () -> {
          next.requireOf(manifest.spec());
          return next;
        });
  }

  private long requireOneChange() {
    long changes =
        Stream.of(score, falseAlarmRate, alarms).filter(Optional::isPresent).count()
            + (undo ? 1 : 0);
    if (changes > 1 || (undo && whatIf.isPresent())) {
      throw new WrongUsage(
          "--set, --false-alarm-rate, --alarms, --undo: more than one (expected: one of them;"
              + " --what-if goes with the first three)");
    }
    boolean budgetAlone = alarms.isPresent() && rowsPerDay.isEmpty();
    boolean rowsAlone = rowsPerDay.isPresent() && alarms.isEmpty() && whatIf.isEmpty();
    if (budgetAlone || rowsAlone) {
      throw new WrongUsage(
          "--alarms, --rows-per-day: one without the other (expected: both, such as --alarms 5/day"
              + " --rows-per-day 10000)");
    }
    return changes;
  }

  /** {@code score 3.2: promised 1 %, at most 2.3 %, by quantile, set by fit}. */
  static String line(Threshold threshold) {
    return "score "
        + Wording.figure(threshold.score())
        + ": false alarms "
        + Wording.percent(threshold.falseAlarmRate())
        + ", at most "
        + Wording.percent(threshold.falseAlarmRateUpperBound())
        + " with 95 % confidence; set by "
        + threshold.origin()
        + " ("
        + Wording.spaced(threshold.rule().name())
        + ")"
        + (threshold.segments().isEmpty()
            ? ""
            : "; " + Wording.count(threshold.segments().size()) + " segments have their own");
  }

  private Optional<Threshold> wanted(Manifest manifest) {
    if (score.isPresent()) {
      // Scores are float32: none is above the largest of them.
      if (!Float.isFinite(score.get().floatValue())) {
        throw new WrongUsage("--set: " + score.get() + " (expected: a number, as scores are)");
      }
      return Optional.of(manifest.thresholdAt(score.get(), "threshold" + asked()));
    }
    if (alarms.isPresent()) {
      double budget = AlarmBudget.parse(alarms.get()).alarmsPerDay();
      double rows = rowsPerDay.orElseThrow();
      double rate = WrongUsage.from(() -> FalseAlarmPromise.rateOfBudget(budget, rows));
      return Optional.of(forRate(manifest, rate));
    }
    return falseAlarmRate.map(rate -> forRate(manifest, rate));
  }

  private Threshold forRate(Manifest manifest, double rate) {
    return WrongUsage.from(() -> manifest.thresholdFor(rate, "threshold" + asked()));
  }

  /** The move as it was asked for, with a space before it; empty for none. */
  private String asked() {
    return score
        .map(s -> " --set " + s)
        .or(() -> falseAlarmRate.map(r -> " --false-alarm-rate " + r))
        .or(() -> alarms.map(a -> " --alarms " + a + " --rows-per-day " + rowsPerDay.orElseThrow()))
        .orElse("");
  }

  /** What goes with what. */
  private void requireFitting(long changes) {
    if (whatIf.isEmpty() && (confirmed.isPresent() || segment.isPresent())) {
      throw new WrongUsage(
          "--confirmed, --segment: without --what-if (expected: with a file of" + " past scores)");
    }
    if (confirmed.isPresent() && confirmed.get().indexOf('=') < 1) {
      throw new WrongUsage(
          "--confirmed: '" + confirmed.get() + "' (expected: COL=VALUE, such as status=bad)");
    }
    if (rowsPerDay.isPresent() && !(rowsPerDay.get() > 0)) {
      throw new WrongUsage("--rows-per-day: " + rowsPerDay.get() + " (expected: above 0)");
    }
    if (report.isPresent() && !spread && segment.isEmpty()) {
      throw new WrongUsage("--report: without --spread or --segment (expected: with one of them)");
    }
    if (apply && segment.isEmpty()) {
      throw new WrongUsage("--apply: without --segment (expected: with it)");
    }
    if (segment.isPresent() && changes > 0) {
      throw new WrongUsage(
          "--segment: with another threshold (expected: alone; it looks at the one in force)");
    }
  }

  private Optional<PastScores.Confirmation> confirmation() {
    return confirmed
        .map(text -> text.split("=", 2))
        .map(parts -> new PastScores.Confirmation(parts[0], parts[1]));
  }

  private WhatIf tryOut(PastScores past, Manifest manifest, Optional<Threshold> wanted) {
    String file = whatIf.orElseThrow();
    if (past.judged() == 0) {
      throw new DataException(
          file + ": no row with a score (expected: a file that `latentry score` wrote)");
    }
    List<Threshold> thresholds =
        wanted.map(List::of).orElseGet(() -> ThresholdTrials.usual(manifest));
    Threshold inForce = manifest.threshold().current();
    return WhatIf.of(file, ThresholdTrials.of(past, inForce, thresholds), rowsPerDay);
  }

  private Document document(
      Manifest manifest, boolean moved, @Nullable WhatIf tried, ThresholdStudy study) {
    return new Document(
        model.toString(),
        manifest.modelId(),
        moved,
        ThresholdDocument.of(manifest.threshold().current()),
        manifest.threshold().history().stream().map(ThresholdDocument::of).toList(),
        tried,
        study.stability(),
        study.segments());
  }

  private static String text(
      Manifest before, Manifest after, boolean moved, Optional<WhatIf> tried) {
    TextTable table = new TextTable(Integer.MAX_VALUE);
    if (moved) {
      table
          .row("was", line(before.threshold().current()))
          .row("is now", line(after.threshold().current()));
    } else {
      table.row("threshold", line(after.threshold().current()));
    }
    List<Threshold> history = after.threshold().history();
    boolean wasToldAlready = history.contains(before.threshold().current());
    for (int i = history.size() - (wasToldAlready ? 2 : 1); i >= 0; i--) {
      table.row("before", line(history.get(i)));
    }
    String gap = System.lineSeparator() + System.lineSeparator();
    return table.text("") + tried.map(t -> gap + t.text(before.threshold().current())).orElse("");
  }

  private String next(boolean moved) {
    String name = Wording.quoted(model);
    if (moved && !undo) {
      return "threshold " + name + " --undo  # takes it back";
    }
    if (whatIf.isPresent()) {
      return "threshold "
          + name
          + (asked().isEmpty() ? " --false-alarm-rate P" : asked())
          + "  # moves it";
    }
    return "threshold " + name + " --what-if SCORED.csv";
  }
}
