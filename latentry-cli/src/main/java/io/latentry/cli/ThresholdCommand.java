package io.latentry.cli;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.FalseAlarmPromise;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.DataException;
import io.latentry.pipeline.ThresholdEditor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
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
      "  latentry threshold model.onnx --false-alarm-rate 0.02",
      "  latentry threshold model.onnx --alarms 5/day --rows-per-day 20000",
      "  latentry threshold model.onnx --set 4.5",
      "  latentry threshold model.onnx --undo"
    })
final class ThresholdCommand implements Callable<Integer> {
  private static final double[] COMMON_RATES = {0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0001};

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
      names = "--rows-per-day",
      paramLabel = "R",
      description = "Rows that are scored in a day.")
  private Optional<Double> rowsPerDay = Optional.empty();

  @Option(names = "--undo", description = "Take back the latest move.")
  private boolean undo;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  ThresholdCommand(Terminal terminal) {
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
      @Nullable WhatIf whatIf) {}

  /** Alarms among past scores. */
  record WhatIf(String file, int judgedRows, int alarmsNow, List<Trial> trials) {}

  /** Alarms among past scores under another threshold. */
  record Trial(ThresholdDocument threshold, int alarms) {}

  @Override
  public Integer call() {
    requireOneChange();
    Manifest before = ThresholdEditor.manifest(model);
    Optional<Threshold> wanted = wanted(before);
    Manifest after = before;
    if (undo) {
      after = WrongUsage.from(() -> ThresholdEditor.undo(model));
    } else if (whatIf.isEmpty() && wanted.isPresent()) {
      after = ThresholdEditor.move(model, wanted.get());
    }
    @Nullable WhatIf tried = whatIf.isPresent() ? tryOut(whatIf.get(), before, wanted) : null;
    boolean moved = undo || (whatIf.isEmpty() && wanted.isPresent());
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(before, after, moved, tried), document(after, moved, tried));
    output.next(next(moved));
    return ExitCode.OK.number();
  }

  private void requireOneChange() {
    long changes =
        Stream.of(score, falseAlarmRate, alarms).filter(Optional::isPresent).count()
            + (undo ? 1 : 0);
    if (changes > 1 || (undo && whatIf.isPresent())) {
      throw new WrongUsage(
          "--set, --false-alarm-rate, --alarms, --undo: more than one (expected: one of them;"
              + " --what-if goes with the first three)");
    }
    if (alarms.isPresent() != rowsPerDay.isPresent()) {
      throw new WrongUsage(
          "--alarms, --rows-per-day: one without the other (expected: both, such as --alarms 5/day"
              + " --rows-per-day 10000)");
    }
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
        + ")";
  }

  private Optional<Threshold> wanted(Manifest manifest) {
    if (score.isPresent()) {
      if (score.get().isNaN() || score.get().isInfinite()) {
        throw new WrongUsage("--set: " + score.get() + " (expected: a number)");
      }
      return Optional.of(ThresholdEditor.at(manifest, score.get(), "threshold" + asked()));
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
    return WrongUsage.from(() -> ThresholdEditor.forRate(manifest, rate, "threshold" + asked()));
  }

  /** The move as it was asked for, with a space before it; empty for none. */
  private String asked() {
    return score
        .map(s -> " --set " + s)
        .or(() -> falseAlarmRate.map(r -> " --false-alarm-rate " + r))
        .or(() -> alarms.map(a -> " --alarms " + a + " --rows-per-day " + rowsPerDay.orElseThrow()))
        .orElse("");
  }

  private static WhatIf tryOut(String file, Manifest manifest, Optional<Threshold> wanted) {
    PastScores past = PastScores.read(file);
    if (past.judged() == 0) {
      throw new DataException(
          file + ": no row with a score (expected: a file that `latentry score` wrote)");
    }
    List<Threshold> trials = new ArrayList<>();
    wanted.ifPresent(trials::add);
    if (wanted.isEmpty()) {
      int rows = manifest.calibration().scores().length;
      DoubleStream.of(COMMON_RATES)
          .filter(rate -> FalseAlarmPromise.rowsNeeded(rate) <= rows)
          .mapToObj(rate -> ThresholdEditor.forRate(manifest, rate, "what-if"))
          .filter(trial -> trial.score() != manifest.threshold().current().score())
          .forEach(trials::add);
    }
    return new WhatIf(
        file,
        past.judged(),
        past.above(manifest.threshold().current().score()),
        trials.stream()
            .map(t -> new Trial(ThresholdDocument.of(t), past.above(t.score())))
            .toList());
  }

  private Document document(Manifest manifest, boolean moved, @Nullable WhatIf tried) {
    return new Document(
        model.toString(),
        manifest.modelId(),
        moved,
        ThresholdDocument.of(manifest.threshold().current()),
        manifest.threshold().history().stream().map(ThresholdDocument::of).toList(),
        tried);
  }

  private static String text(
      Manifest before, Manifest after, boolean moved, @Nullable WhatIf tried) {
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
    String text = table.text("");
    return tried == null
        ? text
        : text + System.lineSeparator() + System.lineSeparator() + whatIfText(tried, before);
  }

  private static String whatIfText(WhatIf tried, Manifest manifest) {
    TextTable table =
        new TextTable(Integer.MAX_VALUE)
            .row("threshold", "promise", "at most", "alarms")
            .row(
                Wording.figure(manifest.threshold().current().score()) + " (now)",
                Wording.percent(manifest.threshold().current().falseAlarmRate()),
                Wording.percent(manifest.threshold().current().falseAlarmRateUpperBound()),
                alarms(tried.alarmsNow(), tried.judgedRows()));
    for (Trial trial : tried.trials()) {
      table.row(
          Wording.figure(trial.threshold().score()),
          Wording.percent(trial.threshold().falseAlarmRate()),
          Wording.percent(trial.threshold().falseAlarmRateUpperBound()),
          alarms(trial.alarms(), tried.judgedRows()));
    }
    return "of "
        + Wording.rows(tried.judgedRows())
        + " in "
        + tried.file()
        + ":"
        + System.lineSeparator()
        + table.text("  ");
  }

  private static String alarms(int alarms, int rows) {
    return Wording.count(alarms) + " (" + Wording.percent((double) alarms / rows) + ")";
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
