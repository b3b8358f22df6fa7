package io.latentry.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.cli.Cli;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignCommandTest {
  private static final Path GOLDEN =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1");

  @TempDir Path folder;

  @Test
  void aModelThatIsSignedIsOpenedByWhoTrustsTheKeyUntilItsThresholdIsMoved() throws Exception {
    Path model = Files.copy(GOLDEN.resolve("model.onnx"), folder.resolve("model.onnx"));
    Path key = folder.resolve("release.key");
    Path trusted = folder.resolve("release.key.pub");
    Path scores = folder.resolve("scores.csv");
    Object[] score = {
      "score", model, GOLDEN.resolve("input.csv"), "-o", scores, "--trust", trusted
    };

    Cli made = Cli.run("sign", "--new-key", key, "--json");
    assertThat(made.exitCode()).as(made.err()).isZero();
    String name = made.json().get("key").asText();
    assertThat(Cli.run("inspect", model).out()).containsPattern("signature +none");
    Cli refused = Cli.run(score);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("signature: none (expected: one by a key of ");
    assertThat(scores).doesNotExist();

    assertThat(Cli.run("sign", model, "--key", key).out()).contains("signed by key " + name);
    assertThat(Cli.run(score).exitCode()).isZero();
    assertThat(Cli.run("inspect", model).out()).contains("by key " + name + ", not checked");
    assertThat(Cli.run("inspect", model, "--trust", trusted).out())
        .contains("by key " + name + ", checked");

    Cli moved = Cli.run("threshold", model, "--set", "1.5");
    assertThat(moved.exitCode()).as(moved.err()).isZero();
    assertThat(Cli.run(score).err()).contains("signature: none");
  }

  @Test
  void wrongUsageIsToldAsSuch() throws Exception {
    Path model = folder.resolve("model.onnx");
    for (Object[] wrong :
        new Object[][] {
          {"sign"},
          {"sign", model},
          {"sign", "--key", folder.resolve("k")},
          {"sign", model, "--new-key", folder.resolve("k")},
          {"sign", "--new-key", folder.resolve("k"), "--key", folder.resolve("k")},
        }) {
      assertThat(Cli.run(wrong).exitCode()).isEqualTo(2);
    }
    Path none = Files.writeString(folder.resolve("none.pem"), "none");
    assertThat(Cli.run("inspect", model, "--trust", none).err())
        .contains("--trust: ")
        .contains("no public key");
  }

  @Test
  void aFolderWhereAFileIsExpectedIsNamed() throws Exception {
    Path model = Files.copy(GOLDEN.resolve("model.onnx"), folder.resolve("model.onnx"));
    Path data = GOLDEN.resolve("input.csv");
    for (Object[] wrong :
        new Object[][] {
          {"sign", model, "--key", folder},
          {"inspect", model, "--trust", folder},
          {"fit", data, "-o", folder.resolve("new.onnx"), "--config", folder},
          {"serve", "--port", "0", "--models", folder, "--config", folder},
          {"serve", "--port", "0", "--models", folder, "--api-keys", folder},
        }) {
      Cli told = Cli.run(wrong);
      assertThat(told.exitCode()).as(told.out()).isNotZero();
      assertThat(told.err()).contains(folder + ": ").contains("(expected: a file");
    }
  }
}
