package io.latentry.bench.service;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What came of some seconds of requests.
 *
 * @param seconds from the first request to the last answer
 * @param micros of the requests that were answered with verdicts
 * @param errors requests by status, of the others
 */
record LoadPoint(double seconds, Histogram micros, Map<String, Long> errors) {
  private static final int DIGITS = 3;

  private static final int MOST_UNDER_WAY = 512;

  /** As many requests under way as {@code concurrent}: each answer is followed by a request. */
  static LoadPoint closedLoop(LoadDoor door, int concurrent, double seconds) {
    Run run = new Run(door);
    long end = run.start + (long) (seconds * 1e9);
    CompletableFuture<?>[] lanes = new CompletableFuture<?>[concurrent];
    for (int i = 0; i < concurrent; i++) {
      CompletableFuture<Boolean> lane = new CompletableFuture<>();
      run.goOn(end, lane);
      lanes[i] = lane;
    }
    CompletableFuture.allOf(lanes).join();
    return run.point();
  }

  /**
   * Requests at a fixed rate, whether earlier ones are answered or not. A request's time starts
   * when it was due, so that one that is sent late counts as slow. No more than {@value
   * #MOST_UNDER_WAY} are under way: a pool of connections has an end.
   */
  static LoadPoint openLoop(LoadDoor door, double requestsPerSecond, double seconds) {
    Run run = new Run(door);
    Semaphore places = new Semaphore(MOST_UNDER_WAY);
    int requests = (int) (requestsPerSecond * seconds);
    for (int i = 0; i < requests; i++) {
      long due = run.start + (long) (i * 1e9 / requestsPerSecond);
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      places.acquireUninterruptibly();
      CompletableFuture<?> unused =
          run.send(due).whenComplete((nothing, failure) -> places.release());
    }
    places.acquireUninterruptibly(MOST_UNDER_WAY);
    return run.point();
  }

  long answered() {
    return micros.getTotalCount();
  }

  double requestsPerSecond() {
    return answered() / seconds;
  }

  double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  /** Of requests under way. Thread-safe. */
  private static final class Run {
    private final LoadDoor door;
    private final long start = System.nanoTime();
    private final AtomicInteger number = new AtomicInteger();
    private final Histogram micros = new ConcurrentHistogram(DIGITS);
    private final Map<String, LongAdder> errors = new ConcurrentSkipListMap<>();

    Run(LoadDoor door) {
      this.door = door;
    }

    CompletableFuture<?> send(long from) {
      return door.sender()
          .apply(number.getAndIncrement() & Integer.MAX_VALUE)
          .thenAccept(
              status -> {
                if (status.equals(LoadDoor.OK)) {
                  micros.recordValue((System.nanoTime() - from) / 1000);
                } else {
                  errors.computeIfAbsent(status, s -> new LongAdder()).increment();
                }
              });
    }

    void goOn(long end, CompletableFuture<Boolean> lane) {
      long now = System.nanoTime();
      if (now >= end) {
        lane.complete(true);
        return;
      }
      CompletableFuture<?> unused =
          send(now)
              .whenComplete(
                  (nothing, failure) -> {
                    if (failure == null) {
                      goOn(end, lane);
                    } else {
                      lane.completeExceptionally(failure);
                    }
                  });
    }

    LoadPoint point() {
      Map<String, Long> counts = new TreeMap<>();
      errors.forEach((status, count) -> counts.put(status, count.sum()));
      return new LoadPoint((System.nanoTime() - start) / 1e9, micros, counts);
    }
  }
}
