package io.latentry.server.operations;

import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import io.prometheus.metrics.config.EscapingScheme;
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
