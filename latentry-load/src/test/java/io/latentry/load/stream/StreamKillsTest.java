package io.latentry.load.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.job.JobSettings;
import io.latentry.kafka.job.StreamJob;
import io.latentry.kafka.model.JudgingModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the benchmark of kills. */
@Timeout(300)
final class StreamKillsTest {
  private static final Path MODEL =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1", "model.onnx");
  private static final int KILLS = 2;

  @TempDir private Path folder;

  /** A copy, in a process of its own. */
  static final class Copy {
    private Copy() {}

    public static void main(String[] arguments) throws Exception {
      JobSettings settings =
          new JobSettings(
              arguments[0],
              arguments[2],
              arguments[3],
              Optional.empty(),
              arguments[3],
              Optional.of(arguments[1]),
              true,
              1,
              Path.of(arguments[4]).resolve(arguments[1]),
              Map.of("replication.factor", "1"));
      try (JudgingModel model = JudgingModel.open(MODEL);
          StreamJob job =
              StreamJob.start(
                  settings, model, JudgeOptions.DEFAULT, OptionalInt.empty(), Clock.systemUTC())) {
        while (!job.awaitEnd(Duration.ofSeconds(1))) {
          // Until it is killed.
        }
        System.out.println(job.failure().orElse(""));
      }
    }
  }

  @Test
  void whatAJobCommitsThatIsKilledIsWhatAnUndisturbedOneCommits() throws Exception {
    StreamKills.Result result;
    try (JudgingModel model = JudgingModel.open(MODEL)) {
      result =
          StreamKills.run(
              new StreamKills.Request(
                  this::start, rows(model.manifest().schema()), 20_000, 700, KILLS, 0),
              folder,
              new PrintStream(OutputStream.nullOutputStream()));
    }
    // On a busy machine the records may be over before the last one is made up for.
    assertThat(result.back()).isNotEmpty();
    assertThat(result.twice()).isZero();
    assertThat(result.outOfOrder()).isZero();
    assertThat(result.different()).isZero();
  }

  private Process start(String bootstrap, String instance, String in, String out, Path state)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx300m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                Copy.class.getName(),
                bootstrap,
                instance,
                in,
                out,
                state.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(out + "-" + instance + ".log").toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.start();
  }

  private static Rows rows(Schema schema) {
    SplittableRandom random = new SplittableRandom(5);
    float[] numeric = new float[1_000 * schema.numericCount()];
    for (int i = 0; i < numeric.length; i++) {
      numeric[i] = (float) (6 * random.nextDouble() - 3);
    }
    String[] categorical = new String[1_000 * schema.categoricalCount()];
    Arrays.fill(categorical, "");
    return Rows.of(schema, 1_000, numeric, categorical);
  }
}
