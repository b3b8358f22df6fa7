package io.latentry.bench.quality;

import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.graph.Output;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.repair.CellImputer;
import io.latentry.pipeline.repair.Expectation;
import io.latentry.pipeline.train.RankingFit;
import io.latentry.training.detector.Detector;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What imputing by the model is worth: cells of normal rows that it did not see are masked, and put
 * back by it, by the training mean, and by the mean of the five nearest training rows.
 */
public final class RepairStudy {
  private static final double[] MASKED = {0.05, 0.2};
  private static final int NEIGHBOURS = 5;
  private static final int MOST_ROWS = 500;
  private static final int NORMALS = 200;

  private RepairStudy() {}

  /** Prints one line for each set and share of masked cells. */
  public static void run(Path folder, Set<String> only, int seed, PrintStream out)
      throws IOException {
    out.println(
        "| set | masked | cells | RMSE by the model | 5 nearest rows | mean | within 2 uncertainties |");
    out.println("|---|---|---|---|---|---|---|");
    FitConfig fit = FitConfig.DEFAULT.withSeed(seed);
    for (Path file : SetFolder.find(folder, only)) {
      TestSet set = TestSet.read(file, fit.data(), ColumnReading.NUMERIC);
      TestSet.Split split = set.split(seed);
      Detector detector = RankingFit.fit(split.train(), fit, progress -> {});
      Expectation expectation =
          rows ->
              new Expectation.Cells(
                  detector
                      .run(rows, EnumSet.of(Output.RECONSTRUCTION))
                      .values(Output.RECONSTRUCTION),
                  new String[0]);
      int[] some =
          IntStream.of(Folds.shuffle(split.train().count(), seed)).limit(NORMALS).toArray();
      CellImputer imputer = new CellImputer(expectation, split.train().select(some), seed);
      int[] normals =
          IntStream.range(0, split.test().count())
              .filter(i -> !split.anomalous()[i])
              .limit(MOST_ROWS)
              .toArray();
      for (double share : MASKED) {
        line(set.name(), split.train(), split.test().select(normals), share, imputer, seed, out);
      }
    }
  }

  private static void line(
      String name,
      Rows training,
      Rows rows,
      double share,
      CellImputer imputer,
      int seed,
      PrintStream out) {
    int columns = rows.schema().numericCount();
    double[] mean = new double[columns];
    double[] deviation = new double[columns];
    moments(training, mean, deviation);
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] masked = new boolean[rows.count() * columns];
    for (int i = 0; i < masked.length; i++) {
      masked[i] = random.nextDouble() < share;
    }
    CellImputer.Imputed imputed = imputer.impute(rows, masked, 0);
    double[] squares = new double[3];
    int cells = 0;
    int within = 0;
    for (int i = 0; i < rows.count(); i++) {
      double[] neighbours = nearestMean(training, rows, i, masked, mean, deviation);
      for (int j = 0; j < columns; j++) {
        int cell = i * columns + j;
        if (masked[cell] && !Float.isNaN(rows.numeric(i, j))) {
          double truth = rows.numeric(i, j);
          double error = imputed.rows().numeric(i, j) - truth;
          double[] errors = {error, neighbours[j] - truth, mean[j] - truth};
          for (int k = 0; k < 3; k++) {
            squares[k] += Math.pow(errors[k] / deviation[j], 2);
          }
          cells++;
          within += Math.abs(error) <= 2 * imputed.uncertainty()[cell] ? 1 : 0;
        }
      }
    }
    out.printf(
        Locale.ROOT,
        "| %s | %.0f %% | %,d | %.3f | %.3f | %.3f | %.1f %% |%n",
        name,
        100 * share,
        cells,
        Math.sqrt(squares[0] / cells),
        Math.sqrt(squares[1] / cells),
        Math.sqrt(squares[2] / cells),
        100.0 * within / cells);
  }

  private static void moments(Rows rows, double[] mean, double[] deviation) {
    for (int j = 0; j < mean.length; j++) {
      int column = j;
      double[] values =
          IntStream.range(0, rows.count())
              .mapToDouble(i -> rows.numeric(i, column))
              .filter(v -> !Double.isNaN(v))
              .toArray();
      double center = Arrays.stream(values).average().orElse(0);
      double variance =
          Arrays.stream(values).map(v -> (v - center) * (v - center)).average().orElse(0);
      mean[j] = center;
      deviation[j] = variance > 0 ? Math.sqrt(variance) : 1;
    }
  }

  /** Means of the training rows that are nearest by the cells that are not masked. */
  private static double[] nearestMean(
      Rows training, Rows rows, int row, boolean[] masked, double[] mean, double[] deviation) {
    int columns = mean.length;
    double[] distance = new double[training.count()];
    for (int t = 0; t < distance.length; t++) {
      for (int j = 0; j < columns; j++) {
        double difference = (training.numeric(t, j) - rows.numeric(row, j)) / deviation[j];
        distance[t] +=
            masked[row * columns + j] || Double.isNaN(difference) ? 0 : difference * difference;
      }
    }
    int[] nearest =
        IntStream.range(0, distance.length)
            .boxed()
            .sorted(Comparator.comparingDouble(t -> distance[t]))
            .limit(NEIGHBOURS)
            .mapToInt(t -> t)
            .toArray();
    double[] means = new double[columns];
    for (int j = 0; j < columns; j++) {
      int column = j;
      means[j] =
          IntStream.of(nearest)
              .mapToDouble(t -> training.numeric(t, column))
              .filter(v -> !Double.isNaN(v))
              .average()
              .orElse(mean[j]);
    }
    return means;
  }
}
