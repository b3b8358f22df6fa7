package io.latentry.pipeline;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.evaluation.Spearman;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.PreparedVectors;
import io.latentry.training.baseline.Baseline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plain methods on the same split, so that a fit can say when they are as good: each is fitted on
 * the training rows and judged by how well it tells held-out normal rows from the same synthetic
 * perturbations.
 */
final class BaselineComparison {
  private BaselineComparison() {}

  /** Runs every baseline over every part of {@code heldOut}; scores are pooled over parts. */
  static List<Manifest.Baseline> run(HeldOut heldOut, ScoreMix mix, long seed) {
    Map<String, List<double[]>> normals = new LinkedHashMap<>();
    Map<String, List<double[]>> perturbed = new LinkedHashMap<>();
    for (HeldOut.Part part : heldOut.parts()) {
      Preprocessor preprocessor = Preprocessor.fit(part.training());
      float[] training = PreparedVectors.of(preprocessor, part.training());
      float[] heldOutRows = PreparedVectors.of(preprocessor, part.rows());
      float[] perturbedRows = PreparedVectors.of(preprocessor, part.perturbed());
      for (Baseline baseline : Baseline.fitAll(training, preprocessor.width(), seed)) {
        normals
            .computeIfAbsent(baseline.name(), n -> new ArrayList<>())
            .add(baseline.score(heldOutRows));
        perturbed
            .computeIfAbsent(baseline.name(), n -> new ArrayList<>())
            .add(baseline.score(perturbedRows));
      }
    }
    double[] modelNormals = mix.scores(heldOut.normals());
    double modelAuroc = Areas.auroc(modelNormals, mix.scores(heldOut.perturbed()));
    List<Manifest.Baseline> compared = new ArrayList<>();
    normals.forEach(
        (name, scores) -> {
          double[] pooled = concat(scores);
          compared.add(
              new Manifest.Baseline(
                  name,
                  Areas.auroc(pooled, concat(perturbed.getOrDefault(name, List.of()))),
                  modelAuroc,
                  Spearman.correlation(pooled, modelNormals)));
        });
    return compared;
  }

  private static double[] concat(List<double[]> parts) {
    return parts.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
  }
}
