package io.latentry.load.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The service as a process of its own, on a free port of this machine. Its log is formatted as ever
 * and thrown away.
 *
 * @param url such as {@code http://127.0.0.1:1234}
 */
record ServiceProcess(Process process, String url) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final int POLL_MILLIS = 100;
  private static final String RESIDENT = "VmRSS:";

  /**
   * @param launcher the program, {@code ./latentry}; it may build first
   * @param out where standard output goes meanwhile
   * @throws IllegalStateException if it ends instead of listening
   */
  static ServiceProcess start(Path launcher, Path models, Path out) throws IOException {
    return start(launcher, models, out, List.of());
  }

  /**
   * @param options further ones of {@code serve}
   */
  static ServiceProcess start(Path launcher, Path models, Path out, List<String> options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                launcher.toAbsolutePath().toString(),
                "serve",
                "--models",
                models.toString(),
                "--port",
                "0",
                "--json"));
    command.addAll(options);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    long end = System.nanoTime() + PATIENCE_NANOS;
    try {
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS) && System.nanoTime() < end) {
        String text = Files.readString(out);
        if (text.endsWith("}\n")) {
          JsonNode said = JSON.readTree(text);
          return new ServiceProcess(process, said.path("url").asText());
        }
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the service started", e);
    }
    process.destroy();
    throw new IllegalStateException(
        "service: not listening (expected: within 5 minutes); see what it says: "
            + String.join(" ", command));
  }

  /** Resident memory now; 0 where there is no {@code /proc}. */
  long residentBytes() {
    try {
      for (String line :
          Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
        if (line.startsWith(RESIDENT)) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  /** What it took of the processor so far; 0 where the system does not tell. */
  double processorSeconds() {
    return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1e3;
  }

  /** Ends it, and waits until it has ended. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
