package io.latentry.bench.quality;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.graph.Output;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.verdict.RowScreen;
import io.latentry.pipeline.FitConfig;
import io.latentry.pipeline.RankingFit;
import io.latentry.training.Detector;
import io.latentry.training.PreparedVectors;
import io.latentry.training.TrainingListener;
import io.latentry.training.baseline.Baseline;
import io.latentry.training.baseline.IsolationForest;
import io.latentry.training.baseline.NearestNeighbours;
import io.latentry.training.baseline.PcaReconstruction;
import io.latentry.training.engine.Engine;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Everybody on one split of one set: fitted on the training rows, judged by the test rows. */
final class Contest {
  /** The name that our detector goes by. */
  static final String MODEL = "latentry";

  private final TestSet.Split split;
  private final String set;
  private final int seed;

  Contest(String set, TestSet.Split split, int seed) {
    this.set = set;
    this.split = split;
    this.seed = seed;
  }

  /** Our detector. */
  Result model(FitConfig config, String key) {
    long start = System.nanoTime();
    Detector detector =
        RankingFit.fit(judgeable(split.train()), config.withSeed(seed), TrainingListener.SILENT);
    double fitSeconds = seconds(start);
    start = System.nanoTime();
    float[] scores =
        detector
            .run(split.test(), EnumSet.of(Output.SCORE))
            .getOrDefault(Output.SCORE, new float[0]);
    // A row that cannot be judged never passes as normal: it ranks before all others.
    double[] wide =
        IntStream.range(0, scores.length)
            .mapToDouble(i -> Float.isNaN(scores[i]) ? Double.MAX_VALUE : scores[i])
            .toArray();
    return result(MODEL, key, wide, fitSeconds, seconds(start));
  }

  /** Every plain method, on the vectors that the model would see, by all training rows. */
  List<Result> rivals(String key) {
    Engine.pinThreads(Runtime.getRuntime().availableProcessors());
    Rows train = judgeable(split.train());
    Preprocessor preprocessor = Preprocessor.fit(train);
    int width = preprocessor.width();
    float[] x = PreparedVectors.of(preprocessor, train);
    float[] test = PreparedVectors.of(preprocessor, split.test());
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
          double fitSeconds = seconds(start);
          start = System.nanoTime();
          double[] scores = baseline.score(test);
          results.add(result(method, key, scores, fitSeconds, seconds(start)));
        });
    return results;
  }

  /** Names of the methods that {@link #rivals} gives, in its order. */
  static List<String> rivalNames() {
    return List.of(
        "isolation_forest",
        "pca_reconstruction",
        "nearest_neighbours",
        Neighbours.PLAIN,
        Neighbours.HALF_SCALE);
  }

  private Result result(
      String method, String key, double[] scores, double fitSeconds, double scoreSeconds) {
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        throw new DataException(
            "%s seed %d: test row %d has no score by %s (expected: rows that can be judged)"
                .formatted(set, seed, i, method));
      }
    }
    double[] normals = scoresOf(scores, false);
    double[] anomalies = scoresOf(scores, true);
    return new Result(
        set,
        seed,
        method,
        key,
        Areas.auroc(normals, anomalies),
        Areas.auprc(normals, anomalies),
        fitSeconds,
        scoreSeconds,
        split.train().count(),
        split.test().count(),
        split.train().schema().columns().size());
  }

  private double[] scoresOf(double[] scores, boolean anomalies) {
    return IntStream.range(0, scores.length)
        .filter(i -> split.anomalous()[i] == anomalies)
        .mapToDouble(i -> scores[i])
        .toArray();
  }

  /** Without the rows that {@code fit} would leave out. */
  private static Rows judgeable(Rows rows) {
    RowScreen screen = new RowScreen(rows.schema());
    int[] kept =
        IntStream.range(0, rows.count())
            .filter(i -> screen.reasonAgainst(rows, i) == null)
            .toArray();
    return kept.length == rows.count() ? rows : rows.select(kept);
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
