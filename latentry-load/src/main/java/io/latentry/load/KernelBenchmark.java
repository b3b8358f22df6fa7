package io.latentry.load;

import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.training.config.Profile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The scoring kernel: rows per second of {@link Scorer#score} on large batches, and its share of
 * what the machine can multiply, measured in the same run.
 */
final class KernelBenchmark {
  /**
   * Its size.
   *
   * @param seconds of measuring, each model and each size of matrix
   */
  record Size(
      int trainingRows, int rows, int columns, int threads, double seconds, FitConfig config) {}

  /** What came out, for one model. */
  record Figures(
      String model,
      long flopsPerRow,
      double rowsPerSecond,
      double shareOfLimit,
      ScorerRate.OneRow oneRow) {}

  private KernelBenchmark() {}

  static void run(Arguments arguments, Path folder, PrintStream out) throws IOException {
    Size size =
        new Size(
            arguments.integer("training-rows", 10_000),
            arguments.integer("rows", 200_000),
            arguments.integer("columns", 30),
            arguments.integer("threads", 2),
            arguments.integer("seconds", 5),
            FitConfig.DEFAULT);
    arguments.requireAllKnown();
    run(size, folder, out);
  }

  static void run(Size size, Path folder, PrintStream out) throws IOException {
    double limit = MatMulLimit.flopsPerSecond(size.threads(), size.seconds() / 3);
    out.printf(
        Locale.ROOT,
        "matrix-multiply limit: %.1f GFLOP/s on %d threads%n",
        limit / 1e9,
        size.threads());
    out.println(
        "model          FLOP/row      rows/s   GFLOP/s  of limit  one row p50     p99   file");
    print(
        measure("single", FittedModel.singleMember(size.config()), size, limit, folder),
        folder,
        out);
    for (Profile profile : Profile.values()) {
      FitConfig config = size.config().withModel(profile.over(size.config().model()));
      print(measure(profile.word(), config, size, limit, folder), folder, out);
    }
  }

  private static Figures measure(
      String name, FitConfig config, Size size, double limit, Path folder) throws IOException {
    Path artifact =
        FittedModel.fit(
            SyntheticTable.of(size.trainingRows(), size.columns(), 1), config, folder, name);
    Set<String> outputs =
        ScorerRate.WANTED.stream().map(Output::graphName).collect(Collectors.toSet());
    long flops = MatrixWork.flopsPerRow(artifact, outputs);
    try (Scorer scorer = Scorer.open(artifact, ScorerOptions.threads(size.threads()))) {
      Rows rows = ScorerRate.rows(scorer, SyntheticTable.of(size.rows(), size.columns(), 1));
      double rate = ScorerRate.rowsPerSecond(scorer, rows, size.seconds());
      ScorerRate.OneRow oneRow = ScorerRate.oneRow(scorer, rows, (int) (2000 * size.seconds()));
      return new Figures(name, flops, rate, rate * flops / limit, oneRow);
    }
  }

  private static void print(Figures figures, Path folder, PrintStream out) throws IOException {
    out.printf(
        Locale.ROOT,
        "%-10s %,12d %,11.0f %9.1f %8.0f%% %9.0f us %4.0f us %4.1f MB%n",
        figures.model(),
        figures.flopsPerRow(),
        figures.rowsPerSecond(),
        figures.rowsPerSecond() * figures.flopsPerRow() / 1e9,
        100 * figures.shareOfLimit(),
        figures.oneRow().p50Micros(),
        figures.oneRow().p99Micros(),
        Files.size(folder.resolve(figures.model() + ".onnx")) / 1e6);
  }
}
