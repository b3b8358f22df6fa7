package io.latentry.kafka.job;

import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.ModelSuccession;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
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
  /** One that ends more often by itself has a reason that another start does not mend. */
  private static final int MOST_STARTS = 5;

  private final ProcessBuilder builder;
  private final Path log;
  private Process process;
  private int endings;

  private JobProcess(ProcessBuilder builder, Path log) throws IOException {
    this.builder = builder;
    this.log = log;
    this.process = builder.start();
  }

  /**
   * @param prefix of its topics and its name
   * @param control whether it goes by the decisions of a topic
   */
  static JobProcess start(
      Path model, String bootstrap, String instance, Path state, String prefix, boolean control)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add(JobProcess.class.getName());
    command.addAll(
        List.of(
            model.toAbsolutePath().toString(),
            bootstrap,
            instance,
            state.toString(),
            prefix,
            String.valueOf(control)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Path log = state.resolveSibling(state.getFileName() + ".log");
    return new JobProcess(
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())), log);
  }

  public static void main(String[] arguments) throws Exception {
    String prefix = arguments[4];
    JobSettings settings =
        new JobSettings(
            arguments[1],
            prefix + "raw",
            prefix + "verdicts",
            Optional.of(prefix + "dead"),
            prefix + "job",
            Optional.of(arguments[2]),
            true,
            1,
            Path.of(arguments[3]),
            Map.of("replication.factor", "1"));
    JudgeOptions options = JudgeOptions.DEFAULT.withKeep(List.of("at"));
    Path file = Path.of(arguments[0]);
    if (Boolean.parseBoolean(arguments[5])) {
      try (ModelSuccession models =
              ModelSuccession.open(
                  file, ScorerOptions.threads(1), told -> System.out.println(told));
          StreamJob job =
              StreamJob.start(
                  settings,
                  prefix + "control",
                  models,
                  options,
                  OptionalInt.empty(),
                  Clock.systemUTC())) {
        untilItEnds(job);
      }
      return;
    }
    try (JudgingModel model = JudgingModel.open(file);
        StreamJob job =
            StreamJob.start(settings, model, options, OptionalInt.empty(), Clock.systemUTC())) {
      untilItEnds(job);
    }
  }

  private static void untilItEnds(StreamJob job) throws InterruptedException {
    while (!job.awaitEnd(Duration.ofSeconds(1))) {
      // Until it is killed.
    }
    System.out.println(job.failure().orElse(""));
  }

  /** As kill -9 does. */
  void kill() throws InterruptedException {
    int unused = process.destroyForcibly().waitFor();
  }

  /** Starts it again if it ended by itself, as on a machine too busy for a broker to answer. */
  void look() throws IOException {
    if (!process.isAlive()) {
      if (++endings > MOST_STARTS) {
        throw new IllegalStateException("the job ends by itself: " + log());
      }
      process = builder.start();
    }
  }

  /** What it has said since its first start. */
  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    Process unused = process.destroyForcibly();
  }
}
