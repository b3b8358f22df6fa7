package io.latentry.pipeline.report;

import io.latentry.core.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A headless browser, where the machine has one. */
final class Chromium {
  private Chromium() {}

  /** What a page became: its DOM after the scripts ran, and what they wrote on the console. */
  record Opened(String dom, String console) {}

  /** Opens {@code page}; the test is skipped, and says why, where there is no browser. */
  static Opened open(Path page, Path folder, String... flags)
      throws IOException, InterruptedException {
    Path dom = folder.resolve("dom.html");
    Path console = folder.resolve("console.txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                Needs.chromium().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=3000",
                "--dump-dom"));
    command.addAll(List.of(flags));
    command.add(page.toUri().toString());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(dom.toFile())
            .redirectError(console.toFile())
            .start();
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("chromium: still running after 90 s");
    }
    String said =
        Files.readAllLines(console).stream()
            .filter(line -> line.contains("CONSOLE"))
            .reduce("", (all, line) -> all + line + "\n");
    return new Opened(Files.readString(dom), said);
  }
}
