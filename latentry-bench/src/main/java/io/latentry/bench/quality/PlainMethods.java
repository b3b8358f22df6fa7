package io.latentry.bench.quality;

import io.latentry.bench.rival.Neighbours;
import io.latentry.bench.rival.WithoutModel;
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
    Map<String, Supplier<Supplier<double[]>>> fits = new LinkedHashMap<>();
    fits.put("isolation_forest", () -> scoring(IsolationForest.fit(x, width, seed), test));
    fits.put("pca_reconstruction", () -> scoring(PcaReconstruction.fit(x, width, seed), test));
    fits.put("nearest_neighbours", () -> scoring(NearestNeighbours.fit(x, width, seed), test));
    fits.put(Neighbours.PLAIN, () -> scoring(Neighbours.plain(x, width), test));
    fits.put(Neighbours.HALF_SCALE, () -> scoring(Neighbours.halfScale(x, width), test));
    fits.put(Neighbours.DIFFUSION_TIME, () -> scoring(Neighbours.diffusionTime(x, width), test));
    fits.put(
        WithoutModel.NAME,
        () -> {
          WithoutModel fitted = WithoutModel.fit(preprocessor, train, seed);
          return () -> fitted.score(contest.test());
        });
    List<Result> results = new ArrayList<>();
    fits.forEach(
        (method, fit) -> {
          long start = System.nanoTime();
          Supplier<double[]> fitted = fit.get();
          double fitSeconds = Contest.secondsSince(start);
          start = System.nanoTime();
          double[] scores = fitted.get();
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
        Neighbours.HALF_SCALE,
        Neighbours.DIFFUSION_TIME,
        WithoutModel.NAME);
  }

  private static Supplier<double[]> scoring(Baseline fitted, float[] test) {
    return () -> fitted.score(test);
  }
}
