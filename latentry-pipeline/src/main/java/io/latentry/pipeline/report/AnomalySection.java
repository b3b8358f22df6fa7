package io.latentry.pipeline.report;

import io.latentry.core.verdict.Feature;
import io.latentry.pipeline.report.ReportData.Label;
import io.latentry.pipeline.report.ReportData.TopAnomaly;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The strangest rows, and which of their columns make them strange. */
final class AnomalySection {
  private static final int MOST = 12;
  private static final int OPEN = 3;

  private AnomalySection() {}

  static void addTo(Page page, ReportData data) {
    if (data.topAnomalies().isEmpty()) {
      return;
    }
    List<TopAnomaly> shown =
        data.topAnomalies().subList(0, Math.min(MOST, data.topAnomalies().size()));
    if (shown.stream().allMatch(anomaly -> anomaly.picture().isPresent())) {
      page.section(
          "anomalies",
          "Strangest images",
          Markup.element(
              "p",
              "The %s with the highest scores, in grey, and in colours where they are stranger than the threshold."
                  .formatted(Figures.count(shown.size(), "image"))),
          Markup.element(
              "div.sheet",
              Markup.join(
                  shown.stream()
                      .map(anomaly -> pictured(anomaly, anomaly.picture().orElseThrow()))
                      .toList())));
      return;
    }
    List<Markup> rows = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      rows.add(anomaly(shown.get(i), i < OPEN));
    }
    page.section(
        "anomalies",
        "Top anomalies",
        Markup.element(
            "p",
            "The %s with the highest scores.".formatted(Figures.count(shown.size(), data.sample()))
                + (shown.stream().allMatch(anomaly -> anomaly.features().isEmpty())
                    ? ""
                    : " A bar is a column's contribution: its share of the score. All columns"
                        + " together make up the score.")),
        Markup.join(rows));
  }

  private static Markup pictured(TopAnomaly anomaly, ReportData.Picture picture) {
    return Markup.element(
        "figure",
        Markup.element(
            "img",
            Map.of(
                "src",
                "data:image/png;base64," + picture.png(),
                "alt",
                "%s, %s above the threshold"
                    .formatted(picture.path(), Figures.count(picture.regions(), "region")))),
        Markup.element(
            "figcaption",
            Markup.element("strong", picture.path()),
            Markup.element("br"),
            Markup.text("%s, %s".formatted(anomaly.judgement().verdict().word(), facts(anomaly)))));
  }

  private static String facts(TopAnomaly anomaly) {
    return "score %s, p-value %s%s"
        .formatted(
            Figures.of(anomaly.judgement().score()),
            Figures.of(anomaly.judgement().pValue()),
            anomaly.label() == Label.UNKNOWN
                ? ""
                : ", labelled " + (anomaly.label() == Label.NORMAL ? "normal" : "anomalous"));
  }

  private static Markup anomaly(TopAnomaly anomaly, boolean open) {
    Table table =
        new Table(
            "Row %s: columns that contribute most".formatted(Figures.count(anomaly.row())),
            "Column",
            "Contribution",
            "#Actual",
            "#Expected",
            "#Normal range");
    double largest =
        anomaly.features().stream()
            .mapToDouble(feature -> contribution(feature, anomaly))
            .filter(Double::isFinite)
            .max()
            .orElse(0);
    for (Feature feature : anomaly.features()) {
      table.row(
          Markup.text(feature.name()),
          bar(contribution(feature, anomaly), largest),
          Markup.text(feature.actual().isEmpty() ? "missing" : feature.actual()),
          Markup.text(feature.expected()),
          Markup.text(feature.normalRange()));
    }
    return Markup.element(
        "details.anomaly",
        open ? Map.of("open", "") : Map.of(),
        Markup.element(
            "summary",
            Markup.element("strong", "Row " + Figures.count(anomaly.row())),
            Markup.text(" "),
            Markup.element("span.facts", facts(anomaly))),
        Markup.element(
            "p.note",
            "Verdict %s: reconstruction term %s nats, latent term %s nats."
                .formatted(
                    anomaly.judgement().verdict().word(),
                    Figures.of(anomaly.judgement().reconstructionTerm()),
                    Figures.of(anomaly.judgement().latentTerm()))),
        table.isEmpty() ? Markup.NOTHING : table.markup());
  }

  /** In units of the score, whether or not the artifact splits it. */
  private static double contribution(Feature feature, TopAnomaly anomaly) {
    return feature.share() * anomaly.judgement().score();
  }

  /** The number, and a bar as long as its share of the row's largest. */
  static Markup bar(double contribution, double largest) {
    double share = largest > 0 ? Math.max(0, Math.min(1, contribution / largest)) : 0;
    return Markup.element(
        "span.measure",
        Markup.element("span.value", Figures.of(contribution)),
        Markup.element(
            "span.track",
            Map.of("aria-hidden", "true"),
            Markup.element(
                "span.bar",
                Map.of(
                    "style",
                    String.format(
                        Locale.ROOT, "width:%.1f%%", Double.isFinite(share) ? 100 * share : 0)))));
  }
}
