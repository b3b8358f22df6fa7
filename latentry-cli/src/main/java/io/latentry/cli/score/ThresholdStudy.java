package io.latentry.cli.score;

import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.SegmentThresholds;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.calibration.ThresholdStability;
import io.latentry.core.evaluation.Interval;
import io.latentry.pipeline.report.Figures;
import io.latentry.pipeline.report.ToolPage;
import io.latentry.pipeline.score.PastScores;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a threshold can be trusted, and for whom.
 *
 * @param stability null if it was not asked for; likewise {@code segments}
 */
record ThresholdStudy(
    @Nullable ThresholdStability stability, @Nullable SegmentThresholds segments) {

  static ThresholdStability stability(Manifest manifest, long seed) {
    Threshold current = manifest.threshold().current();
    CalibrationConfig config =
        CalibrationConfig.DEFAULT.withFalseAlarmRate(
            Math.min(0.5, Math.max(1e-9, current.falseAlarmRate())));
    return ThresholdStability.of(
        current.rule().isFitted() ? config.withThresholdRule(current.rule()) : config,
        manifest.calibration().scores(),
        seed);
  }

  static SegmentThresholds segments(PastScores past, Manifest manifest, long seed) {
    Threshold current = manifest.threshold().current();
    return SegmentThresholds.fit(
        past.unconfirmedBySegment(), current.score(), current.falseAlarmRate(), seed);
  }

  String text() {
    String line = System.lineSeparator();
    StringBuilder text = new StringBuilder();
    if (stability != null) {
      text.append(line).append(line).append(stabilityText(stability));
    }
    if (segments != null) {
      text.append(line).append(line).append(segmentsText(segments));
    }
    return text.toString();
  }

  private static String stabilityText(ThresholdStability stability) {
    String line = System.lineSeparator();
    double[] folds = stability.thresholds();
    StringBuilder text =
        new StringBuilder(
            folds.length == 0
                ? "too few calibration rows to refit it without some of them"
                : "refitted without each of ten folds of the calibration rows: score "
                    + Wording.figure(folds[0])
                    + " to "
                    + Wording.figure(folds[folds.length - 1]));
    TextTable table = new TextTable(60).row("promised", "observed", "95 % of resamples");
    for (ThresholdStability.Promise promise : stability.reliability()) {
      table.row(
          Wording.percent(promise.promised()),
          Wording.percent(promise.observed().estimate()),
          range(promise.observed()));
    }
    if (!stability.reliability().isEmpty()) {
      text.append(line)
          .append("promised against observed on the rows that a bootstrap sample leaves out:")
          .append(line)
          .append(table.text("  "));
    }
    return text.toString();
  }

  private static String segmentsText(SegmentThresholds fitted) {
    String line = System.lineSeparator();
    SegmentThresholds.Segment worst = fitted.segments().get(0);
    TextTable table =
        new TextTable(40)
            .row("segment", "rows", "false alarms", "95 %", "own threshold", "then", "95 %");
    for (SegmentThresholds.Segment segment : fitted.segments()) {
      table.row(
          segment.name().isEmpty() ? "(none)" : segment.name(),
          Wording.count(segment.rows()),
          Wording.percent(segment.before().estimate()),
          range(segment.before()),
          Wording.figure(segment.threshold()),
          Wording.percent(segment.after().estimate()),
          range(segment.after()));
    }
    return "the worst segment is "
        + (worst.name().isEmpty() ? "(none)" : worst.name())
        + ": "
        + Wording.percent(worst.before().estimate())
        + " false alarms where "
        + Wording.percent(fitted.falseAlarmRate())
        + " is promised overall"
        + line
        + table.text("  ");
  }

  private static String range(Interval interval) {
    return Wording.percent(interval.low()) + " to " + Wording.percent(interval.high());
  }

  void write(String model, Threshold threshold, Path target) {
    ToolPage page =
        new ToolPage(
            "Threshold of " + model,
            "Threshold",
            "Score %s promises %s false alarms."
                .formatted(
                    Figures.of(threshold.score()), Figures.percent(threshold.falseAlarmRate())));
    if (stability != null) {
      page.section("reliability", "Is the promise kept?");
      if (stability.thresholds().length > 0) {
        page.paragraph(
            "Refitted without each of ten folds of the calibration rows, the threshold lies between %s and %s."
                .formatted(
                    Figures.of(stability.thresholds()[0]),
                    Figures.of(stability.thresholds()[stability.thresholds().length - 1])));
      }
      if (!stability.reliability().isEmpty()) {
        page.promises(
            "reliability",
            "Promised and observed false-alarm rate",
            "For each promised rate, thresholds are fitted on 200 bootstrap samples and judged on the rows left out. A whisker holds 95 % of the samples.",
            stability.reliability().stream()
                .map(
                    p ->
                        new double[] {
                          p.promised(),
                          p.observed().estimate(),
                          p.observed().low(),
                          p.observed().high()
                        })
                .toList());
      }
    }
    if (segments != null) {
      page.section("segments", "For whom?")
          .table(
              "Segments, the most false alarms first",
              List.of(
                  "Segment",
                  "#Normal rows",
                  "#False alarms",
                  "#95 % interval",
                  "#Own threshold",
                  "#False alarms then",
                  "#95 % interval"),
              segments.segments().stream()
                  .map(
                      s ->
                          List.of(
                              s.name().isEmpty() ? "(none)" : s.name(),
                              Figures.count(s.rows()),
                              Figures.percent(s.before().estimate()),
                              percents(s.before()),
                              Figures.of(s.threshold()),
                              Figures.percent(s.after().estimate()),
                              percents(s.after())))
                  .toList());
    }
    page.write(target);
  }

  private static String percents(Interval interval) {
    return Figures.percent(interval.low()) + " to " + Figures.percent(interval.high());
  }
}
