package io.latentry.server.operations;

import static io.netty.handler.flush.FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.cors.CorsService;
import io.latentry.core.data.Samples;
import io.latentry.server.access.Authentication;
import io.latentry.server.access.BrowserGuard;
import io.latentry.server.access.Certificates;
import io.latentry.server.access.Exposure;
import io.latentry.server.access.KeyRing;
import io.latentry.server.config.LogLevel;
import io.latentry.server.config.RecordingMode;
import io.latentry.server.config.ServerConfig;
import io.latentry.server.door.TurnedAway;
import io.latentry.server.log.EventLog;
import io.latentry.server.maintenance.Maintenance;
import io.latentry.server.monitoring.Diary;
import io.latentry.server.monitoring.IncidentRecorder;
import io.latentry.server.monitoring.RecentAnomalies;
import io.latentry.server.monitoring.Recorder;
import io.latentry.server.monitoring.Segments;
import io.latentry.server.monitoring.ServingStatistics;
import io.latentry.server.monitoring.SlaKeeper;
import io.latentry.server.monitoring.SlaWatch;
import io.latentry.server.monitoring.ThresholdAdapter;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.notification.Delivery;
import io.latentry.server.notification.Destinations;
import io.latentry.server.notification.Notifications;
import io.latentry.server.notification.Notifier;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.registry.Audit;
import io.latentry.server.retraining.Retrainer;
import io.latentry.server.retraining.Trainer;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All that stands round the doors of one server: the port and its encryption, who is let in,
 * limits, the log, metrics at {@code /metrics}, and how it ends.
 *
 * <p>A request passes, from the outside in: {@link RequestTrace}, CORS, {@link BrowserGuard},
 * {@link Authentication}, {@link BodyWatch}, and then its door.
 */
public final class Operations {
  /** What browsers of other origins may send, where any may. */
  private static final Set<HttpMethod> CORS_METHODS =
      Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE);

  private static final Duration CORS_MEMORY = Duration.ofHours(1);
  private static final int MOST_STREAMS = 256;
  private static final int MOST_LINE_BYTES = 8 << 10;
  private static final int MOST_HEADER_BYTES = 16 << 10;

  /** Ends of lines, which neither of those limits counts. */
  private static final int HEAD_ENDS_BYTES = 4 << 10;

  private static final int QUIET_MILLIS = 100;

  private final ServerConfig config;
  private final EventLog log;
  private final InetSocketAddress address;
  private final @Nullable KeyRing keys;
  private final ModelHost host;
  private final Readiness readiness;
  private final ServiceMetrics metrics;
  private final ServingStatistics statistics;
  private final RecentAnomalies anomalies;
  private final Recorder recorder;
  private final IncidentRecorder incidents;
  private final RowRecorder rows;
  private final Retrainer retrainer;
  private final Watch watch;
  private final Diary diary;
  private final Notifications notifications;
  private final Notifier notifier;
  private final Audit audit;
  private final SlaWatch sla;
  private final Maintenance maintenance;
  private final ThresholdAdapter adapter;
  private final SlaKeeper slaKeeper;

  private Operations(
      ServerConfig config,
      EventLog log,
      Clock clock,
      BiFunction<ServingListener, VerdictTap, OpenModels> models,
      @Nullable Trainer trainer,
      InetSocketAddress address)
      throws IOException {
    this.config = config;
    this.log = log;
    this.address = address;
    @Nullable Path keyFile = config.access().apiKeys();
    this.keys = keyFile == null ? null : KeyRing.open(keyFile, System::nanoTime, log);
    @Nullable Path file = config.watch().destinations();
    Destinations destinations =
        file == null ? Destinations.NONE : Destinations.read(file, System.getenv());
    this.statistics = new ServingStatistics(System::nanoTime);
    this.metrics = new ServiceMetrics(statistics.registry());
    this.anomalies = new RecentAnomalies(clock, config.page().recentAnomalies());
    Duration flush = Duration.ofMillis(config.recording().flushMillis());
    Duration kept = Duration.ofDays(config.recording().days());
    Consumer<String> warn =
        reason -> log.write(LogLevel.WARN, "recording", line -> line.put("reason", reason));
    this.sla = new SlaWatch(config.watch().agreed(), clock);
    this.recorder = new Recorder(clock, flush, kept, warn);
    this.incidents = new IncidentRecorder(clock, flush, kept, warn);
    this.rows = rows(config, clock, warn);
    this.watch = new Watch(recorder, clock, look -> told(log, look));
    this.retrainer =
        new Retrainer(
            config.retrainingRules(), trainer, config.storeFolder(), rows, watch, clock, warn);
    OpenModels own =
        models.apply(
            new ServingReport(statistics, log),
            VerdictTap.of(
                List.of(statistics, anomalies, recorder, incidents, rows, retrainer.tap())));
    anomalies.explainBy(own.host());
    this.maintenance =
        Maintenance.open(
            config.watch().maintenance(),
            own.registry().maintenance(),
            kept,
            clock,
            config.watch().segmentRules());
    recorder.mind(maintenance);
    incidents.mind(maintenance);
    watch.mind(maintenance);
    Segments segments =
        new Segments(
            config.watch().segmentRules(),
            reason -> log.write(LogLevel.WARN, "segments", line -> line.put("reason", reason)));
    incidents.mind(segments);
    retrainer.mind(segments);
    segments.remember(own.registry().recorded());
    recorder.mind(segments);
    watch.mind(segments);
    rows.mind((version, samples, at) -> setAside(own.host(), segments, version, samples, at));
    if (config.recording().keep() != RecordingMode.OFF) {
      recorder.start(own.host(), own.registry().recorded());
      incidents.start(own.host(), own.registry().incidents());
    }
    watch.start(own.host(), own.registry().recorded());
    this.diary = new Diary(own.host(), own.registry(), recorder, incidents, rows, segments, clock);
    this.slaKeeper = new SlaKeeper(sla, own.registry().recorded(), flush, warn);
    slaKeeper.start();
    this.adapter =
        new ThresholdAdapter(
            config.watch().adaptiveRules(),
            own.host(),
            own.registry(),
            watch,
            incidents,
            clock,
            warn);
    adapter.start();
    this.host = retrainer.sharing(new ObservedHost(own.host()));
    this.readiness = new Readiness(own.host());
    Delivery delivery =
        new Delivery(destinations, own.registry().outbox(), clock, event -> told(log, event));
    this.notifier =
        new Notifier(
            own.host(),
            own.registry(),
            watch,
            sla,
            destinations,
            delivery,
            (model, segment, at) -> maintenance.over(model, segment, at).isPresent(),
            clock);
    this.notifications = new Notifications(destinations, delivery, own.registry());
    this.audit = own.registry().audit();
    notifier.start();
    metrics.watch(own, readiness, clock);
    metrics.watch(sla, config.batching());
    metrics.watch(own.host(), watch, recorder, incidents);
    metrics.watch(delivery, notifier, own.registry().outbox());
    metrics.watch(rows);
    retrainer.start(own.host(), own.registry());
  }

  /** Rows that came in a window of maintenance, over all of them or over their segment. */
  private BitSet setAside(
      ModelHost models, Segments segments, ModelVersion version, Samples samples, Instant at) {
    BitSet rows = new BitSet();
    if (maintenance.over(version.name(), at).isPresent()) {
      rows.set(0, samples.count());
    } else if (maintenance.isBySegment(version.name())) {
      try (ModelLease lease = models.lend(version.name(), OptionalInt.of(version.version()))) {
        segments
            .of(lease.version(), lease.manifest())
            .ifPresent(
                column ->
                    IntStream.range(0, samples.count())
                        .filter(
                            row ->
                                maintenance
                                    .over(version.name(), column.of(samples, row), at)
                                    .isPresent())
                        .forEach(rows::set));
      } catch (RefusedException unloadedMeanwhile) {
        return rows;
      }
    }
    return rows;
  }

  private static RowRecorder rows(ServerConfig config, Clock clock, Consumer<String> warn) {
    ServerConfig.Recording recording = config.recording();
    ServerConfig.RecordedRows rows = recording.rows();
    RowRecorder.Rules rules =
        new RowRecorder.Rules(
            recording.keep() == RecordingMode.ROWS,
            rows.share(),
            rows.mostPerSecond(),
            Duration.ofDays(rows.days()),
            rows.bytes(),
            Set.copyOf(rows.leaveOut()),
            Set.copyOf(rows.hash()));
    Duration flush = Duration.ofMillis(recording.flushMillis());
    return recording.ofRows()
        ? RowRecorder.start(config.recordedFolder(), clock, rules, flush, warn)
        : RowRecorder.ended(config.recordedFolder(), clock, rules, flush, warn);
  }

  /**
   * @param models opens the models; what happens to them is told to the listener, and what they say
   *     to the tap
   * @throws IllegalArgumentException if the service would be open to other machines without having
   *     been told so, or its file of keys is none; then no model is opened
   * @throws IOException if that file cannot be read
   */
  public static Operations of(
      ServerConfig config,
      EventLog log,
      Clock clock,
      BiFunction<ServingListener, VerdictTap, OpenModels> models)
      throws IOException {
    return of(config, log, clock, models, null);
  }

  /**
   * The same.
   *
   * @param trainer starts processes that retrain; null where there are none
   */
  public static Operations of(
      ServerConfig config,
      EventLog log,
      Clock clock,
      BiFunction<ServingListener, VerdictTap, OpenModels> models,
      @Nullable Trainer trainer)
      throws IOException {
    return new Operations(config, log, clock, models, trainer, Exposure.checked(config));
  }

  /** The models as doors are to see them, so that what they ask is logged. */
  public ModelHost host() {
    return host;
  }

  public ServingStatistics statistics() {
    return statistics;
  }

  public RecentAnomalies anomalies() {
    return anomalies;
  }

  /** What is recorded, looked at. */
  public Watch watch() {
    return watch;
  }

  /** The incidents, and what people say of them. */
  public Diary diary() {
    return diary;
  }

  /** The rows that are recorded. */
  public RowRecorder rows() {
    return rows;
  }

  /** What retrains the models. */
  public Retrainer retrainer() {
    return retrainer;
  }

  /** Who is told. */
  public Notifications notifications() {
    return notifications;
  }

  /** Latency, held against what was agreed. */
  public SlaWatch sla() {
    return sla;
  }

  /** When alarms are recorded and not sent. */
  public Maintenance maintenance() {
    return maintenance;
  }

  /** What looks after thresholds while alarms surge. */
  public ThresholdAdapter adapter() {
    return adapter;
  }

  /** Of what concerns no single model. */
  public Audit audit() {
    return audit;
  }

  /** Says what receivers are to be told. */
  public Notifier notifier() {
    return notifier;
  }

  public Readiness readiness() {
    return readiness;
  }

  public EventLog log() {
    return log;
  }

  /** Whether the port speaks TLS. */
  public boolean encrypted() {
    return config.tls().on();
  }

  /** Says that the service ends, and returns when whoever distributes requests has heard it. */
  public void announceEnd() {
    readiness.end();
    try {
      Thread.sleep(config.shutdown().noticeMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void told(EventLog log, Watch.Look look) {
    log.write(
        look.pages() ? LogLevel.WARN : LogLevel.INFO,
        "watch",
        line ->
            line.put("model", look.model())
                .put("version", look.version())
                .put("state", look.state().name().toLowerCase(Locale.ROOT))
                .put("health", look.health()));
  }

  private static void told(EventLog log, Delivery.Event event) {
    log.write(
        event.works() ? LogLevel.INFO : LogLevel.WARN,
        "notification",
        line -> {
          line.put("destination", event.destination());
          line.put("works", event.works());
          line.put("failures", event.failures());
          if (!event.reason().isEmpty()) {
            line.put("reason", event.reason());
          }
        });
  }

  /** Writes what was recorded; to be called when nobody asks any more. */
  public void end() {
    retrainer.close();
    notifier.close();
    adapter.close();
    slaKeeper.close();
    watch.close();
    incidents.close();
    recorder.close();
    rows.close();
  }

  /**
   * Prepares {@code server}; to be called before any door opens on it.
   *
   * @throws IllegalArgumentException if a file of certificates is none
   * @throws IOException if it cannot be read
   */
  public void openOn(ServerBuilder server) throws IOException {
    openPort(server);
    limit(server);
    server.service(
        "/metrics",
        (context, request) ->
            HttpResponse.of(
                CompletableFuture.supplyAsync(
                    () ->
                        HttpResponse.of(
                            HttpStatus.OK,
                            MediaType.parse("text/plain; version=0.0.4; charset=utf-8"),
                            metrics.text()),
                    context.blockingTaskExecutor())));
    server.errorHandler(new TurnedAway(log).orElse(ServerErrorHandler.ofDefault()));
    server.decorator(this::around);
    server.disableServerHeader();
    int grace = config.shutdown().graceMillis();
    server.gracefulShutdownTimeoutMillis(Math.min(QUIET_MILLIS, grace), grace);
  }

  private void openPort(ServerBuilder server) throws IOException {
    ServerConfig.Tls tls = config.tls();
    @Nullable Path certificate = tls.certificate();
    @Nullable Path key = tls.key();
    if (certificate == null || key == null) {
      server.http(address);
      return;
    }
    server.https(address);
    Certificates.useOn(server, certificate, key, tls.clientCa(), Certificates.LOOK_AGAIN, log);
  }

  private void limit(ServerBuilder server) {
    ServerConfig.RequestLimits limits = config.limits();
    server.maxRequestLength(limits.requestBytes());
    server.requestTimeoutMillis(limits.requestTimeoutMillis());
    server.idleTimeoutMillis(limits.idleTimeoutMillis());
    server.maxNumConnections(limits.connections());
    // What a caller got wrong is no warning to the operator; each request has its line already.
    server.unloggedExceptionsReportIntervalMillis(0);
    server.http1MaxInitialLineLength(MOST_LINE_BYTES);
    server.http1MaxHeaderSize(MOST_HEADER_BYTES);
    server.http2MaxHeaderListSize(MOST_HEADER_BYTES);
    server.http2MaxStreamsPerConnection(MOST_STREAMS);
    server.childChannelPipelineCustomizer(
        pipeline -> {
          FramingGuard.putInto(pipeline, MOST_LINE_BYTES + MOST_HEADER_BYTES + HEAD_ENDS_BYTES);
          // The answers of a run come together, and so can go out together.
          var unused =
              pipeline.addFirst(
                  new FlushConsolidationHandler(DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true));
          BodyWatch.watch(pipeline, limits.headerTimeoutMillis());
        });
  }

  private HttpService around(HttpService door) {
    ServerConfig.Access access = config.access();
    HttpService service = new BodyWatch(door, config.limits().bodyTimeoutMillis());
    service =
        new Authentication(
            service,
            keys,
            config.tls().mutual() ? Optional.of(config.tls().clientRole()) : Optional.empty());
    if (keys == null) {
      service =
          new BrowserGuard(
              service, address.getAddress().isLoopbackAddress(), Set.copyOf(access.corsOrigins()));
    }
    if (!access.corsOrigins().isEmpty()) {
      service =
          CorsService.builder(access.corsOrigins())
              .allowRequestMethods(CORS_METHODS)
              .allowRequestHeaders("authorization", "x-api-key", "content-type", "x-request-id")
              .exposeHeaders("x-request-id", "retry-after")
              .maxAge(CORS_MEMORY)
              .newDecorator()
              .apply(service);
    }
    return new RequestTrace(service, statistics, recorder, sla, log);
  }
}
