package io.latentry.pipeline.report;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.pipeline.report.Chart.Axis;
import io.latentry.pipeline.report.Chart.Cloud;
import io.latentry.pipeline.report.Chart.Ink;
import io.latentry.pipeline.report.Chart.Line;
import io.latentry.pipeline.report.Chart.Mark;
import io.latentry.pipeline.report.Chart.Shares;
import io.latentry.pipeline.report.Groups.Dot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** How normal rows and anomalies score, as one score and as its two terms. */
final class ScoreSection {
  private static final int BINS = 48;
  private static final int MOST_NORMAL = 2000;
  private static final int MOST_ANOMALOUS = 1000;
  private static final int BOUNDARY_STEPS = 80;

  private ScoreSection() {}

  static void addTo(Page page, ReportData data, Groups groups) {
    if (groups.normal().isEmpty()) {
      return;
    }
    page.section("scores", "Scores", histogram(page, data, groups), terms(page, data, groups));
  }

  private static Markup histogram(Page page, ReportData data, Groups groups) {
    double threshold = data.manifest().threshold().current().score();
    double[] normal = groups.normalScores();
    // A threshold that nothing exceeds has no place on an axis.
    double mark = isReachable(threshold) ? threshold : normal[normal.length - 1];
    double[] anomalous = groups.anomalous().stream().mapToDouble(Dot::score).sorted().toArray();
    double lowest = Math.min(normal[0], anomalous.length > 0 ? anomalous[0] : normal[0]);
    double highest =
        Math.max(
            mark,
            Math.max(
                normal[normal.length - 1],
                anomalous.length > 0 ? anomalous[anomalous.length - 1] : mark));
    // Far anomalies would press all else into one bin.
    double end = Math.min(highest, mark + 3 * (mark - Groups.quantile(normal, 0.01)) + 1e-9);
    end = end > lowest ? end + 0.02 * (end - lowest) : lowest + 1;
    double[] edges = new double[BINS + 1];
    for (int i = 0; i <= BINS; i++) {
      edges[i] = Figures.plotted(lowest + (end - lowest) * i / BINS);
    }
    List<Shares> series = new ArrayList<>();
    series.add(new Shares(groups.normalName(), Ink.NORMAL, shares(normal, lowest, end)));
    if (anomalous.length > 0) {
      series.add(new Shares(groups.anomalyName(), Ink.ANOMALY, shares(anomalous, lowest, end)));
    }
    double last = end;
    long beyond =
        Stream.of(normal, anomalous).flatMapToDouble(Arrays::stream).filter(s -> s > last).count();
    String summary =
        "%s of %s %s score above the threshold of %s"
                .formatted(
                    Figures.count(above(normal, threshold)),
                    Figures.count(normal.length),
                    groups.normalName(),
                    Figures.of(threshold))
            + (anomalous.length == 0
                ? "."
                : ", and %s of %s %s."
                    .formatted(
                        Figures.count(above(anomalous, threshold)),
                        Figures.count(anomalous.length),
                        groups.anomalyName()))
            + (beyond == 0
                ? ""
                : " The last bin also holds the %s beyond it, up to a score of %s."
                    .formatted(Figures.count(beyond, data.sample()), Figures.of(highest)));
    return page.chart(
        "score-histogram",
        "How " + data.sample() + "s score",
        summary,
        new Chart.Histogram(
            Axis.linear("score"),
            Axis.share("share of each group"),
            edges,
            series,
            isReachable(threshold)
                ? new Mark(Figures.plotted(threshold), "threshold " + Figures.of(threshold))
                : null));
  }

  /**
   * Whether a score, which is float32, can be as high: a threshold beyond has no place on an axis.
   */
  private static boolean isReachable(double threshold) {
    return Math.abs(threshold) <= Float.MAX_VALUE;
  }

  private static long above(double[] scores, double threshold) {
    return Arrays.stream(scores).filter(score -> score > threshold).count();
  }

  private static double[] shares(double[] scores, double lowest, double end) {
    double[] shares = new double[BINS];
    for (double score : scores) {
      int bin = (int) ((score - lowest) / (end - lowest) * BINS);
      shares[Math.max(0, Math.min(BINS - 1, bin))]++;
    }
    for (int i = 0; i < BINS; i++) {
      shares[i] = Figures.plotted(shares[i] / scores.length);
    }
    return shares;
  }

  private static Markup terms(Page page, ReportData data, Groups groups) {
    List<Dot> normal = Groups.thin(groups.normal(), MOST_NORMAL);
    List<Dot> anomalous = Groups.thin(groups.anomalous(), MOST_ANOMALOUS);
    List<Cloud> clouds = new ArrayList<>();
    clouds.add(new Cloud(groups.normalName(), Ink.NORMAL, "circle", points(normal)));
    if (!anomalous.isEmpty()) {
      clouds.add(new Cloud(groups.anomalyName(), Ink.ANOMALY, "triangle", points(anomalous)));
    }
    ScoreMix mix = data.manifest().calibration().mix();
    String summary =
        "Each point is a row: to the right the decoder explains it badly, upwards its code is"
            + " strange. The score weighs the reconstruction term with %s and the latent term with %s%s; the line is where the score meets the threshold."
                .formatted(
                    Figures.of(mix.alpha()),
                    Figures.of(1 - mix.alpha()),
                    mix.combination() == ScoreMix.Combination.PRODUCT ? " (as a product)" : "")
            + Groups.thinned(normal.size(), groups.normal().size(), groups.normalName())
            + Groups.thinned(anomalous.size(), groups.anomalous().size(), groups.anomalyName());
    return page.chart(
        "terms",
        "Reconstruction term against latent term",
        summary,
        new Chart.Scatter(
            axis("reconstruction term (nats)", normal, anomalous, Dot::reconstruction),
            axis("latent term (nats)", normal, anomalous, Dot::latent),
            clouds,
            new Line(
                "threshold",
                Ink.THRESHOLD,
                true,
                boundary(
                    mix,
                    data.manifest().threshold().current().score(),
                    range(normal, anomalous, Dot::reconstruction),
                    range(normal, anomalous, Dot::latent)))));
  }

  private static List<double[]> points(List<Dot> dots) {
    return dots.stream()
        .map(
            dot -> {
              double x = Figures.plotted(dot.reconstruction());
              double y = Figures.plotted(dot.latent());
              return dot.row() < 0 ? new double[] {x, y} : new double[] {x, y, dot.row()};
            })
        .toList();
  }

  private static Axis axis(
      String name, List<Dot> normal, List<Dot> anomalous, ToDoubleFunction<Dot> term) {
    double[] sizes = normal.stream().mapToDouble(term).map(Math::abs).sorted().toArray();
    double[] range = range(normal, anomalous, term);
    return Axis.reaching(
        name, Groups.quantile(sizes, 0.99), Math.max(Math.abs(range[0]), Math.abs(range[1])));
  }

  private static double[] range(List<Dot> normal, List<Dot> anomalous, ToDoubleFunction<Dot> term) {
    var summary =
        Stream.concat(normal.stream(), anomalous.stream()).mapToDouble(term).summaryStatistics();
    return new double[] {summary.getMin(), summary.getMax()};
  }

  /**
   * Where the score meets the threshold, as {@code {reconstruction, latent}} points. The score
   * grows with each term, so for one term given the other is found by bisection; the term with the
   * smaller weight is the one that is given, which keeps the line in the picture.
   */
  static List<double[]> boundary(
      ScoreMix mix, double threshold, double[] reconstruction, double[] latent) {
    boolean overLatent = mix.alpha() > 0.5;
    double[] given = overLatent ? latent : reconstruction;
    double[] sought = overLatent ? reconstruction : latent;
    List<double[]> line = new ArrayList<>();
    for (int i = 0; i <= BOUNDARY_STEPS; i++) {
      // Dense near the lower end, where normal rows are, for axes that turn logarithmic.
      double at = given[0] + (given[1] - given[0]) * Math.pow(i / (double) BOUNDARY_STEPS, 3);
      double found =
          crossing(
              value ->
                  overLatent ? mix.score(value, at) - threshold : mix.score(at, value) - threshold,
              sought[0],
              sought[1]);
      if (Double.isFinite(found)) {
        double rounded = Figures.plotted(found);
        double rest = Figures.plotted(at);
        line.add(overLatent ? new double[] {rounded, rest} : new double[] {rest, rounded});
      }
    }
    return line;
  }

  private static double crossing(DoubleUnaryOperator rising, double low, double high) {
    if (!(rising.applyAsDouble(low) <= 0 && rising.applyAsDouble(high) > 0)) {
      return Double.NaN;
    }
    double from = low;
    double to = high;
    for (int i = 0; i < 60; i++) {
      double middle = (from + to) / 2;
      if (rising.applyAsDouble(middle) > 0) {
        to = middle;
      } else {
        from = middle;
      }
    }
    return (from + to) / 2;
  }
}
