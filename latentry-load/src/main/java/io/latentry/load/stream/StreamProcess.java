package io.latentry.load.stream;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code latentry stream} as a process of its own. */
record StreamProcess(Process process) implements AutoCloseable {
  /**
   * @param instance its name, under which its successor takes over
   */
  static StreamProcess start(
      StreamBenchmark.Request request, String bootstrap, String instance, String topic, Path folder)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                request.launcher().toAbsolutePath().toString(),
                "stream",
                "--model",
                request.artifact().toString(),
                "--bootstrap",
                bootstrap,
                "--in",
                topic,
                "--out",
                topic + "-verdicts",
                "--instance",
                instance,
                "--state",
                folder.resolve("state-" + topic).toString(),
                "--guarantee",
                request.guarantee(),
                "--threads",
                String.valueOf(request.threads())));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve(topic + ".log").toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    // Who breaks the benchmark off leaves no job behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new StreamProcess(process);
  }

  /** As kill -9 does. */
  void kill() throws InterruptedException {
    int unused = process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        Process unused = process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Process unused = process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
