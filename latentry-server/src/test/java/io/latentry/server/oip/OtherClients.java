package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs clients that others wrote, which {@code ./verify} installs. */
final class OtherClients {
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private final Path folder;

  /**
   * @param folder for what they say
   */
  OtherClients(Path folder) {
    this.folder = folder;
  }

  static void needTritonclient() {
    Needs.toRun(
        "python3 with tritonclient[http,grpc]; ./verify installs it",
        Needs.python(),
        "-c",
        "import tritonclient.http.aio, tritonclient.grpc.aio");
  }

  boolean works(String... command) throws InterruptedException {
    try {
      return process(folder.resolve("probe.out"), command).waitFor() == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  String run(String... command) throws IOException, InterruptedException {
    Path said = folder.resolve("said.out");
    Process process = process(said, command);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String text = Files.readString(said);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  private static Process process(Path said, String... command) throws IOException {
    List<String> words = new ArrayList<>(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile());
    builder
        .environment()
        .putIfAbsent("NODE_PATH", ROOT.resolve(".latentry/node/node_modules").toString());
    return builder.start();
  }
}
