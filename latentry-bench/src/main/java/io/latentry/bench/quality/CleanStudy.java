package io.latentry.bench.quality;

import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.graph.Output;
import io.latentry.pipeline.clean.CleanConfig;
import io.latentry.pipeline.clean.Cleaning;
import io.latentry.pipeline.clean.RowCleaner;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.train.RankingFit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What cleaning is worth: training rows are contaminated with anomalies, which leave the test rows,
 * and a model is fitted on all of them, on what cleaning keeps, and on the normal ones alone.
 */
public final class CleanStudy {
  private static final double[] SHARES = {0, 0.01, 0.05, 0.1};

  private CleanStudy() {}

  /** Prints one line for each set and share, and the means. */
  public static void run(
      Path folder, Set<String> only, int seed, CleanConfig config, PrintStream out)
      throws IOException {
    out.println(
        "| set | contaminated | rows | anomalies dropped | normal rows dropped | AUROC as it is | cleaned | without anomalies |");
    out.println("|---|---|---|---|---|---|---|---|");
    FitConfig fit = FitConfig.DEFAULT.withSeed(seed);
    double[][] sums = new double[SHARES.length][4];
    for (Path file : SetFolder.find(folder, only)) {
      TestSet set = TestSet.read(file, fit.data(), ColumnReading.INFERRED);
      TestSet.Split split = set.split(seed);
      for (int s = 0; s < SHARES.length; s++) {
        double[] figures = line(set.name(), split, SHARES[s], fit, config, out);
        for (int k = 0; k < 3; k++) {
          sums[s][k] += figures[k];
        }
        sums[s][3]++;
      }
    }
    for (int s = 0; s < SHARES.length; s++) {
      out.printf(
          Locale.ROOT,
          "| mean | %.0f %% | | | | %.2f | %.2f | %.2f |%n",
          100 * SHARES[s],
          100 * sums[s][0] / sums[s][3],
          100 * sums[s][1] / sums[s][3],
          100 * sums[s][2] / sums[s][3]);
    }
  }

  private static double[] line(
      String name,
      TestSet.Split split,
      double share,
      FitConfig fit,
      CleanConfig config,
      PrintStream out) {
    int normals = split.train().count();
    boolean[] anomalous = split.anomalous();
    int[] anomalies =
        IntStream.of(Folds.shuffle(anomalous.length, fit.seed()))
            .filter(i -> anomalous[i])
            .toArray();
    // Half of the anomalies, at least, stay for the test.
    int planted = Math.min(anomalies.length / 2, (int) Math.round(normals * share / (1 - share)));
    int[] into = IntStream.of(anomalies).limit(planted).toArray();
    boolean[] moved = new boolean[anomalous.length];
    IntStream.of(into).forEach(i -> moved[i] = true);
    int[] left = IntStream.range(0, anomalous.length).filter(i -> !moved[i]).toArray();
    Rows training =
        Rows.concat(split.train().schema(), List.of(split.train(), split.test().select(into)));
    Cleaning cleaning = new RowCleaner(config, fit, progress -> {}).clean(training);
    long dropped = cleaning.dropped().stream().filter(row -> row.index() >= normals).count();
    double asItIs = auroc(training, split, left, fit);
    double cleaned = auroc(training.select(cleaning.kept()), split, left, fit);
    double without = planted == 0 ? asItIs : auroc(split.train(), split, left, fit);
    out.printf(
        Locale.ROOT,
        "| %s | %.1f %% | %,d | %d of %d | %d of %,d | %.2f | %.2f | %.2f |%n",
        name,
        100.0 * planted / training.count(),
        training.count(),
        dropped,
        planted,
        cleaning.dropped().size() - dropped,
        normals,
        100 * asItIs,
        100 * cleaned,
        100 * without);
    return new double[] {asItIs, cleaned, without};
  }

  private static double auroc(Rows training, TestSet.Split split, int[] test, FitConfig fit) {
    float[] scores =
        RankingFit.fit(training, fit, progress -> {})
            .run(split.test().select(test), EnumSet.of(Output.SCORE))
            .values(Output.SCORE);
    boolean[] anomalous = split.anomalous();
    double[] normal =
        IntStream.range(0, test.length)
            .filter(i -> !anomalous[test[i]])
            .mapToDouble(i -> scores[i])
            .toArray();
    double[] strange =
        IntStream.range(0, test.length)
            .filter(i -> anomalous[test[i]])
            .mapToDouble(i -> scores[i])
            .toArray();
    return Areas.auroc(normal, strange);
  }
}
