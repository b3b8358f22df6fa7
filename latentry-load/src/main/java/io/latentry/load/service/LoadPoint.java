package io.latentry.load.service;

import io.netty.channel.EventLoop;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What came of some seconds of requests.
 *
 * @param seconds from the first request to the last answer
 * @param micros of the requests that were answered with verdicts
 * @param errors requests by status, of the others
 */
record LoadPoint(double seconds, Histogram micros, Map<String, Long> errors) {
  /** As many requests under way as {@code concurrent}: each answer is followed by a request. */
  static LoadPoint closedLoop(LoadClient client, LoadDoor door, int concurrent, double seconds) {
    return of(client.loop(), new LoadRun.Closed(door, concurrent, seconds));
  }

  /**
   * Requests that come at random, as those of many independent callers do: a Poisson process of
   * this rate, whether earlier requests are answered or not. A request's time starts when it was
   * due, so that one that is sent late counts as slow.
   *
   * @param seed of the times at which they are due
   */
  static LoadPoint openLoop(
      LoadClient client, LoadDoor door, double requestsPerSecond, double seconds, long seed) {
    return of(
        client.loop(), new LoadRun.Open(client.loop(), door, requestsPerSecond, seconds, seed));
  }

  private static LoadPoint of(EventLoop loop, LoadRun run) {
    loop.execute(run::begin);
    return run.whenOver().join();
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
}
