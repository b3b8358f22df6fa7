package io.latentry.pipeline.report;

import io.latentry.pipeline.report.Chart.Axis;
import io.latentry.pipeline.report.Chart.Cloud;
import io.latentry.pipeline.report.Chart.Ink;
import io.latentry.pipeline.report.Chart.Line;
import io.latentry.pipeline.report.ReportData.LatentCodes;
import java.util.ArrayList;
import java.util.List;

/** Where rows lie in the latent space. */
final class LatentSection {
  private static final int MOST_NORMAL = 2000;
  private static final int MOST_ANOMALOUS = 1000;

  private LatentSection() {}

  static void addTo(Page page, ReportData data, Groups groups) {
    LatentCodes codes = data.latentCodes();
    if (codes.width() == 0 || codes.normal().length == 0) {
      return;
    }
    LatentPlane plane = LatentPlane.fit(codes.normal(), codes.width());
    List<double[]> allNormal = finite(plane.project(codes.normal()));
    List<double[]> allAnomalous = finite(plane.project(codes.anomalous()));
    List<double[]> normal = Groups.thin(allNormal, MOST_NORMAL);
    List<double[]> anomalous = Groups.thin(allAnomalous, MOST_ANOMALOUS);
    List<Cloud> clouds = new ArrayList<>();
    clouds.add(new Cloud(groups.normalName(), Ink.NORMAL, "circle", rounded(normal)));
    if (!anomalous.isEmpty()) {
      clouds.add(new Cloud(groups.anomalyName(), Ink.ANOMALY, "triangle", rounded(anomalous)));
    }
    String summary =
        plane.firstShare == 0
            ? "All normal codes coincide: the latent space carries nothing (posterior collapse)."
            : "The plane in which normal codes spread most: its axes carry %s and %s of their variance over %s. An anomaly amid the normal rows here can still be one in the other dimensions, or by its reconstruction."
                    .formatted(
                        Figures.percent(plane.firstShare),
                        Figures.percent(plane.secondShare),
                        Figures.count(codes.width(), "dimension"))
                + Groups.thinned(normal.size(), allNormal.size(), groups.normalName())
                + Groups.thinned(anomalous.size(), allAnomalous.size(), groups.anomalyName());
    page.section(
        "latent",
        "Latent space",
        page.chart(
            "latent",
            "Latent means, first two principal components",
            summary,
            new Chart.Scatter(
                axis("first component", normal, anomalous, 0),
                axis("second component", normal, anomalous, 1),
                clouds,
                new Line("", Ink.QUIET, false, List.of()))));
  }

  private static List<double[]> finite(List<double[]> points) {
    return points.stream()
        .filter(point -> Double.isFinite(point[0]) && Double.isFinite(point[1]))
        .toList();
  }

  private static List<double[]> rounded(List<double[]> points) {
    return points.stream()
        .map(point -> new double[] {Figures.plotted(point[0]), Figures.plotted(point[1])})
        .toList();
  }

  private static Axis axis(
      String name, List<double[]> normal, List<double[]> anomalous, int coordinate) {
    double[] sizes = normal.stream().mapToDouble(p -> Math.abs(p[coordinate])).sorted().toArray();
    double farthest = anomalous.stream().mapToDouble(p -> Math.abs(p[coordinate])).max().orElse(0);
    return sizes.length == 0
        ? Axis.linear(name)
        : Axis.reaching(name, Groups.quantile(sizes, 0.99), farthest);
  }
}
