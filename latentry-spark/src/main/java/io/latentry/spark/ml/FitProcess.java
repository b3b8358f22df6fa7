package io.latentry.spark.ml;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The program {@code latentry} as a process of the driver: what trains is in it, and not in the
 * driver's class path, whose versions are Spark's.
 */
final class FitProcess {
  private static final int UNUSABLE_DATA = 3;
  private static final int LINES_TOLD = 3;

  private final String program;
  private final Consumer<String> log;

  /**
   * @param program a path, or a name on the driver's path
   * @param log is told each line that it says
   */
  FitProcess(String program, Consumer<String> log) {
    this.program = program;
    this.log = log;
  }

  /**
   * Runs it in {@code folder}, to its end.
   *
   * @param options behind {@code fit}
   * @throws DataException if it says that the data cannot be used
   * @throws IllegalStateException if it cannot be started, or fails
   */
  void fit(Path folder, List<String> options) {
    List<String> command = new ArrayList<>(List.of(program, "fit"));
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    if (!options.contains("--config")) {
      // The model is one of the parameters alone, wherever the driver runs.
      builder.environment().put("LATENTRY_CONFIG", "off");
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "latentry: '%s' cannot be started: %s (expected: the program of Latentry, with its training engine, on the driver's machine); install it there or ship it by --archives, and name it by setLatentry or LATENTRY_PROGRAM"
              .formatted(program, FaultWords.of(e)),
          e);
    }
    try {
      String said = listen(process);
      int code = process.waitFor();
      if (code == UNUSABLE_DATA) {
        throw new DataException(said);
      }
      if (code != 0) {
        throw new IllegalStateException(
            "latentry fit: exit code %d: %s (expected: 0)".formatted(code, said));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("latentry fit: broken off", e);
    } finally {
      process.destroy();
    }
  }

  /** The last lines that it says. */
  private String listen(Process process) throws IOException {
    Deque<String> last = new ArrayDeque<>();
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.accept(line);
        last.add(line);
        if (last.size() > LINES_TOLD) {
          last.remove();
        }
      }
    }
    return String.join(" ", last);
  }
}
