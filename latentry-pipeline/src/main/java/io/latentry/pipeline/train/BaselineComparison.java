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
import java.util.function.Supplier;
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
   * @param threadsEach of the engine
   */
  public static List<Manifest.Baseline> run(
      HeldOut heldOut, IntFunction<Samples> training, ScoreMix mix, long seed, int threadsEach) {
    Map<String, List<double[]>> normals = new LinkedHashMap<>();
    Map<String, List<double[]>> perturbed = new LinkedHashMap<>();
    List<double[]> model = new ArrayList<>();
    List<OfPart> parts =
        SideBySide.all(
            threadsEach,
            IntStream.range(0, heldOut.parts().size())
                .<Supplier<OfPart>>mapToObj(
                    p -> () -> OfPart.of(heldOut.parts().get(p), training.apply(p), mix, seed))
                .toList());
    for (OfPart part : parts) {
      model.add(part.model());
      part.normals()
          .forEach((name, all) -> normals.computeIfAbsent(name, n -> new ArrayList<>()).add(all));
      part.perturbed()
          .forEach((name, all) -> perturbed.computeIfAbsent(name, n -> new ArrayList<>()).add(all));
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
   * Scores of one part's rows.
   *
   * @param model of the held-out rows
   * @param normals of these by each baseline
   */
  private record OfPart(
      double[] model, Map<String, double[]> normals, Map<String, double[]> perturbed) {
    static OfPart of(HeldOut.Part part, Samples training, ScoreMix mix, long seed) {
      Preprocessor preprocessor = part.preprocessor();
      int[] some = evenlySpaced(part.rows());
      Judged heldOut = Judged.of(preprocessor, part.rows().select(some));
      Judged perturbed = Judged.of(preprocessor, part.perturbed());
      double[] scores = mix.scores(part.terms());
      OfPart of =
          new OfPart(
              IntStream.of(some).mapToDouble(i -> scores[i]).toArray(),
              new LinkedHashMap<>(),
              new LinkedHashMap<>());
      for (Baseline baseline :
          Baseline.fitAll(
              PreparedSamples.vectors(preprocessor, training), preprocessor.width(), seed)) {
        of.normals().put(baseline.name(), heldOut.scores(baseline));
        of.perturbed().put(baseline.name(), perturbed.scores(baseline));
      }
      return of;
    }
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
