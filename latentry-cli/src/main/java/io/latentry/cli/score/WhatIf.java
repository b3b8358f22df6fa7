package io.latentry.cli.score;

import io.latentry.cli.fit.ThresholdDocument;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.calibration.Threshold;
import io.latentry.pipeline.score.ThresholdTrials;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Alarms among past scores, as {@code --json} tells them.
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
    List<Trial> trials) {

  /**
   * Alarms under another threshold.
   *
   * @param confirmedLost confirmed anomalies that are found now and would not be
   */
  record Trial(
      ThresholdDocument threshold,
      int alarms,
      @Nullable Double alarmsPerDay,
      @Nullable Integer confirmedLost) {}

  static WhatIf of(String file, ThresholdTrials tried, Optional<Double> rowsPerDay) {
    Optional<Integer> found = tried.now().confirmedFound();
    return new WhatIf(
        file,
        tried.judged(),
        tried.now().alarms(),
        perDay(tried.now(), tried, rowsPerDay),
        tried.confirmed().orElse(null),
        found.orElse(null),
        tried.others().stream()
            .map(
                trial ->
                    new Trial(
                        ThresholdDocument.of(trial.threshold()),
                        trial.alarms(),
                        perDay(trial, tried, rowsPerDay),
                        trial
                            .confirmedFound()
                            .map(then -> Math.max(0, found.orElseThrow() - then))
                            .orElse(null)))
            .toList());
  }

  private static @Nullable Double perDay(
      ThresholdTrials.Trial trial, ThresholdTrials tried, Optional<Double> rowsPerDay) {
    return rowsPerDay.isPresent() ? trial.alarms() * rowsPerDay.get() / tried.judged() : null;
  }

  /**
   * @param inForce the threshold now
   */
  String text(Threshold inForce) {
    TextTable table =
        new TextTable(Integer.MAX_VALUE)
            .row(
                "threshold",
                "promise",
                "at most",
                "alarms",
                alarmsPerDay == null ? "" : "a day",
                confirmed == null ? "" : "of " + confirmed + " confirmed")
            .row(
                Wording.figure(inForce.score()) + " (now)",
                Wording.percent(inForce.falseAlarmRate()),
                Wording.percent(inForce.falseAlarmRateUpperBound()),
                shareText(alarmsNow),
                perDayText(alarmsPerDay),
                confirmedFound == null ? "" : confirmedFound + " found");
    for (Trial trial : trials) {
      table.row(
          Wording.figure(trial.threshold().score()),
          Wording.percent(trial.threshold().falseAlarmRate()),
          Wording.percent(trial.threshold().falseAlarmRateUpperBound()),
          shareText(trial.alarms()),
          perDayText(trial.alarmsPerDay()),
          trial.confirmedLost() == null ? "" : trial.confirmedLost() + " lost");
    }
    return "of "
        + Wording.rows(judgedRows)
        + " in "
        + file
        + ":"
        + System.lineSeparator()
        + table.text("  ");
  }

  private static String perDayText(@Nullable Double alarms) {
    return alarms == null ? "" : Wording.figure(alarms);
  }

  private String shareText(int alarms) {
    return Wording.count(alarms) + " (" + Wording.percent((double) alarms / judgedRows) + ")";
  }
}
