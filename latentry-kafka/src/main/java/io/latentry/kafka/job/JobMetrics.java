package io.latentry.kafka.job;

import io.latentry.core.verdict.Verdict;
import io.latentry.kafka.StreamListener;
import io.latentry.kafka.StreamVerdict;
import io.latentry.kafka.model.ModelName;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What Prometheus may ask of a job. It counts what was judged: of what was judged and not committed
 * before a thread ended, its successor counts again. Thread-safe.
 */
final class JobMetrics implements StreamListener {
  private static final double[] SECONDS = {
    0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60, 600
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Clock clock;
  private final Map<Verdict, CounterDataPoint> verdicts = new EnumMap<>(Verdict.class);
  private final Counter deadLetters;
  private final Counter takeovers;
  private final Histogram judging;
  private final Histogram age;

  JobMetrics(Clock clock) {
    this.clock = clock;
    Counter byVerdict =
        Counter.builder()
            .name("latentry_stream_verdicts_total")
            .help("Records that got this verdict.")
            .labelNames("verdict")
            .register(registry);
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(verdict, byVerdict.labelValues(verdict.word()));
    }
    this.deadLetters =
        Counter.builder()
            .name("latentry_stream_dead_letters_total")
            .help("Records that could not be read as a whole.")
            .register(registry);
    this.takeovers =
        Counter.builder()
            .name("latentry_stream_takeovers_total")
            .help("Partitions in which another model took over.")
            .register(registry);
    this.judging =
        Histogram.builder()
            .name("latentry_stream_batch_seconds")
            .help("Reading and judging of the records that are judged at once.")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    this.age =
        Histogram.builder()
            .name("latentry_stream_age_seconds")
            .help("From the timestamp of a record to its verdict, the oldest of those at once.")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
  }

  /**
   * @param lag records that are not read yet, over all partitions of this instance
   * @param running 1 if it judges
   */
  void watch(DoubleSupplier lag, DoubleSupplier running) {
    gauge("latentry_stream_lag_records", "Records that are not read yet.", lag);
    gauge("latentry_stream_running", "1 if the job judges.", running);
  }

  /** Decisions of the control topic that took over, and that were refused. */
  void watchDecisions(LongSupplier taken, LongSupplier refused) {
    CounterWithCallback unused =
        CounterWithCallback.builder()
            .name("latentry_stream_decisions_total")
            .help("Decisions of the control topic.")
            .labelNames("outcome")
            .callback(
                callback -> {
                  callback.call((double) taken.getAsLong(), "taken");
                  callback.call((double) refused.getAsLong(), "refused");
                })
            .register(registry);
  }

  /**
   * @param retries requests to the server that were sent again
   * @param waiting threads that wait for it
   */
  void watchRemote(LongSupplier retries, IntSupplier waiting) {
    CounterWithCallback unused =
        CounterWithCallback.builder()
            .name("latentry_stream_remote_retries_total")
            .help("Requests to the server that were sent again.")
            .callback(callback -> callback.call((double) retries.getAsLong()))
            .register(registry);
    gauge(
        "latentry_stream_remote_waiting",
        "Threads that wait for a server that is away.",
        waiting::getAsInt);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback unused =
        GaugeWithCallback.builder()
            .name(name)
            .help(help)
            .callback(callback -> callback.call(value.getAsDouble()))
            .register(registry);
  }

  @Override
  public void judged(List<StreamVerdict> judged, long timestamp, long nanos) {
    for (StreamVerdict verdict : judged) {
      CounterDataPoint point = verdicts.get(verdict.judgement().verdict());
      if (point != null) {
        point.inc();
      }
      if (verdict.deadLetter().isPresent()) {
        deadLetters.inc();
      }
    }
    judging.observe(nanos / 1e9);
    age.observe(Math.max(clock.millis() - timestamp, 0) / 1e3);
  }

  @Override
  public void tookOver(String topic, int partition, long offset, ModelName model) {
    takeovers.inc();
  }

  /** Records that got a verdict. */
  long count(Verdict verdict) {
    CounterDataPoint point = verdicts.get(verdict);
    return point == null ? 0 : (long) point.get();
  }

  /** Records that could not be read as a whole. */
  long deadLetterCount() {
    return (long) deadLetters.get();
  }

  /** In Prometheus' text format. */
  byte[] text() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create()
          .write(bytes, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return bytes.toByteArray();
  }
}
