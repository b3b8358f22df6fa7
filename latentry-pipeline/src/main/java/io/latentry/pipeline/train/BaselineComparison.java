package io.latentry.pipeline.train;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.evaluation.Spearman;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.baseline.Baseline;
import io.latentry.training.engine.PreparedSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Plain methods on the same split, so that a fit can say when they are as good: each is fitted on
 * the training rows and judged by how well it tells held-out normal rows from the same synthetic
 * perturbations.
 */
public final class BaselineComparison {
  /** Held-out rows of a part that are compared; more would hardly move an AUROC. */
  private static final int MOST_ROWS = 4_000;

  private BaselineComparison() {}

  /**
   * Runs every baseline over every part of {@code heldOut}; scores are pooled over parts.
   *
   * @param training gives the rows that the model of a part trained on, by the part's number
   */
  public static List<Manifest.Baseline> run(
      HeldOut heldOut, IntFunction<Samples> training, ScoreMix mix, long seed) {
    Map<String, List<double[]>> normals = new LinkedHashMap<>();
    Map<String, List<double[]>> perturbed = new LinkedHashMap<>();
    List<double[]> model = new ArrayList<>();
    for (int p = 0; p < heldOut.parts().size(); p++) {
      HeldOut.Part part = heldOut.parts().get(p);
      Preprocessor preprocessor = part.preprocessor();
      int[] some = evenlySpaced(part.rows());
      Judged heldOutRows = Judged.of(preprocessor, part.rows().select(some));
      double[] scores = mix.scores(part.terms());
      model.add(IntStream.of(some).mapToDouble(i -> scores[i]).toArray());
      Judged perturbedRows = Judged.of(preprocessor, part.perturbed());
      List<Baseline> baselines =
          Baseline.fitAll(
              PreparedSamples.vectors(preprocessor, training.apply(p)), preprocessor.width(), seed);
      for (Baseline baseline : baselines) {
        normals
            .computeIfAbsent(baseline.name(), n -> new ArrayList<>())
            .add(heldOutRows.scores(baseline));
        perturbed
            .computeIfAbsent(baseline.name(), n -> new ArrayList<>())
            .add(perturbedRows.scores(baseline));
      }
    }
    double[] modelNormals = concat(model);
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

  /**
   * Vectors of samples, or of the tiles of large images.
   *
   * @param each vectors of a sample, of which the strangest counts
   */
  private record Judged(float[] vectors, int each) {
    static Judged of(Preprocessor preprocessor, Samples samples) {
      if (!(samples instanceof Images images) || images.spec().tiling() == null) {
        return new Judged(PreparedSamples.vectors(preprocessor, samples), 1);
      }
      int each = images.spec().tiles();
      int[] all = IntStream.range(0, each).toArray();
      int width = preprocessor.width();
      float[] vectors = new float[images.count() * each * width];
      for (int i = 0; i < images.count(); i++) {
        float[] own = PreparedSamples.vectors(preprocessor, images.tiles(i, all));
        System.arraycopy(own, 0, vectors, i * each * width, own.length);
      }
      return new Judged(vectors, each);
    }

    double[] scores(Baseline baseline) {
      double[] byVector = baseline.score(vectors);
      return IntStream.range(0, byVector.length / each)
          .mapToDouble(
              i -> Arrays.stream(byVector, i * each, (i + 1) * each).max().orElse(Double.NaN))
          .toArray();
    }
  }

  private static int[] evenlySpaced(Samples rows) {
    int most = rows instanceof Images images ? MOST_ROWS / images.spec().tiles() : MOST_ROWS;
    int count = Math.min(rows.count(), Math.max(1, most));
    return IntStream.range(0, count).map(i -> (int) ((long) i * rows.count() / count)).toArray();
  }

  private static double[] concat(List<double[]> parts) {
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }
}
