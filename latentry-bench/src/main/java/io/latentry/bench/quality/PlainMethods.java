package io.latentry.bench.quality;

import io.latentry.core.data.Rows;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.training.baseline.Baseline;
import io.latentry.training.baseline.IsolationForest;
import io.latentry.training.baseline.NearestNeighbours;
import io.latentry.training.baseline.PcaReconstruction;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.PreparedSamples;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Every plain method in a contest, on the vectors that the model would see. */
final class PlainMethods {
  private PlainMethods() {}

  /** All of them, fitted on all training rows. */
  static List<Result> in(Contest contest, String key) {
    Engine.pinThreads(Runtime.getRuntime().availableProcessors());
    int seed = contest.seed();
    Rows train = contest.training();
    Preprocessor preprocessor = TablePreprocessor.fit(train);
    int width = preprocessor.width();
    float[] x = PreparedSamples.vectors(preprocessor, train);
    float[] test = PreparedSamples.vectors(preprocessor, contest.test());
    Map<String, Supplier<Baseline>> fits = new LinkedHashMap<>();
    fits.put("isolation_forest", () -> IsolationForest.fit(x, width, seed));
    fits.put("pca_reconstruction", () -> PcaReconstruction.fit(x, width, seed));
    fits.put("nearest_neighbours", () -> NearestNeighbours.fit(x, width, seed));
    fits.put(Neighbours.PLAIN, () -> Neighbours.plain(x, width));
    fits.put(Neighbours.HALF_SCALE, () -> Neighbours.halfScale(x, width));
    List<Result> results = new ArrayList<>();
    fits.forEach(
        (method, fit) -> {
          long start = System.nanoTime();
          Baseline baseline = fit.get();
          double fitSeconds = Contest.secondsSince(start);
          start = System.nanoTime();
          double[] scores = baseline.score(test);
          results.add(contest.result(method, key, scores, fitSeconds, Contest.secondsSince(start)));
        });
    return results;
  }

  /** Names of the methods, in the order of their results. */
  static List<String> names() {
    return List.of(
        "isolation_forest",
        "pca_reconstruction",
        "nearest_neighbours",
        Neighbours.PLAIN,
        Neighbours.HALF_SCALE);
  }
}
