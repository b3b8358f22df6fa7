package io.latentry.server.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RequestStatisticsTest {
  private final AtomicLong nanos = new AtomicLong(5);
  private final RequestStatistics statistics = new RequestStatistics(nanos::get);

  @Test
  void ratesAndQuantilesAreOfTheLastMinuteAlone() {
    statistics.answered("m", TimeUnit.SECONDS.toNanos(9), true);
    pass(61);
    for (int i = 1; i <= 100; i++) {
      statistics.answered("m", TimeUnit.MILLISECONDS.toNanos(i), false);
      statistics.judged("m", 2, 1, 0);
    }
    pass(1);
    RequestStatistics.Document document = statistics.document();
    assertThat(document.requestsPerSecond()).isEqualTo(100 / 60.0);
    assertThat(document.rowsPerSecond()).isEqualTo(300 / 60.0);
    assertThat(document.failed()).isZero();
    assertThat(document.requestsBySecond()).hasSize(60).endsWith(100);
    assertThat(document.latencyMillis().p50()).isBetween(49.0, 51.0);
    assertThat(document.latencyMillis().p99()).isBetween(98.0, 100.0);
    assertThat(document.models().get("m"))
        .isEqualTo(new RequestStatistics.Verdicts(101, 200, 100, 0));
    pass(60);
    assertThat(statistics.document().latencyMillis()).isNull();
    assertThat(statistics.document().requestsPerSecond()).isZero();
  }

  @Test
  void aSecondUnderWayIsNotCountedYet() {
    statistics.answered("m", 1_000, false);
    assertThat(statistics.document().requestsPerSecond()).isZero();
    pass(1);
    assertThat(statistics.document().requestsPerSecond()).isEqualTo(1);
  }

  private void pass(int seconds) {
    long unused = nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }
}
