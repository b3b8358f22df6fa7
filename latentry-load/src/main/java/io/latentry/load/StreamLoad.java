package io.latentry.load;

import io.latentry.load.stream.ScaleSimulation;
import io.latentry.load.stream.StreamBenchmark;
import io.latentry.load.stream.StreamKills;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.Profile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** Options and the model of the benchmarks of streams. */
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

  /** Kills of one of two copies, against a run that nothing disturbs. */
  static void kills(Arguments arguments, Path folder, PrintStream out) throws IOException {
    int records = arguments.integer("records", 1_000_000);
    int perSecond = arguments.integer("rate", 2_500);
    int kills = arguments.integer("kills", 50);
    int awayEvery = arguments.integer("away-every", 10);
    Path launcher = EndToEndBenchmark.launcher(arguments);
    arguments.requireAllKnown();
    FitConfig config = FitConfig.DEFAULT.withModel(Profile.FAST.over(FitConfig.DEFAULT.model()));
    SyntheticTable table = SyntheticTable.of(TRAINING_ROWS, COLUMNS, 1);
    Path artifact = FittedModel.fit(table, config, folder, "model");
    StreamKills.Starter starter =
        (bootstrap, instance, in, verdicts, state) ->
            new ProcessBuilder(
                    launcher.toAbsolutePath().toString(),
                    "stream",
                    "--model",
                    artifact.toString(),
                    "--bootstrap",
                    bootstrap,
                    "--in",
                    in,
                    "--out",
                    verdicts,
                    "--name",
                    verdicts,
                    "--instance",
                    instance,
                    "--state",
                    state.toString(),
                    "--threads",
                    "1")
                .redirectErrorStream(true)
                .redirectOutput(
                    ProcessBuilder.Redirect.appendTo(
                        folder.resolve(verdicts + "-" + instance + ".log").toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
    StreamKills.Result result =
        StreamKills.run(
            new StreamKills.Request(starter, table.toRows(), records, perSecond, kills, awayEvery),
            folder,
            out);
    if (result.twice() + result.outOfOrder() + result.different() > 0) {
      throw new IllegalStateException(
          "stream-kills: verdicts twice, out of order or other than undisturbed (expected: none)");
    }
  }

  /** A cluster on paper, by options alone. */
  static void scale(Arguments arguments, PrintStream out) {
    ScaleSimulation.Request request =
        new ScaleSimulation.Request(
            arguments.integer("keys", 1_000_000),
            arguments.text("skew").map(Double::valueOf).orElse(0.0),
            arguments.integer("partitions", 32),
            arguments.integer("threads", 16),
            arguments.integer("rate", 115_741),
            arguments.integer("capacity", 12_000),
            arguments.integer("state-bytes", 2_650),
            arguments.integer("pause", 600));
    arguments.requireAllKnown();
    ScaleSimulation.tell(request, out);
  }
}
