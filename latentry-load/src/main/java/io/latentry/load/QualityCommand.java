package io.latentry.load;

import io.latentry.bench.quality.CleanStudy;
import io.latentry.bench.quality.ColumnReading;
import io.latentry.bench.quality.QualityBenchmark;
import io.latentry.bench.quality.QualityListener;
import io.latentry.bench.quality.QualityRequest;
import io.latentry.bench.quality.RepairStudy;
import io.latentry.bench.quality.Standings;
import io.latentry.core.data.DataException;
import io.latentry.pipeline.clean.CleanConfig;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Options and lines of the quality benchmark. */
final class QualityCommand {
  private QualityCommand() {}

  static void clean(Arguments arguments, PrintStream out) throws IOException {
    Path data = arguments.path("data", Path.of("data"));
    List<String> only = arguments.list("only");
    int seed = arguments.integer("seed", 0);
    CleanConfig.Method method =
        CleanConfig.Method.valueOf(
            arguments.text("method").orElse("both").toUpperCase(Locale.ROOT));
    arguments.requireAllKnown();
    CleanConfig config = new CleanConfig(method, null, CleanConfig.DEFAULT.rounds());
    CleanStudy.run(data, new HashSet<>(only), seed, config, out);
  }

  static void repair(Arguments arguments, PrintStream out) throws IOException {
    Path data = arguments.path("data", Path.of("data"));
    List<String> only = arguments.list("only");
    int seed = arguments.integer("seed", 0);
    arguments.requireAllKnown();
    RepairStudy.run(data, new HashSet<>(only), seed, out);
  }

  static void run(Arguments arguments, PrintStream out) throws IOException {
    List<String> data = arguments.list("data");
    List<String> seeds = arguments.list("seeds");
    List<String> only = arguments.list("only");
    Optional<Path> config = arguments.optionalPath("config");
    Path page = arguments.path("out", Path.of("quality.html"));
    Optional<String> types = arguments.text("types");
    arguments.requireAllKnown();
    QualityRequest request =
        new QualityRequest(
            (data.isEmpty() ? List.of("data") : data).stream().map(Path::of).toList(),
            seeds.stream().map(Integer::valueOf).toList(),
            new HashSet<>(only),
            config.isEmpty() ? FitConfig.DEFAULT : ConfigFile.read(config.get()),
            types
                .map(t -> ColumnReading.valueOf(t.toUpperCase(Locale.ROOT)))
                .orElse(ColumnReading.INFERRED),
            page);
    QualityListener listener =
        new QualityListener() {
          @Override
          public void done(String summary, int done, int total, double secondsLeft) {
            out.printf(Locale.ROOT, "%d/%d %s, %.0f s left%n", done, total, summary, secondsLeft);
          }

          @Override
          public void failed(String set, String reason) {
            out.println(set + ": failed: " + reason);
          }
        };
    Standings standings = new QualityBenchmark(listener).run(request);
    out.println();
    out.print(QualityBenchmark.text(standings));
    out.println("\nwritten: " + page + " and " + request.resultFile());
    if (!standings.failed().isEmpty()) {
      throw new DataException("sets: not all could be used (expected: all); see above");
    }
  }
}
