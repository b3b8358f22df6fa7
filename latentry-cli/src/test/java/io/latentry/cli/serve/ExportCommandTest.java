package io.latentry.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExportCommandTest {
  private static final Path GOLDEN =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1", "model.onnx");

  @TempDir private Path folder;

  @Test
  void aModelIsWrittenUnderTheNameOfItsFile() throws IOException {
    Path model = Files.copy(GOLDEN, folder.resolve("payments.onnx"));
    Path repository = folder.resolve("repository");

    Cli done = Cli.run("export", model, "--triton", repository, "--json");

    assertThat(done.exitCode()).as(done.err()).isZero();
    JsonNode document = done.json();
    assertThat(document.path("name").asText()).isEqualTo("payments");
    assertThat(document.path("version").asInt()).isEqualTo(1);
    assertThat(document.path("inputs")).hasToString("[\"numeric\",\"categorical\"]");
    assertThat(repository.resolve("payments/1/model.onnx")).hasSameBinaryContentAs(GOLDEN);
    assertThat(Files.readString(repository.resolve("payments/config.pbtxt")))
        .contains("name: \"payments\"")
        .contains("backend: \"onnxruntime\"");
  }

  @Test
  void whatIsThereIsReplacedOnlyByForce() {
    Object[] export = {"export", GOLDEN, "--triton", folder, "--name", "m"};
    assertThat(Cli.run(export).exitCode()).isZero();

    Cli again = Cli.run(export);

    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("m/1: exists (expected: a new version)");
    assertThat(Cli.run("export", GOLDEN, "--triton", folder, "--name", "m", "--force").exitCode())
        .isZero();
  }

  @Test
  void wrongUsageAndWrongFilesAreTold() throws IOException {
    assertThat(Cli.run("export", GOLDEN).exitCode()).isEqualTo(2);
    assertThat(Cli.run("export", GOLDEN, "--triton", folder, "--name", "a/b").err())
        .contains("name: 'a/b' (expected: letters");
    Cli missing = Cli.run("export", folder.resolve("none.onnx"), "--triton", folder);
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("none.onnx").doesNotContain("Exception");
    Path wrong = Files.writeString(folder.resolve("wrong.onnx"), "no model");
    assertThat(Cli.run("export", wrong, "--triton", folder.resolve("r")).exitCode()).isEqualTo(1);
    assertThat(folder.resolve("r/wrong")).doesNotExist();
  }
}
