package io.latentry.kafka.job;

import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import io.latentry.core.verdict.Verdict;
import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.JudgeSupplier;
import io.latentry.kafka.JudgeTopology;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.ModelSuccession;
import io.latentry.kafka.model.RemoteEngine;
import io.latentry.scoring.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.rocksdb.NativeLibraryLoader;

/**
 * A job that judges the records of a topic until it is closed. What goes wrong with one record is a
 * verdict; what goes wrong with the broker or the engine ends the job, for whoever started it to
 * start it again.
 */
public final class StreamJob implements AutoCloseable {
  /** What is under way may be committed within it. */
  private static final Duration ORDERLY = Duration.ofSeconds(20);

  private final KafkaStreams streams;
  private final JudgeSupplier judge;
  private final JobMetrics metrics;
  private final Secrets secrets;
  private final int partitions;
  private final @Nullable JobEndpoints endpoints;
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable ControlTopic control;
  private volatile @Nullable RemoteEngine remote;

  private StreamJob(
      KafkaStreams streams,
      JudgeSupplier judge,
      JobMetrics metrics,
      Secrets secrets,
      int partitions,
      OptionalInt metricsPort)
      throws IOException {
    this.streams = streams;
    this.judge = judge;
    this.metrics = metrics;
    this.secrets = secrets;
    this.partitions = partitions;
    metrics.watch(this::lag, () -> isRunning() ? 1 : 0);
    this.endpoints =
        metricsPort.isEmpty()
            ? null
            : JobEndpoints.start(
                metricsPort.getAsInt(), metrics::text, () -> !hasEnded(), this::isReady);
  }

  /**
   * Begins once the broker and the topics are there.
   *
   * @param model stays its owner's to close, after the job
   * @param metricsPort of {@code /metrics} and {@code /health}, 0 for any that is free; with none
   *     there are neither
   * @throws DataException if the options ask for what the model has not
   * @throws IOException if the broker, a topic or a permission is lacking, with what to do
   */
  public static StreamJob start(
      JobSettings settings,
      JudgingModel model,
      JudgeOptions options,
      OptionalInt metricsPort,
      Clock clock)
      throws IOException {
    JobMetrics metrics = new JobMetrics(clock);
    JudgeSupplier judge = new JudgeSupplier(model, options, metrics);
    int partitions = TopicCheck.require(settings, Optional.empty());
    model.remote().ifPresent(remote -> metrics.watchRemote(remote::retries, remote::waiting));
    StreamJob job = begin(settings, judge, metrics, partitions, metricsPort);
    job.remote = model.remote().orElse(null);
    return job;
  }

  /**
   * As {@link #start(JobSettings, JudgingModel, JudgeOptions, OptionalInt, Clock)}, by the
   * decisions of a control topic: those that are there are read before it begins.
   *
   * @param control the topic, of one partition
   * @param models stay their owner's to close, after the job
   * @throws IllegalArgumentException if the control topic is one of the job's others
   */
  public static StreamJob start(
      JobSettings settings,
      String control,
      ModelSuccession models,
      JudgeOptions options,
      OptionalInt metricsPort,
      Clock clock)
      throws IOException {
    settings.requireApart(control);
    JobMetrics metrics = new JobMetrics(clock);
    JudgeSupplier judge = new JudgeSupplier(models, options, metrics);
    int partitions = TopicCheck.require(settings, Optional.of(control));
    metrics.watchDecisions(models::taken, models::refused);
    AtomicReference<@Nullable StreamJob> job = new AtomicReference<>();
    AtomicReference<@Nullable Throwable> early = new AtomicReference<>();
    ControlTopic topic =
        ControlTopic.follow(
            settings,
            control,
            models,
            thrown -> {
              early.set(thrown);
              StreamJob begun = job.get();
              if (begun != null) {
                begun.fail(thrown);
              }
            });
    try {
      StreamJob begun = begin(settings, judge, metrics, partitions, metricsPort);
      begun.control = topic;
      job.set(begun);
      Throwable failed = early.get();
      if (failed != null) {
        begun.fail(failed);
      }
      return begun;
    } catch (IOException | RuntimeException e) {
      topic.close();
      throw e;
    }
  }

  private void fail(Throwable thrown) {
    failure.compareAndSet(null, thrown);
    boolean unused = streams.close(Duration.ZERO);
  }

  private static StreamJob begin(
      JobSettings settings,
      JudgeSupplier judge,
      JobMetrics metrics,
      int partitions,
      OptionalInt metricsPort)
      throws IOException {
    Secrets secrets = Secrets.of(settings.more());
    loadStoreEngine(settings.state());
    KafkaStreams streams;
    try {
      streams =
          new KafkaStreams(
              JudgeTopology.of(
                  settings.records(), settings.verdicts(), settings.deadLetters(), judge),
              settings.properties());
    } catch (KafkaException refused) {
      throw new IOException(
          "kafka: " + secrets.hide(String.valueOf(refused.getMessage())), refused);
    }
    StreamJob job;
    try {
      job = new StreamJob(streams, judge, metrics, secrets, partitions, metricsPort);
    } catch (IOException e) {
      streams.close();
      throw e;
    }
    job.listen();
    streams.start();
    return job;
  }

  /**
   * Unpacks the engine of the stores beside them. By itself it goes to the folder for temporary
   * files, where nothing may be run on some machines, and each kill leaves a copy.
   */
  private static void loadStoreEngine(Path state) throws IOException {
    Path folder = Files.createDirectories(state.resolve("native"));
    NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
  }

  private void listen() {
    streams.setUncaughtExceptionHandler(
        thrown -> {
          failure.compareAndSet(null, thrown);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
          }
          if (now.hasCompletedShutdown()) {
            running.countDown();
            ended.countDown();
          }
        });
  }

  /**
   * Lets another model take over, as {@link JudgeSupplier#replace} does.
   *
   * @return the model before, which is its owner's to close
   */
  public JudgingModel replace(JudgingModel next) {
    return judge.replace(next);
  }

  /** Waits until it has its partitions, or has ended. */
  public boolean awaitRunning(Duration most) throws InterruptedException {
    return running.await(most.toMillis(), TimeUnit.MILLISECONDS) && isRunning();
  }

  /** Waits until it has ended by itself. */
  public boolean awaitEnd(Duration most) throws InterruptedException {
    return ended.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  public boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** Whether it judges now: it has its partitions, and waits for no server. */
  private boolean isReady() {
    RemoteEngine server = remote;
    return isRunning() && (server == null || server.waiting() == 0);
  }

  public boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Why it ended by itself, without secrets. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure.get()).map(thrown -> secrets.hide(reason(thrown)));
  }

  /** What whoever threw it first said: Kafka wraps it, and tells of its own tasks. */
  static String reason(Throwable thrown) {
    Throwable said = thrown;
    while (said instanceof KafkaException && said.getCause() != null) {
      said = said.getCause();
    }
    return FaultWords.of(said);
  }

  /** Partitions of the topic of records. */
  public int partitions() {
    return partitions;
  }

  /** Where {@code /metrics} is; empty without it. */
  public OptionalInt metricsPort() {
    return endpoints == null ? OptionalInt.empty() : OptionalInt.of(endpoints.port());
  }

  /** How many records got which verdict. */
  public Tally tally() {
    return new Tally(
        metrics.count(Verdict.NORMAL),
        metrics.count(Verdict.ANOMALY),
        metrics.count(Verdict.UNSCORABLE));
  }

  /** Records that could not be read as a whole. */
  public long deadLetters() {
    return metrics.deadLetterCount();
  }

  private double lag() {
    return streams.metrics().values().stream()
        .filter(
            metric ->
                metric.metricName().name().equals("records-lag")
                    && metric.metricName().tags().containsKey("partition"))
        .mapToDouble(metric -> metric.metricValue() instanceof Number lag ? lag.doubleValue() : 0)
        .filter(Double::isFinite)
        .sum();
  }

  /** Lets what is under way be committed, then ends. */
  @Override
  public void close() {
    RemoteEngine server = remote;
    if (server != null) {
      // Who waits for it has nothing to commit.
      server.stopWaiting();
    }
    boolean unused = streams.close(ORDERLY);
    if (control != null) {
      control.close();
    }
    if (endpoints != null) {
      endpoints.close();
    }
  }
}
