package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TrustOption;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.RecordFormat;
import io.latentry.kafka.job.JobSettings;
import io.latentry.kafka.job.StreamJob;
import io.latentry.scoring.Tally;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.log.EventLog;
import io.latentry.server.log.LibraryLog;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Judges the records of a Kafka topic until it is told to end. */
@Command(
    name = "stream",
    description =
        "Judges the records of a Kafka topic as they come, and writes the verdicts to another.",
    footer = {
      "",
      "Every record gets one verdict, with its key, topic, partition and offset.",
      "What cannot be read is unscorable, and goes to --dead-letter as it came.",
      "Records of a key of a series must come by one partition. Copies under one",
      "--name share the partitions. SIGTERM and Ctrl-C end it after a last commit.",
      "",
      "Examples:",
      "  latentry stream --model m.onnx --bootstrap localhost:9092 \\",
      "    --in raw --out verdicts",
      "  latentry stream --model m.onnx --bootstrap kafka:9093 --in raw --out verdicts \\",
      "    --dead-letter unreadable --explain 3 --instance a --config tls.properties"
    })
public final class StreamCommand implements Callable<Integer> {
  /** What Kafka lets topics and groups be called. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  /** Between two looks at whether the job ended by itself. */
  private static final Duration LOOK = Duration.ofMillis(200);

  /** A job that has no partitions by then says so. */
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Among the properties of Kafka's own, as its serializers call it. */
  private static final String REGISTRY_USER = "basic.auth.user.info";

  /** How often a record's verdict is there for who reads what is committed, whatever is killed. */
  private enum Guarantee {
    EXACTLY_ONCE,
    AT_LEAST_ONCE;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Terminal terminal;
  private final Map<String, String> environment;

  @Option(names = "--model", required = true, paramLabel = "MODEL", description = "The artifact.")
  private Path modelFile = Path.of("model.onnx");

  @Option(
      names = "--follow",
      description =
          "Let a new file at MODEL take over when it is there: another model, or another"
              + " threshold.")
  private boolean follow;

  @Option(
      names = "--control",
      paramLabel = "TOPIC",
      description =
          "Of decisions: the latest says which file beside MODEL judges, by which threshold, from"
              + " which offsets on.")
  private Optional<String> control = Optional.empty();

  @Option(
      names = "--remote",
      paramLabel = "URL",
      description =
          "Of MODEL on a server of the Open Inference Protocol, such as"
              + " http://localhost:8080/v2/models/NAME/versions/3: it gives the scores, and its key"
              + " is taken from LATENTRY_API_KEY. While it is away, records wait.")
  private Optional<URI> remote = Optional.empty();

  @Option(
      names = "--remote-timeout",
      paramLabel = "SECONDS",
      description = "Of one request to --remote. Default: 10.")
  private int remoteTimeout = 10;

  @Option(
      names = "--bootstrap",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Brokers, separated by commas.")
  private String bootstrap = "";

  @Option(names = "--in", required = true, paramLabel = "TOPIC", description = "Of records.")
  private String in = "";

  @Option(names = "--out", required = true, paramLabel = "TOPIC", description = "Of verdicts.")
  private String out = "";

  @Option(
      names = "--dead-letter",
      paramLabel = "TOPIC",
      description = "Gets what cannot be read, as it came. Default: the verdict alone tells of it.")
  private Optional<String> deadLetter = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "COL",
      split = ",",
      description =
          "Of a series: the fields that say whose point it is. Default: named as the model's.")
  private List<String> keys = List.of();

  @Option(
      names = "--time",
      paramLabel = "COL",
      description = "Of a series: the field of the time. Default: named as the model's.")
  private Optional<String> time = Optional.empty();

  @Mixin private final RecordFormatOptions format = new RecordFormatOptions();

  @Option(
      names = "--explain",
      paramLabel = "K",
      description = "Add the K features that contribute most, with actual and expected values.")
  private int explain;

  @Option(
      names = "--keep",
      paramLabel = "COL",
      split = ",",
      description = "Fields of a record that its verdict carries over.")
  private List<String> keep = List.of();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Of the job: copies share it, and it is its consumer group. Default: latentry-IN-OUT.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--instance",
      paramLabel = "ID",
      description =
          "Of this copy: killed and started anew under it, it has its partitions again in seconds.")
  private Optional<String> instance = Optional.empty();

  @Option(
      names = "--guarantee",
      paramLabel = "G",
      description =
          "exactly-once, or at-least-once: sooner visible, and some verdicts twice after a kill."
              + " Default: exactly-once.")
  private Guarantee guarantee = Guarantee.EXACTLY_ONCE;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "For what keys carry; keep it over restarts. Default: latentry-stream.")
  private Path state = Path.of("latentry-stream");

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "That judge; each has partitions of its own. Default: every core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties of Kafka's own, such as those of TLS and SASL; never told.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      description =
          "Of /metrics, /health/live and /health/ready, for this machine; 0 for any. Default:"
              + " none.")
  private Optional<Integer> metricsPort = Optional.empty();

  @Mixin private final TrustOption trust = new TrustOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  /**
   * @param environment of the process
   */
  public StreamCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  /** One JSON document, once it judges; keys become snake_case. */
  record Document(
      String model,
      String in,
      String out,
      int partitions,
      String name,
      Optional<Integer> metricsPort) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    CommandOutput output = new CommandOutput(terminal, options);
    JobSettings settings = settings();
    JudgeOptions judging = judging();
    Termination termination = Termination.heard();
    if (options.verbose()) {
      // What the client of Kafka warns of, without the values in it.
      LibraryLog.writeTo(
          new EventLog(terminal.err(), LogFormat.TEXT, LogLevel.WARN, Clock.systemUTC()));
    }
    // Both engines unpack here, where what a kill leaves is written over.
    String unused =
        System.setProperty("latentry.native.folder", settings.state().resolve("native").toString());
    OptionalInt port = metricsPort.map(OptionalInt::of).orElse(OptionalInt.empty());
    try (JobModel model = model();
        StreamJob job = model.start(settings, judging, port)) {
      boolean soon = begun(job, termination);
      if (job.hasEnded()) {
        throw new IOException(ended(job));
      }
      String modelId = model.first().name().id();
      output.result(
          "judging %s with model %s: %s of %d partitions to %s%s%s"
              .formatted(
                  in,
                  modelId,
                  soon ? "its share" : "not yet any",
                  job.partitions(),
                  out,
                  deadLetter.map(topic -> ", unreadable to " + topic).orElse(""),
                  job.metricsPort().isPresent()
                      ? "; http://127.0.0.1:" + job.metricsPort().getAsInt() + "/metrics"
                      : ""),
          new Document(
              modelId,
              in,
              out,
              job.partitions(),
              settings.application(),
              job.metricsPort().isPresent()
                  ? Optional.of(job.metricsPort().getAsInt())
                  : Optional.empty()));
      while (!termination.await(LOOK)) {
        if (job.hasEnded()) {
          throw new IOException(ended(job));
        }
        model.look(job).forEach(output::notice);
      }
      output.notice("ending: what is under way is committed first");
      job.close();
      output.notice(summary(job));
    }
    return ExitCode.OK.number();
  }

  private JobModel model() throws IOException {
    if (follow && control.isPresent()) {
      throw new WrongUsage("--follow: beside --control (expected: one of them)");
    }
    if (remoteTimeout < 1) {
      throw new WrongUsage("--remote-timeout: " + remoteTimeout + " (expected: 1 or more)");
    }
    if (remote.isPresent()) {
      if (follow || control.isPresent()) {
        throw new WrongUsage(
            "--remote: beside --follow or --control (expected: alone, since the server has its own"
                + " models)");
      }
      return RemoteModel.open(
          modelFile,
          trust.options(1),
          remote.get(),
          Duration.ofSeconds(remoteTimeout),
          Optional.ofNullable(environment.get(ServiceOptions.KEY_VARIABLE))
              // A file of it often ends with a line break.
              .map(String::strip)
              .filter(key -> !key.isEmpty()));
    }
    return control.isPresent()
        ? DecidedModels.open(modelFile, trust.options(1), control.get())
        : FollowedModel.open(modelFile, trust.options(1), follow);
  }

  private static boolean begun(StreamJob job, Termination termination) throws InterruptedException {
    for (long left = SOON.toMillis(); left > 0; left -= LOOK.toMillis()) {
      if (job.awaitRunning(LOOK)) {
        return true;
      }
      if (job.hasEnded() || termination.await(Duration.ofMillis(1))) {
        return false;
      }
    }
    return false;
  }

  private static String ended(StreamJob job) {
    return "stream: ended by itself: "
        + job.failure().orElse("no reason is known")
        + "; start it again: it goes on where it was";
  }

  private static String summary(StreamJob job) {
    Tally tally = job.tally();
    return "judged "
        + Wording.count(tally.rows(), "record", "records")
        + ": "
        + Wording.count(tally.anomaly(), "anomaly", "anomalies")
        + ", "
        + Wording.count(tally.unscorable())
        + " unscorable, "
        + Wording.count(job.deadLetters())
        + " of them unreadable";
  }

  private JudgeOptions judging() throws IOException {
    RecordFormat reading = format.format(Optional.ofNullable(properties().get(REGISTRY_USER)));
    try {
      return JudgeOptions.DEFAULT
          .withFormat(reading)
          .withSeries(time, keys)
          .withKeep(keep)
          .withExplain(explain);
    } catch (IllegalArgumentException refused) {
      throw new WrongUsage("--" + refused.getMessage());
    }
  }

  private JobSettings settings() throws IOException {
    requireName("--in", in);
    requireName("--out", out);
    deadLetter.ifPresent(topic -> requireName("--dead-letter", topic));
    control.ifPresent(topic -> requireName("--control", topic));
    instance.ifPresent(id -> requireName("--instance", id));
    String application = name.orElse("latentry-" + in + "-" + out);
    requireName("--name", application);
    try {
      JobSettings settings =
          new JobSettings(
              bootstrap,
              in,
              out,
              deadLetter,
              application,
              instance,
              guarantee == Guarantee.EXACTLY_ONCE,
              threads,
              // Copies on one machine have a folder each.
              instance.map(state::resolve).orElse(state),
              properties());
      control.ifPresent(settings::requireApart);
      return settings;
    } catch (IllegalArgumentException refused) {
      throw new WrongUsage(String.valueOf(refused.getMessage()));
    }
  }

  private static void requireName(String option, String given) {
    if (!NAME.matcher(given).matches()) {
      throw new WrongUsage(
          option
              + ": '"
              + given
              + "' (expected: letters, digits, dots, _ and -, at most 200 of them)");
    }
  }

  private Map<String, String> properties() throws IOException {
    Map<String, String> more = new HashMap<>();
    if (config.isPresent()) {
      Properties read = new Properties();
      try (Reader reader = Files.newBufferedReader(config.get(), StandardCharsets.UTF_8)) {
        read.load(reader);
      } catch (IllegalArgumentException broken) {
        throw new WrongUsage(
            "--config: " + config.get() + " is no file of properties (expected: key=value lines)");
      }
      read.stringPropertyNames().forEach(key -> more.put(key, read.getProperty(key)));
    }
    return more;
  }
}
