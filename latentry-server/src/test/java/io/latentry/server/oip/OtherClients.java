package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs clients that others wrote. They are installed by {@code ./verify}; where they are not, tests
 * are skipped.
 */
final class OtherClients {
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private final Path folder;

  /**
   * @param folder for what they say
   */
  OtherClients(Path folder) {
    this.folder = folder;
  }

  void assumeTritonclient() throws IOException, InterruptedException {
    assumeHere(
        works(python(), "-c", "import tritonclient.http.aio, tritonclient.grpc.aio"),
        "skipped: no python3 with tritonclient[http,grpc]; ./verify installs it");
  }

  /** Says why, which Maven does not. */
  static void assumeHere(boolean here, String otherwise) {
    if (!here) {
      System.out.println(otherwise);
    }
    assumeTrue(here, otherwise);
  }

  static String python() {
    Path own = ROOT.resolve(".latentry/venv/bin/python");
    return System.getenv()
        .getOrDefault("LATENTRY_PYTHON", Files.exists(own) ? own.toString() : "python3");
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
