package io.latentry.pipeline.report;

import io.latentry.pipeline.report.Chart.Axis;
import io.latentry.pipeline.report.Chart.Ink;
import io.latentry.pipeline.report.Chart.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A stretch of the series with what was expected of it, and its scores; nothing of a table. */
final class SeriesSection {
  private SeriesSection() {}

  static void addTo(Page page, ReportData data) {
    if (data.stretch().isEmpty()) {
      return;
    }
    SeriesStretch stretch = data.stretch().get();
    double threshold = data.manifest().threshold().current().score();
    page.section("series", "Series", values(page, stretch), scores(page, stretch, threshold));
  }

  private static Markup values(Page page, SeriesStretch stretch) {
    List<Line> lines = new ArrayList<>();
    lines.add(
        new Line(
            "above what is expected",
            Ink.QUIET,
            true,
            SeriesStretch.drawn(SeriesStretch.moved(stretch.expected(), stretch.spread()))));
    lines.add(
        new Line(
            "below",
            Ink.QUIET,
            true,
            SeriesStretch.drawn(SeriesStretch.moved(stretch.expected(), -stretch.spread()))));
    lines.add(new Line("expected", Ink.VALIDATION, true, SeriesStretch.drawn(stretch.expected())));
    lines.add(new Line("actual", Ink.NORMAL, false, SeriesStretch.drawn(stretch.actual())));
    return page.chart(
        "series-values",
        "What came and what was expected",
        "%s over %s that training did not see, a %s. The band is three times as wide as expectations are usually off."
            .formatted(
                stretch.channel(), Figures.count(stretch.actual().length, "point"), stretch.step()),
        new Chart.Lines(Axis.linear("point"), Axis.linear(stretch.channel()), lines));
  }

  private static Markup scores(Page page, SeriesStretch stretch, double threshold) {
    int last = stretch.score().length - 1;
    long above = Arrays.stream(stretch.score()).filter(score -> score > threshold).count();
    List<Line> lines =
        List.of(
            new Line("score", Ink.NORMAL, false, SeriesStretch.drawn(stretch.score())),
            new Line(
                "threshold",
                Ink.THRESHOLD,
                true,
                List.of(
                    new double[] {0, Figures.plotted(threshold)},
                    new double[] {last, Figures.plotted(threshold)})));
    return page.chart(
        "series-scores",
        "How these points score",
        "%s of %s score above the threshold of %s."
            .formatted(
                Figures.count(above),
                Figures.count(stretch.score().length, "point"),
                Figures.of(threshold)),
        new Chart.Lines(Axis.linear("point"), Axis.linear("score"), lines));
  }
}
