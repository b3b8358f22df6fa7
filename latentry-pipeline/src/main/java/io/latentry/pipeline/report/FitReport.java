package io.latentry.pipeline.report;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The report on a fit: what was learned, how well, from what, and what to do next. */
public final class FitReport {
  /** AUROC differences up to this are called a draw. */
  static final double DRAW = 0.01;

  private FitReport() {}

  /** The whole page; the same data gives the same text. */
  public static String html(ReportData data) {
    Manifest manifest = data.manifest();
    Groups groups = Groups.of(data);
    Page page =
        new Page(
            data.title(),
            "Fit report",
            Markup.element(
                "p.lead",
                "A %s model of %s, learned from %s."
                    .formatted(
                        manifest.model().variant(),
                        of(manifest),
                        Figures.count(
                            manifest.provenance().trainingRows(), "normal " + data.sample()))));
    headline(page, data, groups);
    SeriesSection.addTo(page, data);
    ScoreSection.addTo(page, data, groups);
    AnomalySection.addTo(page, data);
    ExpectationSection.addTo(page, data);
    TrainingSection.addTo(page, manifest);
    LatentSection.addTo(page, data, groups);
    UnitSection.addTo(page, data);
    CalibrationSection.addTo(page, data);
    DataSection.addTo(page, manifest);
    ProvenanceSection.addTo(page, manifest);
    if (!data.nextSteps().isEmpty()) {
      page.section(
          "next",
          "What to do next",
          Markup.join(
              data.nextSteps().stream()
                  .map(
                      step ->
                          Markup.element(
                              "div.step",
                              Markup.element("p", step.purpose()),
                              Markup.element("pre", Markup.element("code", step.command()))))
                  .toList()));
    }
    return page.html();
  }

  private static void headline(Page page, ReportData data, Groups groups) {
    Manifest manifest = data.manifest();
    var threshold = manifest.threshold().current();
    List<Markup> tiles = new ArrayList<>();
    tiles.add(
        tile(
            "Learned from",
            Figures.count(manifest.provenance().trainingRows()),
            (manifest.calibration().method().equals("cross-validated")
                    ? "normal %ss; calibrated by cross-validation over %s"
                    : "normal %ss; calibrated on %s more")
                .formatted(data.sample(), Figures.count(manifest.calibration().rows()))));
    tiles.add(
        tile(
            "Threshold",
            Figures.of(threshold.score()),
            (data.sample().equals("image") ? "an " : "a ")
                + data.sample()
                + " with a higher score is an anomaly"));
    tiles.add(
        tile(
            "Promised false-alarm rate",
            Figures.percent(threshold.falseAlarmRate()),
            "95 % upper bound " + Figures.percent(threshold.falseAlarmRateUpperBound())));
    tiles.add(verdictTile(data, groups));
    data.evaluation()
        .ifPresent(
            evaluation -> {
              tiles.add(
                  tile(
                      "Anomalies found (recall)",
                      Figures.percent(evaluation.recall().estimate()),
                      "of %s; %s"
                          .formatted(
                              Figures.count(
                                  evaluation.anomalies(), "labelled anomalous " + data.sample()),
                              interval(evaluation.recall(), true))));
              tiles.add(
                  tile(
                      "AUROC",
                      Figures.share(evaluation.auroc().estimate()),
                      interval(evaluation.auroc(), false)));
            });
    List<String> sentences = new ArrayList<>();
    data.evaluation().ifPresent(evaluation -> sentences.addAll(told(evaluation, data.sample())));
    sentences.addAll(againstBaselines(manifest.baselines(), data.sample()));
    sentences.add(
        TrainingSection.healthInWords(manifest.health())
            + (manifest.health().findings().isEmpty()
                ? ""
                : " The findings stand under Training."));
    Markup notices =
        data.notices().isEmpty()
            ? Markup.NOTHING
            : Markup.element(
                "div.notice",
                Map.of("role", "note"),
                Markup.element("h3", "Worth knowing"),
                Markup.bullets(data.notices()));
    page.section(
        "summary",
        "In short",
        Markup.element(tiles.size() == 6 ? "div.tiles.six" : "div.tiles", Markup.join(tiles)),
        Markup.bullets(sentences),
        notices);
  }

  private static Markup tile(String label, String figure, String note) {
    return Markup.element(
        "div.tile",
        Markup.element("p.label", label),
        Markup.element("p.figure", figure),
        Markup.element("p.note", note));
  }

  private static Markup verdictTile(ReportData data, Groups groups) {
    if (data.scored().isEmpty()) {
      var threshold = data.manifest().threshold().current();
      if (groups.normal().isEmpty()) {
        return tile("Verdicts", "none yet", "score " + data.sample() + "s to see the mix");
      }
      long above =
          groups.normal().stream().filter(dot -> threshold.isExceededBy(dot.score())).count();
      return tile(
          "False alarms on held-out " + data.sample() + "s",
          Figures.percent(above / (double) groups.normal().size()),
          "%s of %s"
              .formatted(
                  Figures.count(above),
                  Figures.count(groups.normal().size(), "normal " + data.sample())));
    }
    return tile(
        "Judged anomalies",
        Figures.percent(verdicts(data, Verdict.ANOMALY) / (double) data.scored().size()),
        "%s anomaly, %s normal, %s unscorable of %s"
            .formatted(
                Figures.count(verdicts(data, Verdict.ANOMALY)),
                Figures.count(verdicts(data, Verdict.NORMAL)),
                Figures.count(verdicts(data, Verdict.UNSCORABLE)),
                Figures.count(data.scored().size(), "scored " + data.sample())));
  }

  private static long verdicts(ReportData data, Verdict verdict) {
    return data.scored().stream().filter(row -> row.judgement().verdict() == verdict).count();
  }

  private static List<String> told(Evaluation evaluation, String sample) {
    return List.of(
        "On %s and %s, an anomaly scores above a normal %s in %s of all pairs (AUROC %s, %s)."
            .formatted(
                Figures.count(evaluation.normals(), "labelled normal " + sample),
                Figures.count(evaluation.anomalies(), "labelled anomalous " + sample),
                sample,
                Figures.percent(evaluation.auroc().estimate()),
                Figures.share(evaluation.auroc().estimate()),
                interval(evaluation.auroc(), false)),
        "AUPRC is %s (%s); chance alone would give %s."
            .formatted(
                Figures.share(evaluation.auprc().estimate()),
                interval(evaluation.auprc(), false),
                Figures.share(
                    evaluation.anomalies()
                        / (double) (evaluation.anomalies() + evaluation.normals()))),
        "At the threshold, %s of the anomalies are found (%s) and %s of the normal %ss raise a false alarm (%s)."
            .formatted(
                Figures.percent(evaluation.recall().estimate()),
                interval(evaluation.recall(), true),
                Figures.percent(evaluation.falseAlarmRate().estimate()),
                sample,
                interval(evaluation.falseAlarmRate(), true)));
  }

  private static String interval(Interval interval, boolean percent) {
    return percent
        ? "95 %% interval %s to %s"
            .formatted(Figures.percent(interval.low()), Figures.percent(interval.high()))
        : "95 %% interval %s to %s"
            .formatted(Figures.share(interval.low()), Figures.share(interval.high()));
  }

  /** Whether the model is worth its cost, said plainly. */
  static List<String> againstBaselines(List<Manifest.Baseline> baselines, String sample) {
    List<String> sentences = new ArrayList<>();
    boolean asGood = false;
    for (Manifest.Baseline baseline : baselines) {
      double lead = baseline.modelPerturbationAuroc() - baseline.perturbationAuroc();
      asGood |= lead <= DRAW;
      sentences.add(
          "On synthetic perturbations of normal %ss the model %s %s: AUROC %s against %s."
              .formatted(
                  sample,
                  lead > DRAW
                      ? "does better than"
                      : lead < -DRAW ? "does worse than" : "is level with",
                  inWords(baseline),
                  Figures.share(baseline.modelPerturbationAuroc()),
                  Figures.share(baseline.perturbationAuroc())));
    }
    if (asGood) {
      sentences.add(
          "A simpler method is as good here. Perturbations are a stand-in for real anomalies: if"
              + " you have labelled "
              + sample
              + "s, evaluate on them before you choose.");
    }
    return sentences;
  }

  private static String inWords(Manifest.Baseline baseline) {
    return baseline.name().replace('_', ' ').replace("pca", "PCA");
  }

  private static String of(Manifest manifest) {
    ImageSettings image = manifest.image();
    return image == null
        ? Figures.count(manifest.schema().columns().size(), "column")
        : "images of %d x %d pixels%s"
            .formatted(
                image.width(),
                image.height(),
                image.tiling() == null ? "" : " in %d tiles".formatted(image.spec().tiles()));
  }
}
