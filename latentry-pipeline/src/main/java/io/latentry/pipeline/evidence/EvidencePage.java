package io.latentry.pipeline.evidence;

import io.latentry.core.evaluation.Interval;
import io.latentry.pipeline.report.Figures;
import io.latentry.pipeline.report.ToolPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A pack as a page to read. */
public final class EvidencePage {
  private EvidencePage() {}

  /** Writes the page; on failure {@code target} is left as it was. */
  public static void write(EvidencePack pack, String model, Path target) {
    EvidencePack.Figures figures = pack.figures();
    ToolPage page =
        new ToolPage(
            "Evidence for " + model,
            "Evidence pack",
            "Judged at its threshold: %s normal rows and %s anomalies."
                .formatted(Figures.count(figures.normals()), Figures.count(figures.anomalies())));
    page.section("quality", "How well it judges")
        .table(
            "Figures at score %s".formatted(Figures.of(pack.fingerprints().threshold())),
            List.of(
                "Figure", "#This model", "#95 % interval", "#Mean over seeds", "#95 % interval"),
            List.of(
                row("AUROC", figures.auroc(), pack.overSeeds().auroc(), false),
                row("AUPRC", figures.auprc(), pack.overSeeds().auprc(), false),
                row("Recall", figures.recall(), pack.overSeeds().recall(), true),
                row(
                    "False-alarm rate",
                    figures.falseAlarmRate(),
                    pack.overSeeds().falseAlarmRate(),
                    true)))
        .paragraph(
            "Promised: %s false alarms. %s rows could not be judged."
                .formatted(
                    Figures.percent(figures.promisedFalseAlarmRate()),
                    Figures.count(figures.unscorable())));
    seeds(page, pack.overSeeds());
    if (!pack.worstSegments().isEmpty()) {
      page.section("segments", "For whom it judges worst")
          .table(
              "Segments with the most false alarms",
              List.of("Segment", "#Normal rows", "#False-alarm rate", "#95 % interval"),
              pack.worstSegments().stream()
                  .map(
                      s ->
                          List.of(
                              s.name().isEmpty() ? "(none)" : s.name(),
                              Figures.count(s.normals()),
                              Figures.percent(s.falseAlarmRate().estimate()),
                              interval(s.falseAlarmRate(), true)))
                  .toList());
    }
    EvidencePack.Shadow shadow = pack.shadow();
    if (shadow != null) {
      page.section("shadow", "Known anomalies")
          .paragraph(
              "Found %s of %s: recall %s (95 %% interval %s)."
                  .formatted(
                      Figures.count(shadow.found()),
                      Figures.count(shadow.known()),
                      Figures.percent(shadow.recall().estimate()),
                      interval(shadow.recall(), true)));
    }
    page.section("latency", "How fast")
        .paragraph(
            "One row: median %s, 99 %% below %s microseconds. A large batch: %s rows a second on %s cores. Measured once, on a machine that may have been busy."
                .formatted(
                    Figures.of(pack.latency().oneRowP50Micros()),
                    Figures.of(pack.latency().oneRowP99Micros()),
                    Figures.of(pack.latency().rowsPerSecond()),
                    pack.latency().cores()));
    page.section("limits", "What this does not show").bullets(pack.limits());
    fingerprints(page, pack);
    page.write(target);
  }

  private static void seeds(ToolPage page, EvidencePack.OverSeeds overSeeds) {
    page.table(
        "Fits under other seeds",
        List.of("Seed", "#AUROC", "#AUPRC", "#Recall", "#False-alarm rate"),
        overSeeds.fits().stream()
            .map(
                f ->
                    List.of(
                        String.valueOf(f.seed()),
                        Figures.share(f.auroc()),
                        Figures.share(f.auprc()),
                        Figures.percent(f.recall()),
                        Figures.percent(f.falseAlarmRate())))
            .toList());
  }

  private static void fingerprints(ToolPage page, EvidencePack pack) {
    EvidencePack.Fingerprints prints = pack.fingerprints();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("model", prints.modelId()));
    rows.add(List.of("data that it was fitted on", prints.fittedOn()));
    rows.add(List.of("labelled rows " + pack.request().test(), prints.test()));
    if (!prints.train().isEmpty()) {
      rows.add(List.of("rows of the other fits " + pack.request().train(), prints.train()));
    }
    if (!prints.shadow().isEmpty()) {
      rows.add(List.of("known anomalies " + pack.request().shadow(), prints.shadow()));
    }
    prints.versions().forEach((name, version) -> rows.add(List.of(name, version)));
    page.section("fingerprints", "Fingerprints")
        .paragraph("The .json beside this page recomputes it: latentry report --verify PACK.json.")
        .table("Data and code", List.of("Of", "Fingerprint or version"), rows);
  }

  private static List<String> row(String name, Interval own, Interval seeds, boolean percent) {
    boolean known = !Double.isNaN(seeds.estimate());
    return List.of(
        name,
        figure(own.estimate(), percent),
        interval(own, percent),
        known ? figure(seeds.estimate(), percent) : "",
        known ? interval(seeds, percent) : "");
  }

  private static String interval(Interval of, boolean percent) {
    return figure(of.low(), percent) + " to " + figure(of.high(), percent);
  }

  private static String figure(double value, boolean percent) {
    return percent ? Figures.percent(value) : Figures.share(value);
  }
}
