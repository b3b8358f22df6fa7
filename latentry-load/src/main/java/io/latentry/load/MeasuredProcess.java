package io.latentry.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process from start to exit.
 *
 * @param peakBytes the most resident memory, as last seen in {@code /proc/PID/status}; 0 where
 *     there is none
 * @param output what it printed, both streams
 */
record MeasuredProcess(int exitCode, double seconds, long peakBytes, String output) {
  private static final int POLL_MILLIS = 10;
  private static final String PEAK = "VmHWM:";

  /**
   * Runs {@code command} to its end.
   *
   * @param log where its output goes meanwhile
   */
  static MeasuredProcess run(List<String> command, Path log) throws IOException {
    return runWithin(Double.POSITIVE_INFINITY, command, log).orElseThrow();
  }

  /** Empty where it took more than {@code seconds}, after which it is ended. */
  static Optional<MeasuredProcess> runWithin(double seconds, List<String> command, Path log)
      throws IOException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    long peak = 0;
    try {
      // A process that has ended has no status file: the last look before counts.
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peakBytes(process.pid()));
        if ((System.nanoTime() - start) / 1e9 > seconds) {
          process.destroyForcibly().waitFor();
          return Optional.empty();
        }
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command + " ran", e);
    }
    return Optional.of(
        new MeasuredProcess(
            process.exitValue(), (System.nanoTime() - start) / 1e9, peak, Files.readString(log)));
  }

  /**
   * @throws IllegalStateException if it failed, with what it said
   */
  MeasuredProcess orThrow(String what) {
    if (exitCode != 0) {
      throw new IllegalStateException(
          what + ": exit code " + exitCode + " (expected: 0); it said:\n" + output);
    }
    return this;
  }

  private static long peakBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"))) {
        if (line.startsWith(PEAK)) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
