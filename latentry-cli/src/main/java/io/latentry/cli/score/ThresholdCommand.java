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
import io.latentry.core.calibration.SegmentThresholds;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.calibration.ThresholdStability;
import io.latentry.core.data.DataException;
import io.latentry.pipeline.score.ThresholdEditor;
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
      "  latentry threshold model.onnx --what-if scored.csv --confirmed status=bad --rows-per-day 900",
      "  latentry threshold model.onnx --what-if scored.csv --segment site --report segments.html",
      "  latentry threshold model.onnx --spread --report threshold.html",
      "  latentry threshold model.onnx --false-alarm-rate 0.02",
      "  latentry threshold model.onnx --alarms 5/day --rows-per-day 20000",
      "  latentry threshold model.onnx --set 4.5",
      "  latentry threshold model.onnx --undo"
    })
public final class ThresholdCommand implements Callable<Integer> {
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

  /**
   * Alarms among past scores.
   *
   * @param alarmsPerDay null if the rows of a day are not known
   * @param confirmed confirmed anomalies among the rows with a score; null if no column says so
   * @param confirmedFound those of them above the threshold in force
   */
  record WhatIf(
      String file,
      int judgedRows,
      int alarmsNow,
      @Nullable Double alarmsPerDay,
      @Nullable Integer confirmed,
      @Nullable Integer confirmedFound,
      List<Trial> trials) {}

  /**
   * Alarms among past scores under another threshold.
   *
   * @param confirmedLost confirmed anomalies that are found now and would not be
   */
  record Trial(
      ThresholdDocument threshold,
      int alarms,
      @Nullable Double alarmsPerDay,
      @Nullable Integer confirmedLost) {}

  @Override
  public Integer call() {
    requireFitting(requireOneChange());
    Manifest before = ThresholdEditor.manifest(model);
    Optional<Threshold> wanted = wanted(before);
    Manifest after = before;
    if (undo) {
      after = WrongUsage.from(() -> ThresholdEditor.undo(model));
    } else if (whatIf.isEmpty() && wanted.isPresent()) {
      after = ThresholdEditor.move(model, wanted.get());
    }
    Past past = whatIf.map(this::past).orElse(Past.NONE);
    @Nullable WhatIf tried = whatIf.isPresent() ? tryOut(past, before, wanted) : null;
    ThresholdStudy study =
        new ThresholdStudy(
            spread ? ThresholdStudy.stability(after, 0) : null,
            segment.isPresent()
                ? ThresholdStudy.segments(
                    past.scores(), past.segments(), past.unconfirmed(), before, 0)
                : null);
    Threshold inForce = after.threshold().current();
    report.ifPresent(file -> study.write(String.valueOf(model.getFileName()), inForce, file));
    boolean moved = undo || (whatIf.isEmpty() && wanted.isPresent());
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(
        text(before, after, moved, tried) + study.text(), document(after, moved, tried, study));
    output.next(next(moved));
    return ExitCode.OK.number();
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
        + ")";
  }

  private Optional<Threshold> wanted(Manifest manifest) {
    if (score.isPresent()) {
      if (score.get().isNaN() || score.get().isInfinite()) {
        throw new WrongUsage("--set: " + score.get() + " (expected: a number)");
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
    if (segment.isPresent() && changes > 0) {
      throw new WrongUsage(
          "--segment: with another threshold (expected: alone; it looks at the one in force)");
    }
  }

  /**
   * Past scores with what is known of the rows.
   *
   * @param isConfirmed {@code [rows]}; none where no column says so
   */
  private record Past(String file, PastScores scores, boolean[] isConfirmed, String[] segments) {
    static final Past NONE =
        new Past("", new PastScores(new double[0], new String[0][]), new boolean[0], new String[0]);

    boolean[] unconfirmed() {
      boolean[] others = new boolean[scores.scores().length];
      for (int i = 0; i < others.length; i++) {
        others[i] = isConfirmed.length == 0 || !isConfirmed[i];
      }
      return others;
    }

    int confirmedAbove(double threshold) {
      int found = 0;
      for (int i = 0; i < isConfirmed.length; i++) {
        found += isConfirmed[i] && scores.scores()[i] > threshold ? 1 : 0;
      }
      return found;
    }
  }

  private Past past(String file) {
    Optional<String[]> condition = confirmed.map(text -> text.split("=", 2));
    List<String> columns = new ArrayList<>();
    condition.ifPresent(parts -> columns.add(parts[0]));
    segment.ifPresent(columns::add);
    PastScores scores = PastScores.read(file, columns);
    boolean[] isConfirmed = new boolean[condition.isPresent() ? scores.scores().length : 0];
    for (int i = 0; i < isConfirmed.length; i++) {
      isConfirmed[i] = scores.kept()[0][i].equals(condition.orElseThrow()[1]);
    }
    return new Past(
        file,
        scores,
        isConfirmed,
        segment.isPresent() ? scores.kept()[columns.size() - 1] : new String[0]);
  }

  private WhatIf tryOut(Past past, Manifest manifest, Optional<Threshold> wanted) {
    if (past.scores().judged() == 0) {
      throw new DataException(
          past.file() + ": no row with a score (expected: a file that `latentry score` wrote)");
    }
    List<Threshold> trials = new ArrayList<>();
    wanted.ifPresent(trials::add);
    if (wanted.isEmpty()) {
      int rows = manifest.calibration().scores().length;
      DoubleStream.of(COMMON_RATES)
          .filter(rate -> FalseAlarmPromise.rowsNeeded(rate) <= rows)
          .mapToObj(rate -> manifest.thresholdFor(rate, "what-if"))
          .filter(trial -> trial.score() != manifest.threshold().current().score())
          .forEach(trials::add);
    }
    double now = manifest.threshold().current().score();
    int judged = past.scores().judged();
    int found = past.confirmedAbove(now);
    return new WhatIf(
        past.file(),
        judged,
        past.scores().above(now),
        perDay(past.scores().above(now), judged),
        confirmed.isPresent() ? past.confirmedAbove(Double.NEGATIVE_INFINITY) : null,
        confirmed.isPresent() ? found : null,
        trials.stream()
            .map(
                t ->
                    new Trial(
                        ThresholdDocument.of(t),
                        past.scores().above(t.score()),
                        perDay(past.scores().above(t.score()), judged),
                        confirmed.isPresent()
                            ? Math.max(0, found - past.confirmedAbove(t.score()))
                            : null))
            .toList());
  }

  private @Nullable Double perDay(int alarms, int judged) {
    return rowsPerDay.isPresent() ? alarms * rowsPerDay.get() / judged : null;
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
            .row(
                "threshold",
                "promise",
                "at most",
                "alarms",
                tried.alarmsPerDay() == null ? "" : "a day",
                tried.confirmed() == null ? "" : "of " + tried.confirmed() + " confirmed")
            .row(
                Wording.figure(manifest.threshold().current().score()) + " (now)",
                Wording.percent(manifest.threshold().current().falseAlarmRate()),
                Wording.percent(manifest.threshold().current().falseAlarmRateUpperBound()),
                alarms(tried.alarmsNow(), tried.judgedRows()),
                perDayText(tried.alarmsPerDay()),
                tried.confirmedFound() == null ? "" : tried.confirmedFound() + " found");
    for (Trial trial : tried.trials()) {
      table.row(
          Wording.figure(trial.threshold().score()),
          Wording.percent(trial.threshold().falseAlarmRate()),
          Wording.percent(trial.threshold().falseAlarmRateUpperBound()),
          alarms(trial.alarms(), tried.judgedRows()),
          perDayText(trial.alarmsPerDay()),
          trial.confirmedLost() == null ? "" : trial.confirmedLost() + " lost");
    }
    return "of "
        + Wording.rows(tried.judgedRows())
        + " in "
        + tried.file()
        + ":"
        + System.lineSeparator()
        + table.text("  ");
  }

  private static String perDayText(@Nullable Double alarms) {
    return alarms == null ? "" : Wording.figure(alarms);
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
