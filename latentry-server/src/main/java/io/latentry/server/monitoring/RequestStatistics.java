package io.latentry.server.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How many requests for verdicts were answered in the last minute, how fast, and with what
 * verdicts. Thread-safe.
 */
public final class RequestStatistics {
  static final int WINDOW_SECONDS = 60;

  private static final long MOST_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final int DIGITS = 2;

  private final LongSupplier nanoClock;
  private final long start;
  private final Slot[] slots = new Slot[WINDOW_SECONDS];
  private final Map<String, long[]> byModel = new TreeMap<>();

  /** One second. */
  private static final class Slot {
    final long second;
    long requests;
    long failed;
    long rows;
    @Nullable Histogram micros;

    Slot(long second) {
      this.second = second;
    }
  }

  /**
   * @param requestsBySecond of the last {@value #WINDOW_SECONDS} seconds that are over, oldest
   *     first; likewise {@code rowsBySecond}
   * @param failed requests of those seconds that the service could not answer (status 500 and up),
   *     or not to the end
   * @param models since the service began
   */
  record Document(
      int windowSeconds,
      double requestsPerSecond,
      double rowsPerSecond,
      long failed,
      @Nullable Latency latencyMillis,
      long[] requestsBySecond,
      long[] rowsBySecond,
      Map<String, Verdicts> models) {}

  /** Quantiles of the time from the first byte of a request to the last of its answer. */
  record Latency(double p50, double p90, double p99, double p999, double max) {}

  record Verdicts(long requests, long normal, long anomaly, long unscorable) {}

  RequestStatistics(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
  }

  synchronized void answered(String model, long nanos, boolean failed) {
    Slot slot = slot();
    slot.requests++;
    slot.failed += failed ? 1 : 0;
    if (slot.micros == null) {
      slot.micros = new Histogram(MOST_MICROS, DIGITS);
    }
    slot.micros.recordValue(Math.min(MOST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
    counts(model)[0]++;
  }

  synchronized void judged(String model, long normal, long anomaly, long unscorable) {
    slot().rows += normal + anomaly + unscorable;
    long[] counts = counts(model);
    counts[1] += normal;
    counts[2] += anomaly;
    counts[3] += unscorable;
  }

  public synchronized Document document() {
    long now = second();
    List<Slot> window = new ArrayList<>();
    for (long second = Math.max(0, now - WINDOW_SECONDS); second < now; second++) {
      Slot slot = slots[(int) (second % WINDOW_SECONDS)];
      window.add(slot != null && slot.second == second ? slot : new Slot(second));
    }
    Histogram micros = new Histogram(MOST_MICROS, DIGITS);
    window.stream().filter(s -> s.micros != null).forEach(s -> micros.add(s.micros));
    long[] requests = window.stream().mapToLong(s -> s.requests).toArray();
    long[] rows = window.stream().mapToLong(s -> s.rows).toArray();
    int seconds = Math.max(1, window.size());
    Map<String, Verdicts> models = new TreeMap<>();
    byModel.forEach((name, c) -> models.put(name, new Verdicts(c[0], c[1], c[2], c[3])));
    return new Document(
        WINDOW_SECONDS,
        (double) java.util.Arrays.stream(requests).sum() / seconds,
        (double) java.util.Arrays.stream(rows).sum() / seconds,
        window.stream().mapToLong(s -> s.failed).sum(),
        micros.getTotalCount() == 0 ? null : latency(micros),
        requests,
        rows,
        models);
  }

  private static Latency latency(Histogram micros) {
    return new Latency(
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(90) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3);
  }

  /** A model is a name that the host knows, so that there are never many. */
  private long[] counts(String model) {
    return byModel.computeIfAbsent(model, name -> new long[4]);
  }

  private long second() {
    return TimeUnit.NANOSECONDS.toSeconds(nanoClock.getAsLong() - start);
  }

  private Slot slot() {
    long second = second();
    int at = (int) (second % WINDOW_SECONDS);
    Slot slot = slots[at];
    if (slot == null || slot.second != second) {
      slot = new Slot(second);
      slots[at] = slot;
    }
    return slot;
  }
}
