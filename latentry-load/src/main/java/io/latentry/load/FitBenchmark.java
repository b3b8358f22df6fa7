package io.latentry.load;

import io.latentry.core.graph.Output;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.train.RankingFit;
import io.latentry.training.detector.Detector;
import io.latentry.training.fit.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code fit} as a process, its stages, and how much of a training step is arithmetic. */
final class FitBenchmark {
  /** The gradients of the weights and of the inputs cost a forward pass each. */
  private static final int PASSES = 3;

  /** Its size. */
  record Size(int rows, int columns, double seconds, FitConfig config, Path launcher) {}

  private FitBenchmark() {}

  static void run(Arguments arguments, Path folder, PrintStream out) throws IOException {
    Size size =
        new Size(
            arguments.integer("rows", 50_000),
            arguments.integer("columns", 30),
            arguments.integer("seconds", 3),
            FitConfig.DEFAULT,
            EndToEndBenchmark.launcher(arguments));
    arguments.requireAllKnown();
    run(size, folder, out);
  }

  static void run(Size size, Path folder, PrintStream out) throws IOException {
    Path log = folder.resolve("process.log");
    String program = size.launcher().toAbsolutePath().toString();
    String help = MeasuredProcess.run(List.of(program, "--help"), log).orThrow("--help").output();
    Path data = folder.resolve("training.csv");
    SyntheticTable table = SyntheticTable.of(size.rows(), size.columns(), 1);
    table.writeCsv(data);
    if (EndToEndBenchmark.offers(help, "fit")) {
      Path target = folder.resolve("process.onnx");
      MeasuredProcess run =
          MeasuredProcess.run(
                  List.of(program, "fit", data.toString(), "-o", target.toString()), log)
              .orThrow("fit");
      out.printf(
          Locale.ROOT,
          "fit of %,d x %d with defaults: %.1f s start to exit, peak %,d MB%n",
          size.rows(),
          size.columns(),
          run.seconds(),
          run.peakBytes() >> 20);
    } else {
      out.println("fit: " + program + " has no such command yet");
    }
    StageClock clock = new StageClock();
    Path artifact = FittedModel.fit(data, size.config(), folder.resolve("stages.onnx"), clock);
    clock.stage("end");
    clock.seconds.forEach((stage, s) -> out.printf(Locale.ROOT, "  %-40s %7.2f s%n", stage, s));
    step(size, table, artifact, out);
  }

  /** One training by itself: in a fit, several share the cores. */
  private static void step(Size size, SyntheticTable table, Path artifact, PrintStream out)
      throws IOException {
    StepClock clock = new StepClock();
    Detector trained = RankingFit.fit(table.toRows(), size.config(), clock);
    int threads = size.config().training().threads();
    double limit = MatMulLimit.flopsPerSecond(threads, size.seconds() / 3);
    long forward = MatrixWork.flopsPerRow(artifact, Set.of(Output.RECONSTRUCTION_TERM.graphName()));
    double flops = (double) PASSES * forward * size.config().training().batch();
    double stepSeconds = clock.stepSeconds();
    out.printf(
        Locale.ROOT,
        "a training step of %d members: %.2f ms (median of %,d); arithmetic %.1f MFLOP,"
            + " %.2f ms at the limit of %.1f GFLOP/s"
            + " on %d threads: %.0f%%%n",
        trained.trained().config().members(),
        1e3 * stepSeconds,
        clock.gaps.size(),
        flops / 1e6,
        1e3 * flops / limit,
        limit / 1e9,
        threads,
        100 * flops / limit / stepSeconds);
  }

  /** How long each stage of a fit took. */
  private static final class StageClock implements Progress {
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private String current = "";
    private long since;

    @Override
    public void stage(String name) {
      long now = System.nanoTime();
      if (!current.isEmpty()) {
        seconds.merge(current, (now - since) / 1e9, Double::sum);
      }
      current = name;
      since = now;
    }
  }

  /** How long each step of a training took. */
  private static final class StepClock implements TrainingListener {
    private final List<Double> gaps = new ArrayList<>();
    private long lastTime = System.nanoTime();

    @Override
    public void onStep(Step step) {
      long now = System.nanoTime();
      gaps.add((now - lastTime) / 1e9);
      lastTime = now;
    }

    /** The median, so that the looks at validation rows between some steps do not count. */
    double stepSeconds() {
      return gaps.stream().sorted().skip(gaps.size() / 2).findFirst().orElse(Double.NaN);
    }
  }
}
