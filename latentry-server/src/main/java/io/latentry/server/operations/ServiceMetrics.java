package io.latentry.server.operations;

import io.latentry.server.config.ServerConfig;
import io.latentry.server.monitoring.IncidentRecorder;
import io.latentry.server.monitoring.Recorder;
import io.latentry.server.monitoring.SlaWatch;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.notification.Delivery;
import io.latentry.server.notification.Notifier;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.registry.Outbox;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What Prometheus may ask: what {@link io.latentry.server.monitoring.ServingStatistics} counts, how
 * the models stand, and the JVM. Thread-safe.
 */
final class ServiceMetrics {
  private final PrometheusRegistry registry;

  ServiceMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    JvmMetrics.builder().register(registry);
  }

  /** From now on the state of these models is told as well. */
  void watch(OpenModels models, Readiness readiness, Clock clock) {
    ModelHost host = models.host();
    GaugeWithCallback.builder()
        .name("latentry_queue_rows")
        .help("Rows that wait for the engine.")
        .labelNames("model")
        .callback(
            callback ->
                host.versions().stream()
                    .map(ModelVersion::name)
                    .distinct()
                    .forEach(name -> callback.call(models.queuedRows().applyAsInt(name), name)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_ready")
        .help("1 if the service should be sent requests.")
        .callback(callback -> callback.call(readiness.getAsBoolean() ? 1 : 0))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_model_age_seconds")
        .help("Since a version was added.")
        .labelNames("model", "version", "role")
        .callback(
            callback ->
                host.versions()
                    .forEach(
                        version ->
                            callback.call(
                                Duration.between(version.addedAt(), clock.instant()).toMillis()
                                    / 1e3,
                                version.name(),
                                Integer.toString(version.version()),
                                word(version.role()))))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_model_state")
        .help("1 for the state that a version is in.")
        .labelNames("model", "version", "state")
        .callback(
            callback ->
                host.versions()
                    .forEach(
                        version ->
                            callback.call(
                                1,
                                version.name(),
                                Integer.toString(version.version()),
                                word(version.state()))))
        .register(registry);
  }

  /** From now on how much is recorded of rows is told as well. */
  void watch(RowRecorder rows) {
    CounterWithCallback.builder()
        .name("latentry_recorded_rows")
        .help("Rows, or their scores, that were written to the store's folder.")
        .callback(callback -> callback.call((double) rows.writtenRows()))
        .register(registry);
    CounterWithCallback.builder()
        .name("latentry_recorded_rows_missed")
        .help("Rows that were not, since too many came at once, or they could not be written.")
        .callback(callback -> callback.call((double) rows.missedRows()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_recorded_bytes")
        .help("Of the files of recorded rows, as of a minute ago.")
        .callback(callback -> callback.call((double) rows.bytes()))
        .register(registry);
  }

  /** From now on what is recorded of the champions is told as well. */
  void watch(ModelHost host, Watch watch, Recorder recorder, IncidentRecorder incidents) {
    GaugeWithCallback.builder()
        .name("latentry_watch_pages")
        .help(
            "1 if somebody should look at the champion: drift with alarms, surge, silence, no"
                + " data.")
        .labelNames("model", "state")
        .callback(
            callback ->
                looks(host, watch)
                    .forEach(
                        look ->
                            callback.call(look.pages() ? 1 : 0, look.model(), word(look.state()))))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_segments_paging")
        .help("Segments of the champion's rows that somebody should look at.")
        .labelNames("model")
        .callback(
            callback ->
                looks(host, watch)
                    .filter(look -> !look.segments().isEmpty())
                    .forEach(
                        look -> callback.call((double) look.pagingSegments().size(), look.model())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_alarm_rate")
        .help("Share of the rows of the last day that were anomalies, by the champion.")
        .labelNames("model")
        .callback(
            callback ->
                looks(host, watch)
                    .filter(look -> look.alarms().day().judged() > 0)
                    .forEach(
                        look ->
                            callback.call(
                                (double) look.alarms().day().alarms()
                                    / look.alarms().day().judged(),
                                look.model())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_drifted")
        .help("Comparisons of the champion's columns, latent means and scores that are a drift.")
        .labelNames("model")
        .callback(
            callback ->
                looks(host, watch)
                    .forEach(
                        look -> callback.call((double) look.driftedComparisons(), look.model())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_incidents_alerting")
        .help("Incidents that call for somebody.")
        .labelNames("model")
        .callback(
            callback ->
                incidents
                    .alerting()
                    .forEach((model, count) -> callback.call((double) count, model)))
        .register(registry);
    CounterWithCallback.builder()
        .name("latentry_incidents_missed_alarms")
        .help("Anomalies that are in no incident, since too many came at once.")
        .callback(callback -> callback.call((double) incidents.missedAlarms()))
        .register(registry);
    CounterWithCallback.builder()
        .name("latentry_recording_missed_rows")
        .help("Rows that were judged and not recorded, since too many came at once.")
        .callback(callback -> callback.call((double) recorder.missedRows()))
        .register(registry);
    CounterWithCallback.builder()
        .name("latentry_recording_missed_latent_means")
        .help("Rows of a sample whose latent means are not recorded, since too many waited.")
        .callback(callback -> callback.call((double) recorder.missedLatentMeans()))
        .register(registry);
  }

  /** From now on latency against what was agreed, and how much room there is, are told as well. */
  void watch(SlaWatch sla, ServerConfig.Batching batching) {
    GaugeWithCallback.builder()
        .name("latentry_sla_burn_rate")
        .help("Share of requests that were too slow or failed, over the share that may be.")
        .labelNames("model", "door", "sla", "window")
        .callback(
            callback ->
                sla.standings()
                    .forEach(
                        of -> {
                          if (of.requests() > 0) {
                            callback.call(of.burn(), of.model(), of.door(), of.sla(), "short");
                          }
                          if (!Double.isNaN(of.burnLong())) {
                            callback.call(of.burnLong(), of.model(), of.door(), of.sla(), "long");
                          }
                        }))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_sla_breached")
        .help("1 if requests are slower than was agreed, by more than chance, and still.")
        .labelNames("model", "door", "sla")
        .callback(
            callback ->
                sla.standings()
                    .forEach(
                        of ->
                            callback.call(of.breached() ? 1 : 0, of.model(), of.door(), of.sla())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_queue_rows_limit")
        .help("Rows that may wait for the engine.")
        .callback(callback -> callback.call(batching.queueRows()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_workers")
        .help("Runs of the engine at one time, at most.")
        .callback(callback -> callback.call(batching.workers()))
        .register(registry);
  }

  /** From now on what receivers are told is counted as well. */
  void watch(Delivery delivery, Notifier notifier, Outbox outbox) {
    CounterWithCallback.builder()
        .name("latentry_notifications")
        .help("Messages to receivers since the start: sent, tries that failed, given up.")
        .labelNames("destination", "outcome")
        .callback(
            callback ->
                delivery
                    .counts()
                    .forEach(
                        (name, counts) -> {
                          callback.call((double) counts.sent(), name, "sent");
                          callback.call((double) counts.failed(), name, "failed");
                          callback.call((double) counts.dropped(), name, "dropped");
                        }))
        .register(registry);
    GaugeWithCallback.builder()
        .name("latentry_notifications_waiting")
        .help("Messages that a receiver does not have yet.")
        .labelNames("destination")
        .callback(
            callback -> {
              Map<String, Long> waiting = waiting(outbox);
              delivery
                  .counts()
                  .keySet()
                  .forEach(name -> callback.call((double) waiting.getOrDefault(name, 0L), name));
            })
        .register(registry);
    CounterWithCallback.builder()
        .name("latentry_alerts_muted")
        .help("Alerts that began in a maintenance window and were not told.")
        .callback(callback -> callback.call((double) notifier.mutedAlerts()))
        .register(registry);
  }

  /** A store that does not answer fails no scrape. */
  private static Map<String, Long> waiting(Outbox outbox) {
    try {
      return outbox.waiting();
    } catch (RegistryException e) {
      return Map.of();
    }
  }

  /** Those that were had already: a scrape waits for no look. */
  private static Stream<Watch.Look> looks(ModelHost host, Watch watch) {
    return host.versions().stream()
        .filter(version -> version.role() == ModelVersion.Role.CHAMPION)
        .flatMap(version -> watch.latest(version).stream());
  }

  /** All of it, in Prometheus' text format. */
  String text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape(), EscapingScheme.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
