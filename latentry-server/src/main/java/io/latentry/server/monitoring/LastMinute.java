package io.latentry.server.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Requests for verdicts, their rows and how long they took, by second. Thread-safe. */
final class LastMinute {
  static final int SECONDS = 60;

  private static final long MOST_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final int DIGITS = 2;

  private final LongSupplier nanoClock;
  private final long start;
  private final Slot[] slots = new Slot[SECONDS];

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
   * The seconds that are over, at most {@value #SECONDS}.
   *
   * @param requests by second, oldest first; likewise {@code rows}
   * @param latency null if there was no request
   */
  record Look(long[] requests, long[] rows, long failed, @Nullable Latency latency) {}

  /** Quantiles in milliseconds. */
  record Latency(double p50, double p90, double p99, double p999, double max) {}

  LastMinute(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
  }

  synchronized void answered(long nanos, boolean failed) {
    Slot slot = slot();
    slot.requests++;
    slot.failed += failed ? 1 : 0;
    if (slot.micros == null) {
      slot.micros = new Histogram(MOST_MICROS, DIGITS);
    }
    slot.micros.recordValue(Math.min(MOST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
  }

  synchronized void judged(long rows) {
    slot().rows += rows;
  }

  synchronized Look look() {
    long now = second();
    List<Slot> window = new ArrayList<>();
    for (long second = Math.max(0, now - SECONDS); second < now; second++) {
      Slot slot = slots[(int) (second % SECONDS)];
      window.add(slot != null && slot.second == second ? slot : new Slot(second));
    }
    Histogram micros = new Histogram(MOST_MICROS, DIGITS);
    window.stream().filter(s -> s.micros != null).forEach(s -> micros.add(s.micros));
    return new Look(
        bySecond(window, slot -> slot.requests),
        bySecond(window, slot -> slot.rows),
        window.stream().mapToLong(slot -> slot.failed).sum(),
        micros.getTotalCount() == 0 ? null : latency(micros));
  }

  private static long[] bySecond(List<Slot> window, ToLongFunction<Slot> figure) {
    return window.stream().mapToLong(figure).toArray();
  }

  private static Latency latency(Histogram micros) {
    return new Latency(
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(90) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3);
  }

  private long second() {
    return TimeUnit.NANOSECONDS.toSeconds(nanoClock.getAsLong() - start);
  }

  private Slot slot() {
    long second = second();
    int at = (int) (second % SECONDS);
    Slot slot = slots[at];
    if (slot == null || slot.second != second) {
      slot = new Slot(second);
      slots[at] = slot;
    }
    return slot;
  }
}
