package io.latentry.server.operations;

import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Prometheus may ask. Labels are bounded by what the operator put there: names of models that
 * exist, doors, statuses, verdicts; nothing that a caller wrote. Thread-safe.
 *
 * <p>Prometheus' own client and not a façade over it, since a façade takes no negative figures, and
 * a score lies below its threshold nearly always.
 */
final class ServiceMetrics {
  /** Label of a request that asked no model that exists. */
  private static final String NO_MODEL = "";

  private static final double[] SECONDS = {
    .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30
  };
  private static final double[] COUNTS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096};
  private static final double[] SCORES = {
    -8, -4, -2, -1, -.5, -.25, -.1, 0, .1, .25, .5, 1, 2, 4, 8, 16
  };

  /** Where a reason for being unscorable begins so, it is of that kind. */
  private static final Set<String> KINDS =
      Set.of("not finite", "unseen category", "missing value", "every value is missing");

  private static final String OTHER_KIND = "other";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests =
      counter("latentry_requests", "Answered requests.", "door", "model", "status");
  private final Histogram seconds =
      histogram(
          "latentry_request_seconds",
          "From the headers of a request to the end of its answer.",
          SECONDS,
          "door",
          "model");
  private final Gauge open =
      Gauge.builder().name("latentry_requests_open").help("Requests under way.").register(registry);
  private final Histogram runRows =
      histogram("latentry_run_rows", "Rows of a run of the engine.", COUNTS, "model");
  private final Histogram runRequests =
      histogram(
          "latentry_run_requests", "Requests that shared a run of the engine.", COUNTS, "model");
  private final Histogram runSeconds =
      histogram("latentry_run_seconds", "A run of the engine.", SECONDS, "model");
  private final Counter rows = counter("latentry_rows", "Rows by verdict.", "model", "verdict");
  private final Counter unscorable =
      counter(
          "latentry_unscorable_rows", "Unscorable rows by the kind of reason.", "model", "kind");
  private final Histogram scores =
      histogram(
          "latentry_score_above_threshold",
          "Score minus threshold; above 0 is an anomaly.",
          SCORES,
          "model");
  private final Counter loads =
      counter(
          "latentry_model_loads", "Versions that were loaded or could not be.", "model", "outcome");

  ServiceMetrics() {
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

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Histogram histogram(String name, String help, double[] bounds, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(bounds)
        .labelNames(labels)
        .register(registry);
  }

  void begun() {
    open.inc();
  }

  /**
   * @param model one that exists, or null
   */
  void ended(Doorway door, @Nullable String model, String status, double tookSeconds) {
    String known = model == null ? NO_MODEL : model;
    open.dec();
    requests.labelValues(door.word(), known, status).inc();
    seconds.labelValues(door.word(), known).observe(tookSeconds);
  }

  void ran(String model, int ranRows, int sharedRequests, double tookSeconds) {
    runRows.labelValues(model).observe(ranRows);
    runRequests.labelValues(model).observe(sharedRequests);
    runSeconds.labelValues(model).observe(tookSeconds);
  }

  void judged(String model, Judgements judged) {
    double threshold = judged.threshold().score();
    DistributionDataPoint distances = scores.labelValues(model);
    for (int row = 0; row < judged.count(); row++) {
      if (judged.reason(row).isEmpty()) {
        distances.observe(judged.score(row) - threshold);
      } else {
        unscorable.labelValues(model, kind(judged.reason(row))).inc();
      }
    }
    for (Verdict verdict : Verdict.values()) {
      CounterDataPoint count = rows.labelValues(model, word(verdict));
      count.inc(judged.count(verdict));
    }
  }

  void loaded(String model) {
    loads.labelValues(model, "loaded").inc();
  }

  void failed(String model) {
    loads.labelValues(model, "failed").inc();
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

  private static String kind(String reason) {
    int end = reason.indexOf(':');
    String first = end < 0 ? reason : reason.substring(0, end);
    return KINDS.contains(first) ? first.replace(' ', '_') : OTHER_KIND;
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
