package io.latentry.load;

import io.latentry.load.retraining.HalfYearBenchmark;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The benchmarks by name: {@code scripts/bench NAME [--option value]...}. */
public final class Bench {
  private static final String USAGE =
      """
      scripts/bench kernel      rows/s of the scorer, as a share of the machine's matrix-multiply limit
      scripts/bench series-kernel  points/s of a series' scorer, one point of a stream, a key's state
      scripts/bench end-to-end  `latentry score` and `demo` as processes: seconds, rows/s, memory
      scripts/bench fit         `latentry fit` as a process; stages; arithmetic share of a training step
      scripts/bench growth      how fit and score grow with rows, columns, codes, keys, images; a page with pictures
      scripts/bench quality     AUROC and AUPRC on labelled sets, against plain methods
      scripts/bench clean       AUROC with contaminated training rows, cleaned and not
      scripts/bench repair      errors of imputed cells, against nearest rows and means
      scripts/bench service-load  the service: requests/s and how long they take, through every door
      scripts/bench service-fuzz  the service: requests with bytes changed, and right answers afterwards
      scripts/bench service-soak  the service for half an hour, with models replaced and tables streamed: memory
      scripts/bench service-models  the service with a thousand models: how soon it is ready, memory
      scripts/bench service-recording  the service: what recording costs, against one that records nothing
      scripts/bench stream      `latentry stream` on a broker of its own: records/s, how long a verdict takes, kills
      scripts/bench stream-kills  one of two copies of `latentry stream` killed fifty times, against a run that nothing disturbs
      scripts/bench scale       a cluster on paper: keys over partitions, state, how long a pause is made up for
      scripts/bench half-year   six models that retrain themselves for 180 simulated days of drift, kills and jumps of the clock
      scripts/bench artifact-fuzz  files crafted, or changed by chance: refused with a reason, or the same scores
      scripts/bench jmh         the kernel under JMH; options are JMH's
      Options: docs/benchmarks.md
      """;

  private Bench() {}

  /** Runs one benchmark; an error ends the process with a stack trace. */
  public static void main(String[] args) throws IOException {
    List<String> words = Arrays.asList(args);
    if (words.isEmpty()) {
      System.out.print(USAGE);
      return;
    }
    List<String> options = words.subList(1, words.size());
    if (words.get(0).equals("jmh")) {
      ScorerKernel.main(options.toArray(new String[0]));
    } else {
      run(words.get(0), Arguments.parse(options), System.out);
    }
  }

  static void run(String name, Arguments arguments, PrintStream out) throws IOException {
    Path folder = Files.createTempDirectory("latentry-bench");
    try {
      switch (name) {
        case "kernel" -> KernelBenchmark.run(arguments, folder, out);
        case "series-kernel" -> SeriesKernelBenchmark.run(arguments, folder, out);
        case "end-to-end" -> EndToEndBenchmark.run(arguments, folder, out);
        case "fit" -> FitBenchmark.run(arguments, folder, out);
        case "growth" -> GrowthBenchmark.run(arguments, folder, out);
        case "quality" -> QualityCommand.run(arguments, out);
        case "clean" -> QualityCommand.clean(arguments, out);
        case "repair" -> QualityCommand.repair(arguments, out);
        case "service-load" -> ServiceCommand.load(arguments, folder, out);
        case "service-fuzz" -> ServiceCommand.fuzz(arguments, folder, out);
        case "service-soak" -> ServiceCommand.soak(arguments, folder, out);
        case "service-models" -> ServiceCommand.manyModels(arguments, folder, out);
        case "service-recording" -> ServiceCommand.recording(arguments, folder, out);
        case "stream" -> StreamLoad.run(arguments, folder, out);
        case "stream-kills" -> StreamLoad.kills(arguments, folder, out);
        case "scale" -> StreamLoad.scale(arguments, out);
        case "half-year" -> halfYear(arguments, folder, out);
        case "artifact-fuzz" -> ServiceCommand.artifactFuzz(arguments, folder, out);
        default ->
            throw new IllegalArgumentException(
                "'"
                    + name
                    + "' (expected: kernel, series-kernel, end-to-end, fit, growth, quality, clean,"
                    + " repair, service-load, service-fuzz, service-soak, service-models,"
                    + " service-recording, stream, stream-kills, scale, half-year, artifact-fuzz or"
                    + " jmh)");
      }
    } finally {
      delete(folder);
    }
  }

  private static void halfYear(Arguments arguments, Path folder, PrintStream out)
      throws IOException {
    HalfYearBenchmark.Request whole = HalfYearBenchmark.Request.HALF_YEAR;
    int days = arguments.integer("days", whole.days());
    int models = arguments.integer("models", whole.models());
    arguments.requireAllKnown();
    HalfYearBenchmark.run(whole.over(days, models), folder, out);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
