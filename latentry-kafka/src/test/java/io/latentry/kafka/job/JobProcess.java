package io.latentry.kafka.job;

import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.JudgingModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A job in a process of its own, which a test may kill. */
final class JobProcess implements AutoCloseable {
  private final Process process;

  private JobProcess(Process process) {
    this.process = process;
  }

  static JobProcess start(Path model, String bootstrap, String instance, Path state)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add(JobProcess.class.getName());
    command.addAll(
        List.of(model.toAbsolutePath().toString(), bootstrap, instance, state.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return new JobProcess(
        builder
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    state.resolveSibling(state.getFileName() + ".log").toFile()))
            .start());
  }

  public static void main(String[] arguments) throws Exception {
    JobSettings settings =
        new JobSettings(
            arguments[1],
            "raw",
            "verdicts",
            Optional.of("dead"),
            "job",
            Optional.of(arguments[2]),
            true,
            1,
            Path.of(arguments[3]),
            Map.of("replication.factor", "1"));
    try (JudgingModel model = JudgingModel.open(Path.of(arguments[0]));
        StreamJob job =
            StreamJob.start(
                settings,
                model,
                JudgeOptions.DEFAULT.withKeep(List.of("at")),
                OptionalInt.empty(),
                Clock.systemUTC())) {
      while (!job.awaitEnd(Duration.ofSeconds(1))) {
        // Until it is killed.
      }
      System.out.println(job.failure().orElse(""));
    }
  }

  /** As kill -9 does. */
  void kill() throws InterruptedException {
    int unused = process.destroyForcibly().waitFor();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    Process unused = process.destroyForcibly();
  }
}
