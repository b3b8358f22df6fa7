package io.latentry.load;

import io.latentry.core.graph.Output;
import io.latentry.core.series.SeriesState;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.SeriesScorer;
import io.latentry.training.config.Profile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Scoring a series: points per second in bulk and their share of what the machine can multiply,
 * microseconds for one point of a stream, and bytes of a key's state.
 */
final class SeriesKernelBenchmark {
  private static final int BATCH = 8_192;
  private static final double WARM_UP = 0.3;

  /**
   * Its size.
   *
   * @param seconds of measuring, each model and each size of matrix
   */
  record Size(
      int trainingPoints,
      int points,
      int channels,
      int threads,
      double seconds,
      FitConfig config) {}

  private SeriesKernelBenchmark() {}

  static void run(Arguments arguments, Path folder, PrintStream out) throws IOException {
    Size size =
        new Size(
            arguments.integer("training-points", 20_000),
            arguments.integer("points", 50_000),
            arguments.integer("channels", 20),
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
        "matrix-multiply limit: %.1f GFLOP/s on %d threads; %d channels%n",
        limit / 1e9,
        size.threads(),
        size.channels());
    out.println(
        "model         FLOP/point    points/s  of limit  one point p50     p99  state of a key     file    fit");
    for (Profile profile : Profile.values()) {
      measure(profile, size, limit, folder, out);
    }
  }

  private static void measure(
      Profile profile, Size size, double limit, Path folder, PrintStream out) throws IOException {
    Path data = folder.resolve(profile.word() + "-training.csv");
    Path model = folder.resolve(profile.word() + ".onnx");
    SyntheticSeries.of(size.trainingPoints(), size.channels(), 1).writeCsv(data);
    DataConfig points =
        DataConfig.builder().time(SyntheticSeries.TIME).series(SeriesConfig.DEFAULT).build();
    FitConfig config =
        size.config().withModel(profile.over(size.config().model())).withData(points);
    long start = System.nanoTime();
    FittedModel.fit(data, config, model, Progress.QUIET);
    double fitSeconds = (System.nanoTime() - start) / 1e9;
    Set<String> outputs =
        ScorerRate.WANTED.stream().map(Output::graphName).collect(Collectors.toSet());
    long flops = MatrixWork.flopsPerRow(model, outputs);
    SyntheticSeries series = SyntheticSeries.of(size.points(), size.channels(), 2);
    try (Scorer opened = Scorer.open(model, ScorerOptions.threads(size.threads()))) {
      SeriesScorer scorer = SeriesScorer.of(opened);
      double rate = pointsPerSecond(scorer, series, size.seconds());
      double[] micros = onePoint(scorer, series, (int) (500 * size.seconds()));
      SeriesState state = scorer.begin();
      judge(scorer, state, series, 0, Math.min(series.points(), scorer.settings().window()));
      out.printf(
          Locale.ROOT,
          "%-10s %,13d %,11.0f %8.0f%% %11.0f us %4.0f us %,9d bytes %5.1f MB %4.0f s%n",
          profile.word(),
          flops,
          rate,
          100 * rate * flops / limit,
          micros[0],
          micros[1],
          state.toBytes().length,
          Files.size(model) / 1e6,
          fitSeconds);
    }
  }

  /** The fastest pass over the series. */
  private static double pointsPerSecond(
      SeriesScorer scorer, SyntheticSeries series, double seconds) {
    pass(scorer, series, WARM_UP * seconds);
    return series.points() / pass(scorer, series, seconds);
  }

  private static double pass(SeriesScorer scorer, SyntheticSeries series, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long fastest = Long.MAX_VALUE;
    do {
      long start = System.nanoTime();
      SeriesState state = scorer.begin();
      for (int from = 0; from < series.points(); from += BATCH) {
        judge(scorer, state, series, from, Math.min(series.points(), from + BATCH));
      }
      fastest = Math.min(fastest, System.nanoTime() - start);
    } while (System.nanoTime() < end);
    return fastest / 1e9;
  }

  /** Microseconds for one point of a stream: the median, and the 99th percentile. */
  private static double[] onePoint(SeriesScorer scorer, SyntheticSeries series, int calls) {
    SeriesState state = scorer.begin();
    long[] nanos = new long[calls];
    for (int i = 0; i < calls + calls / 4; i++) {
      long start = System.nanoTime();
      judge(scorer, state, series, i % series.points(), i % series.points() + 1);
      nanos[i % calls] = System.nanoTime() - start;
      if (i % series.points() == series.points() - 1) {
        state = scorer.begin();
      }
    }
    Arrays.sort(nanos);
    return new double[] {nanos[calls / 2] / 1e3, nanos[(int) (0.99 * calls)] / 1e3};
  }

  private static void judge(
      SeriesScorer scorer, SeriesState state, SyntheticSeries series, int from, int to) {
    int judged =
        scorer
            .judge(
                series.points(scorer.scorer().manifest().schema(), from, to),
                key -> state,
                Set.of())
            .count();
    if (judged != to - from) {
      throw new IllegalStateException("points: " + judged + " (expected: " + (to - from) + ")");
    }
  }
}
