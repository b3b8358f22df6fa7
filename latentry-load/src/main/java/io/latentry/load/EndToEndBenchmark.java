package io.latentry.load;

import io.latentry.pipeline.config.FitConfig;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** {@code score} and {@code demo} as a user runs them: whole processes, start to exit. */
final class EndToEndBenchmark {
  private static final int SMALL_ROWS = 1000;
  private static final int SMALL_RUNS = 5;

  /**
   * Its size.
   *
   * @param launcher the program, {@code ./latentry}
   */
  record Size(
      int trainingRows, int rows, int columns, double seconds, FitConfig config, Path launcher) {}

  private EndToEndBenchmark() {}

  static void run(Arguments arguments, Path folder, PrintStream out) throws IOException {
    Size size =
        new Size(
            arguments.integer("training-rows", 10_000),
            arguments.integer("rows", 1_000_000),
            arguments.integer("columns", 30),
            arguments.integer("seconds", 5),
            FitConfig.DEFAULT,
            launcher(arguments));
    arguments.requireAllKnown();
    run(size, folder, out);
  }

  /** Named in the options, or else by {@code scripts/bench}. */
  static Path launcher(Arguments arguments) {
    return arguments.path(
        "launcher", Path.of(System.getProperty("latentry.launcher", "./latentry")));
  }

  static void run(Size size, Path folder, PrintStream out) throws IOException {
    Path log = folder.resolve("process.log");
    String program = size.launcher().toAbsolutePath().toString();
    // Builds what is stale, so that no figure holds a build.
    String help = MeasuredProcess.run(List.of(program, "--help"), log).orThrow("--help").output();

    SyntheticTable table = SyntheticTable.of(size.rows(), size.columns(), 1);
    Path csv = folder.resolve("rows.csv");
    Path parquet = folder.resolve("rows.parquet");
    table.writeCsv(csv);
    SyntheticTable.csvToParquet(csv, parquet);
    Path small = folder.resolve("small.csv");
    SyntheticTable.of(Math.min(SMALL_ROWS, size.rows()), size.columns(), 1).writeCsv(small);
    Path artifact =
        FittedModel.fit(
            SyntheticTable.of(size.trainingRows(), size.columns(), 1),
            size.config(),
            folder,
            "default");
    double kernel;
    try (Scorer scorer = Scorer.open(artifact)) {
      kernel = ScorerRate.rowsPerSecond(scorer, ScorerRate.rows(scorer, table), size.seconds());
    }
    out.printf(Locale.ROOT, "kernel, every core: %,.0f rows/s%n", kernel);
    if (!offers(help, "score")) {
      out.println("score: " + program + " has no such command yet");
      return;
    }
    for (Path data : List.of(parquet, csv)) {
      Path scores = folder.resolve(data.getFileName().toString().replace("rows", "scores"));
      MeasuredProcess run =
          MeasuredProcess.run(
                  List.of(
                      program,
                      "score",
                      artifact.toString(),
                      data.toString(),
                      "-o",
                      scores.toString()),
                  log)
              .orThrow("score");
      double rate = size.rows() / run.seconds();
      out.printf(
          Locale.ROOT,
          "score %s -> %s: %.2f s, %,.0f rows/s, %.0f%% of the kernel, peak %,d MB%n",
          data.getFileName(),
          scores.getFileName(),
          run.seconds(),
          rate,
          100 * rate / kernel,
          run.peakBytes() >> 20);
    }
    double[] seconds = new double[SMALL_RUNS];
    for (int i = 0; i < SMALL_RUNS; i++) {
      seconds[i] =
          MeasuredProcess.run(
                  List.of(
                      program,
                      "score",
                      artifact.toString(),
                      small.toString(),
                      "-o",
                      folder.resolve("small-scores.csv").toString()),
                  log)
              .orThrow("score of " + small.getFileName())
              .seconds();
    }
    java.util.Arrays.sort(seconds);
    out.printf(
        Locale.ROOT,
        "score of %,d rows: %.2f s start to exit (median of %d, %.2f to %.2f)%n",
        Math.min(SMALL_ROWS, size.rows()),
        seconds[SMALL_RUNS / 2],
        SMALL_RUNS,
        seconds[0],
        seconds[SMALL_RUNS - 1]);
    if (offers(help, "demo")) {
      demo(program, folder, log, out);
    } else {
      out.println("demo: " + program + " has no such command yet");
    }
  }

  private static void demo(String program, Path folder, Path log, PrintStream out)
      throws IOException {
    // It may write beside itself, so it runs where nothing else lies.
    Path own = Files.createDirectory(folder.resolve("demo"));
    MeasuredProcess run =
        MeasuredProcess.run(
                List.of("sh", "-c", "cd \"$1\" && exec \"$2\" demo", "sh", own.toString(), program),
                log)
            .orThrow("demo");
    out.printf(Locale.ROOT, "demo: %.1f s, peak %,d MB%n", run.seconds(), run.peakBytes() >> 20);
  }

  /** Whether the program's help lists {@code command}. */
  static boolean offers(String help, String command) {
    return Stream.of(help.split("\n"))
        .anyMatch(line -> line.strip().equals(command) || line.strip().startsWith(command + " "));
  }
}
