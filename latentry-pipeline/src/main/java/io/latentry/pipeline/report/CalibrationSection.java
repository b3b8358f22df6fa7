package io.latentry.pipeline.report;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.CalibrationCheck;
import io.latentry.core.calibration.Threshold;
import io.latentry.pipeline.report.Chart.Axis;
import io.latentry.pipeline.report.Chart.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether the promised false-alarm rates hold, and which threshold is in force. */
final class CalibrationSection {
  private CalibrationSection() {}

  static void addTo(Page page, ReportData data) {
    Manifest manifest = data.manifest();
    Threshold threshold = manifest.threshold().current();
    List<Markup> body = new ArrayList<>();
    body.add(
        Markup.element(
            "p",
            "The threshold of %s was found by the rule %s on %s (%s). It promises that %s of normal %ss are called anomalies; with 95 %% confidence it is no more than %s."
                .formatted(
                    Figures.of(threshold.score()),
                    words(threshold.rule()),
                    Figures.count(threshold.calibrationRows(), "normal " + data.sample()),
                    manifest.calibration().method(),
                    Figures.percent(threshold.falseAlarmRate()),
                    data.sample(),
                    Figures.percent(threshold.falseAlarmRateUpperBound()))));
    List<CalibrationCheck.Point> points =
        data.calibration().stream()
            .filter(point -> point.promised() > 0 && Double.isFinite(point.observed().estimate()))
            .toList();
    if (!points.isEmpty()) {
      body.add(plot(page, points, data.sample()));
    }
    if (!manifest.threshold().history().isEmpty()) {
      Table table =
          new Table(
              "Earlier thresholds, oldest first",
              "Set by",
              "#Threshold",
              "Rule",
              "#Promised false-alarm rate");
      for (Threshold earlier : manifest.threshold().history()) {
        table.row(
            earlier.origin(),
            Figures.of(earlier.score()),
            words(earlier.rule()),
            Figures.percent(earlier.falseAlarmRate()));
      }
      body.add(table.markup());
    }
    page.section("calibration", "Calibration", body.toArray(Markup[]::new));
  }

  private static Markup plot(Page page, List<CalibrationCheck.Point> points, String sample) {
    long held =
        points.stream()
            .filter(
                point ->
                    point.observed().low() <= point.promised()
                        && point.promised() <= point.observed().high())
            .count();
    Table table =
        new Table(
            "Promised against observed false-alarm rate",
            "Promised",
            "#Observed",
            "#95 % interval");
    for (CalibrationCheck.Point point : points) {
      table.row(
          Figures.percent(point.promised()),
          Figures.percent(point.observed().estimate()),
          Figures.percent(point.observed().low())
              + " to "
              + Figures.percent(point.observed().high()));
    }
    Axis promised = new Axis("promised false-alarm rate", Scale.LOG, 1, true);
    Axis observed = new Axis("observed false-alarm rate", Scale.LOG, 1, true);
    return Markup.join(
        List.of(
            page.chart(
                "calibration",
                "Promised against observed false alarms",
                "On held-out normal %ss, the promised rate lies within the 95 %% interval of the observed one at %s of %s. On the dashed diagonal the promise is kept exactly; above it there are more false alarms than promised."
                        .formatted(sample, held, Figures.count(points.size(), "rate"))
                    + (points.stream().anyMatch(point -> point.observed().estimate() == 0)
                        ? " An observed rate of 0 is drawn on the lower edge."
                        : ""),
                new Chart.Intervals(
                    promised,
                    observed,
                    "observed, with 95 % interval",
                    points.stream()
                        .map(
                            point ->
                                new double[] {
                                  Figures.plotted(point.promised()),
                                  Figures.plotted(point.observed().estimate()),
                                  Figures.plotted(point.observed().low()),
                                  Figures.plotted(point.observed().high())
                                })
                        .toList())),
            Markup.element(
                "details", Markup.element("summary", "The same as a table"), table.markup())));
  }

  private static String words(Threshold.Rule rule) {
    return rule.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
