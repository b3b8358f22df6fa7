package io.latentry.load;

import io.latentry.load.stream.StreamBenchmark;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.Profile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** Options and the model of the benchmark of streams. */
final class StreamLoad {
  private static final int TRAINING_ROWS = 10_000;
  private static final int COLUMNS = 30;

  private StreamLoad() {}

  static void run(Arguments arguments, Path folder, PrintStream out) throws IOException {
    Profile profile =
        Profile.valueOf(arguments.text("model").orElse("fast").toUpperCase(Locale.ROOT));
    int records = arguments.integer("records", 200_000);
    int seconds = arguments.integer("seconds", 15);
    int kills = arguments.integer("kills", 0);
    int threads = arguments.integer("threads", 2);
    String guarantee = arguments.text("guarantee").orElse("exactly-once");
    Path launcher = EndToEndBenchmark.launcher(arguments);
    arguments.requireAllKnown();
    FitConfig config = FitConfig.DEFAULT.withModel(profile.over(FitConfig.DEFAULT.model()));
    SyntheticTable table = SyntheticTable.of(TRAINING_ROWS, COLUMNS, 1);
    Path artifact = FittedModel.fit(table, config, folder, "model");
    out.printf(Locale.ROOT, "model %s, %d columns%n", profile.word(), COLUMNS);
    StreamBenchmark.run(
        new StreamBenchmark.Request(
            launcher, artifact, table.toRows(), records, seconds, kills, guarantee, threads),
        folder,
        out);
  }
}
