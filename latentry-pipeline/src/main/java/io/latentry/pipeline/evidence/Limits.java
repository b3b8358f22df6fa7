package io.latentry.pipeline.evidence;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.pipeline.report.Figures;
import java.util.ArrayList;
import java.util.List;

/** What the evidence does not show, said plainly. */
final class Limits {
  /** A baseline this close to the model's AUROC is as good. */
  private static final double AS_GOOD = 0.01;

  private static final int FEW = 50;

  private Limits() {}

  static List<String> of(
      Manifest manifest,
      Evaluation evaluation,
      int unscorable,
      EvidencePack.OverSeeds overSeeds,
      EvidencePack.Request request) {
    List<String> limits = new ArrayList<>();
    limits.add(
        "The false-alarm rate is promised for rows like the %s calibration rows (95 %% upper bound %s); other times and places may differ."
            .formatted(
                Figures.count(manifest.calibration().rows()),
                Figures.percent(manifest.threshold().current().falseAlarmRateUpperBound())));
    limits.add(
        "Recall is of the %s labelled anomalies here; other kinds may be missed."
            .formatted(Figures.count(evaluation.anomalies())));
    if (Math.min(evaluation.normals(), evaluation.anomalies()) < FEW) {
      limits.add(
          "Few labelled rows: %s normal rows and %s anomalies make the intervals wide."
              .formatted(
                  Figures.count(evaluation.normals()), Figures.count(evaluation.anomalies())));
    }
    if (request.test().stream().anyMatch(manifest.provenance().dataFiles()::contains)) {
      limits.add(
          "The model was fitted on a file of this name: its normal rows look better here than new ones would.");
    }
    if (unscorable > 0) {
      limits.add(
          "%s rows could not be judged and count in no figure."
              .formatted(Figures.count(unscorable)));
    }
    if (overSeeds.fits().isEmpty()) {
      limits.add("The model was not fitted again under other seeds: its luck is not known.");
    }
    if (request.segment() == null) {
      limits.add("No segments were looked at: some may have many more false alarms.");
    }
    if (request.shadow().isEmpty()) {
      limits.add("No known anomalies were kept apart for the end.");
    }
    manifest.baselines().stream()
        .filter(b -> b.perturbationAuroc() >= b.modelPerturbationAuroc() - AS_GOOD)
        .forEach(
            b ->
                limits.add(
                    "On synthetic perturbations %s is as good."
                        .formatted(b.name().replace('_', ' '))));
    limits.addAll(manifest.health().findings());
    return limits;
  }
}
