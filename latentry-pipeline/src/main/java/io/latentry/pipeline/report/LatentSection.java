package io.latentry.pipeline.report;

import io.latentry.pipeline.report.Chart.Axis;
import io.latentry.pipeline.report.Chart.Cloud;
import io.latentry.pipeline.report.Chart.Ink;
import io.latentry.pipeline.report.Chart.Line;
import io.latentry.pipeline.report.ReportData.LatentCodes;
import io.latentry.training.map.MapQuality;
import io.latentry.training.map.Umap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where rows lie in the latent space. */
final class LatentSection {
  private static final int MOST_NORMAL = 2000;
  private static final int MOST_ANOMALOUS = 1000;

  /** A layout by neighbours takes about a second for so many. */
  private static final int MOST_MAPPED = 600;

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
            : "The plane in which normal codes spread most: its axes carry %s and %s of their variance over %s. An anomaly amid the normal %ss here can still be one in the other dimensions, or by its reconstruction."
                    .formatted(
                        Figures.percent(plane.firstShare),
                        Figures.percent(plane.secondShare),
                        Figures.count(codes.width(), "dimension"),
                        data.sample())
                + Groups.thinned(normal.size(), allNormal.size(), groups.normalName())
                + Groups.thinned(anomalous.size(), allAnomalous.size(), groups.anomalyName());
    page.section(
        "latent",
        "Latent space",
        umap(page, codes, plane, groups),
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

  /** Who is near whom over all dimensions, which no plane shows. */
  private static Markup umap(Page page, LatentCodes codes, LatentPlane plane, Groups groups) {
    float[] normal = thinned(codes.normal(), codes.width(), MOST_MAPPED);
    float[] anomalous = thinned(codes.anomalous(), codes.width(), MOST_MAPPED / 2);
    float[] all = Arrays.copyOf(normal, normal.length + anomalous.length);
    System.arraycopy(anomalous, 0, all, normal.length, anomalous.length);
    List<double[]> start = plane.project(all);
    float[] flat = new float[2 * start.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) start.get(i / 2)[i % 2];
      if (!Float.isFinite(flat[i])) {
        return Markup.NOTHING;
      }
    }
    float[] map = Umap.map(all, codes.width(), flat, Umap.NEIGHBOURS, 0);
    MapQuality quality = MapQuality.of(all, codes.width(), map);
    int rows = normal.length / codes.width();
    List<Cloud> clouds = new ArrayList<>();
    clouds.add(new Cloud(groups.normalName(), Ink.NORMAL, "circle", at(map, 0, rows)));
    if (anomalous.length > 0) {
      clouds.add(
          new Cloud(groups.anomalyName(), Ink.ANOMALY, "triangle", at(map, rows, map.length / 2)));
    }
    return Markup.element(
        "div.map",
        page.chart(
            "latent-umap",
            "Who is near whom, by UMAP",
            "Neighbours over all %s: trustworthiness %s, continuity %s (1 is perfect, 0.5 chance). Distances between groups mean little here."
                .formatted(
                    Figures.count(codes.width(), "dimension"),
                    Figures.share(quality.trustworthiness()),
                    Figures.share(quality.continuity())),
            new Chart.Scatter(
                Axis.linear(""),
                Axis.linear(""),
                clouds,
                new Line("", Ink.QUIET, false, List.of()))));
  }

  /** At most {@code most} rows, evenly spaced. */
  private static float[] thinned(float[] codes, int width, int most) {
    int rows = codes.length / width;
    int count = Math.min(rows, most);
    float[] kept = new float[count * width];
    for (int i = 0; i < count; i++) {
      System.arraycopy(codes, (int) ((long) i * rows / count) * width, kept, i * width, width);
    }
    return kept;
  }

  private static List<double[]> at(float[] map, int from, int to) {
    List<double[]> points = new ArrayList<>();
    for (int i = from; i < to; i++) {
      points.add(new double[] {Figures.plotted(map[2 * i]), Figures.plotted(map[2 * i + 1])});
    }
    return points;
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
