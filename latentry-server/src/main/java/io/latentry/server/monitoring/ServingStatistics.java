package io.latentry.server.monitoring;

import io.latentry.core.data.NovelValues;
import io.latentry.core.data.Samples;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Tally;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.VerdictTap;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of the service and what it answered, counted once, with three views: Prometheus',
 * {@link #registry}; the page's, {@link #document}; and Triton's, {@link #inferences}. Thread-safe.
 *
 * <p>Labels are bounded by what the operator put there: names of models that exist, doors,
 * statuses, verdicts; nothing that a caller wrote.
 *
 * <p>Prometheus' own client and not a façade over it, since a façade takes no negative figures, and
 * a score lies below its threshold nearly always.
 */
public final class ServingStatistics implements VerdictTap {
  /** Label of a request that asked no model that exists. */
  private static final String NO_MODEL = "";

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double[] SECONDS = {
    .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30
  };
  private static final double[] COUNTS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096};
  private static final double[] SCORES = {
    -8, -4, -2, -1, -.5, -.25, -.1, 0, .1, .25, .5, 1, 2, 4, 8, 16
  };

  /** Columns of a model that have a series of their own; the rest share one. */
  private static final int MOST_COLUMNS = 256;

  private static final String OTHER_COLUMNS = "(others)";

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
  private final Map<String, Set<String>> novelColumns = new ConcurrentHashMap<>();
  private final Counter novelties =
      counter(
          "latentry_novelties",
          "Values of a kind that training never saw, by column.",
          "model",
          "column");

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
  private final LastMinute lastMinute;
  private final Map<String, Verdicts> verdicts = new ConcurrentHashMap<>();
  private final Map<Version, InferenceCount> inferences = new ConcurrentHashMap<>();

  /** The digest too: a version's number may come back with other content. */
  private record Version(String model, int number, String digest) {
    static Version of(ModelVersion version) {
      return new Version(version.name(), version.version(), version.digest());
    }
  }

  /**
   * @param requestsBySecond of the last {@value LastMinute#SECONDS} seconds that are over, oldest
   *     first; likewise {@code rowsBySecond}
   * @param failed requests of those seconds that the service could not answer (status 500 and up),
   *     or not to the end
   * @param latencyMillis from the first byte of a request to the last of its answer
   * @param models since the service began
   */
  record Document(
      int windowSeconds,
      double requestsPerSecond,
      double rowsPerSecond,
      long failed,
      LastMinute.@Nullable Latency latencyMillis,
      long[] requestsBySecond,
      long[] rowsBySecond,
      Map<String, Verdicts> models) {}

  record Verdicts(long requests, long normal, long anomaly, long unscorable) {
    private static Verdicts of(Tally rows) {
      return new Verdicts(0, rows.normal(), rows.anomaly(), rows.unscorable());
    }

    private Verdicts plus(Verdicts other) {
      return new Verdicts(
          requests + other.requests,
          normal + other.normal,
          anomaly + other.anomaly,
          unscorable + other.unscorable);
    }
  }

  public ServingStatistics(LongSupplier nanoClock) {
    this.lastMinute = new LastMinute(nanoClock);
    CounterWithCallback.builder()
        .name("latentry_rows")
        .help("Rows by verdict.")
        .labelNames("model", "verdict")
        .callback(
            callback ->
                verdicts.forEach(
                    (model, counts) -> {
                      callback.call((double) counts.normal, model, "normal");
                      callback.call((double) counts.anomaly, model, "anomaly");
                      callback.call((double) counts.unscorable, model, "unscorable");
                    }))
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

  /** Prometheus' view; others may add figures of their own. */
  public PrometheusRegistry registry() {
    return registry;
  }

  /** A request came. */
  public void begun() {
    open.inc();
  }

  /**
   * A request is over, whatever it was about.
   *
   * @param model one that exists, or null
   */
  public void ended(String door, @Nullable String model, String status, long nanos) {
    String known = model == null ? NO_MODEL : model;
    open.dec();
    requests.labelValues(door, known, status).inc();
    seconds.labelValues(door, known).observe(nanos / NANOS_PER_SECOND);
  }

  /** A request for verdicts is over. */
  public void answered(String model, long nanos, boolean failed) {
    lastMinute.answered(nanos, failed);
    add(model, new Verdicts(1, 0, 0, 0));
  }

  @Override
  public void judged(ModelVersion version, Samples samples, Judgements judged) {
    String model = version.name();
    DistributionDataPoint distances = scores.labelValues(model);
    for (int row = 0; row < judged.count(); row++) {
      if (judged.verdict(row) == Verdict.UNSCORABLE) {
        unscorable.labelValues(model, UnscorableKind.of(judged.reason(row))).inc();
      } else if (Double.isFinite(judged.threshold(row))) {
        distances.observe(judged.score(row) - judged.threshold(row));
      }
      NovelValues novel = judged.scores().novelties(row);
      if (novel != null) {
        count(model, novel);
      }
    }
    lastMinute.judged(judged.count());
    add(model, Verdicts.of(judged.tally()));
  }

  /** Wide tables must not make a series of each of their columns. */
  private void count(String model, NovelValues novel) {
    Set<String> told = novelColumns.computeIfAbsent(model, m -> ConcurrentHashMap.newKeySet());
    for (String column : novel.features()) {
      boolean known = told.contains(column) || (told.size() < MOST_COLUMNS && told.add(column));
      novelties.labelValues(model, known ? column : OTHER_COLUMNS).inc();
    }
  }

  /** A model is a name that the host knows, so that there are never many. */
  private void add(String model, Verdicts more) {
    Verdicts unused = verdicts.merge(model, more, Verdicts::plus);
  }

  /** A request over the Open Inference Protocol got its tensors. */
  public void inferred(ModelVersion version, int rows, InferenceCount.Times times) {
    InferenceCount unused =
        inferences.compute(
            Version.of(version), (key, count) -> orNone(key, count).plus(rows, times));
  }

  /** A request over the Open Inference Protocol got none. */
  public void notInferred(ModelVersion version, Duration time) {
    InferenceCount unused =
        inferences.compute(
            Version.of(version), (key, count) -> orNone(key, count).plusFailed(time));
  }

  private static InferenceCount orNone(Version key, @Nullable InferenceCount count) {
    return count == null ? InferenceCount.none(key.model, key.number) : count;
  }

  /**
   * The engine ran.
   *
   * @param sharedRequests that shared the run
   */
  public void ran(String model, int ranRows, int sharedRequests, double tookSeconds) {
    runRows.labelValues(model).observe(ranRows);
    runRequests.labelValues(model).observe(sharedRequests);
    runSeconds.labelValues(model).observe(tookSeconds);
  }

  public void loaded(String model) {
    loads.labelValues(model, "loaded").inc();
  }

  public void failed(String model) {
    loads.labelValues(model, "failed").inc();
  }

  public Document document() {
    LastMinute.Look look = lastMinute.look();
    int seconds = Math.max(1, look.requests().length);
    return new Document(
        LastMinute.SECONDS,
        (double) Arrays.stream(look.requests()).sum() / seconds,
        (double) Arrays.stream(look.rows()).sum() / seconds,
        look.failed(),
        look.latency(),
        look.requests(),
        look.rows(),
        new TreeMap<>(verdicts));
  }

  public InferenceCount inferences(ModelVersion version) {
    Version key = Version.of(version);
    return orNone(key, inferences.get(key));
  }
}
