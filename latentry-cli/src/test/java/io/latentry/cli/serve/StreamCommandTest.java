package io.latentry.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.cli.Cli;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code stream} says where it cannot begin. */
final class StreamCommandTest {
  private static final Path GOLDEN =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden");
  private static final Path TABLE = GOLDEN.resolve("v1").resolve("model.onnx");
  private static final Path SERIES = GOLDEN.resolve("series-v1").resolve("model.onnx");

  /** Nothing listens there. */
  private static final String NOWHERE = "127.0.0.1:1";

  @TempDir private Path folder;

  @Test
  void withoutABrokerItSaysSoAndFails() throws Exception {
    Path impatient =
        Files.writeString(
            folder.resolve("kafka.properties"),
            "default.api.timeout.ms=600\nrequest.timeout.ms=500\n");
    Cli run = stream(TABLE, "--config", impatient.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("latentry: no broker at " + NOWHERE + " (expected: an answer within")
        .contains("check --bootstrap");
  }

  @Test
  void aModelOfATableHasNoTimeAndThatIsAFaultOfTheData() {
    Cli run = stream(TABLE, "--time", "at");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("judges rows of a table, each by itself");
  }

  @Test
  void theKeyOfASeriesHasAsManyFieldsAsTheModels() {
    Cli run = stream(SERIES, "--key", "site,pump");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("the fields that hold pump, the key of the model's series");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Cli run = stream(folder.resolve("none.onnx"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("none.onnx: no such file");
  }

  @Test
  void wrongUsageIsToldBeforeAnythingIsOpened() {
    assertThat(stream(TABLE, "--format", "csv").err()).contains("--columns: none (expected:");
    assertThat(stream(TABLE, "--columns", "a,b").exitCode()).isEqualTo(2);
    assertThat(stream(TABLE, "--format", "csv", "--columns", "a,a").exitCode()).isEqualTo(2);
    assertThat(stream(TABLE, "--format", "avro").err()).contains("by which schema? (expected:");
    assertThat(stream(TABLE, "--schema-registry", "http://localhost").err())
        .contains("(expected: with --format avro alone)");
    assertThat(stream(TABLE, "--format", "avro", "--schema-registry", "localhost:1").err())
        .contains("--schema-registry: 'localhost:1' (expected: an address");
    assertThat(stream(TABLE, "--format", "avro", "--schema-registry", "http://me:pw@host").err())
        .contains("--schema-registry: an address with a user (expected: one without")
        .doesNotContain("pw@");
    assertThat(stream(TABLE, "--dead-letter", "no topic").exitCode()).isEqualTo(2);
    assertThat(stream(TABLE, "--dead-letter", "raw").err()).contains("read and written");
    assertThat(stream(TABLE, "--guarantee", "sometimes").exitCode()).isEqualTo(2);
    assertThat(stream(TABLE, "--explain", "-1").exitCode()).isEqualTo(2);
    assertThat(stream(TABLE, "--threads", "0").exitCode()).isEqualTo(2);
    assertThat(stream(TABLE, "--control", "verdicts").err())
        .contains("topic 'verdicts': of decisions and of records (expected:");
    assertThat(stream(TABLE, "--control", "decisions", "--follow").err())
        .contains("--follow: beside --control (expected: one of them)");
    assertThat(stream(TABLE, "--remote", "http://localhost/v2/models/m", "--follow").err())
        .contains("--remote: beside --follow or --control");
    assertThat(stream(TABLE, "--remote", "http://localhost/v1/models/m").err())
        .contains("--remote: 'http://localhost/v1/models/m' (expected: .../v2/models/NAME");
    assertThat(stream(TABLE, "--remote-timeout", "0").exitCode()).isEqualTo(2);
  }

  @Test
  void noSecretIsTold() throws Exception {
    Path secret =
        Files.writeString(
            folder.resolve("kafka.properties"),
            """
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=PLAIN
            sasl.jaas.config=nonsense password=hunter2000
            """);
    Cli run = stream(TABLE, "--config", secret.toString(), "--verbose");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("latentry: kafka: ").doesNotContain("hunter2000");
    assertThat(run.out()).doesNotContain("hunter2000");
  }

  private Cli stream(Path model, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "stream",
                "--model",
                model.toString(),
                "--bootstrap",
                NOWHERE,
                "--in",
                "raw",
                "--out",
                "verdicts",
                "--state",
                folder.resolve("state").toString()));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }
}
