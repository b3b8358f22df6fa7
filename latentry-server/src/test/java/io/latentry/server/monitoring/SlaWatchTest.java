package io.latentry.server.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.server.config.LatencySla;
import io.latentry.server.config.ServerConfigReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Latency against what was agreed. */
final class SlaWatchTest {
  private static final long FAST = Duration.ofMillis(2).toNanos();
  private static final long SLOW = Duration.ofMillis(9).toNanos();

  private final Moved clock = new Moved();
  private final SlaWatch watch = new SlaWatch(agreed("p99 5ms over 5m"), clock);

  private static final class Moved extends Clock {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static List<LatencySla> agreed(String text) {
    try {
      return ServerConfigReader.read(Optional.empty(), Map.of(), Map.of("watch.sla", text))
          .watch()
          .agreed();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A request a second, one of so many slow; none for 0. */
  private void pass(int minutes, int oneOf) {
    for (int second = 0; second < 60 * minutes; second++) {
      watch.answered("pump", "http", oneOf > 0 && second % oneOf == 0 ? SLOW : FAST, false);
      clock.now = clock.now.plusSeconds(1);
    }
  }

  private SlaWatch.Standing standing() {
    return watch.standings().get(0);
  }

  @Test
  void whatIsAgreedIsReadAndWhatIsNoneIsRefused() {
    LatencySla sla = agreed("pump: p99.9 1.5s over 2h").get(0);
    assertThat(sla.isAbout("pump")).isTrue();
    assertThat(sla.isAbout("press")).isFalse();
    assertThat(sla.millis()).isEqualTo(1500);
    assertThat(sla.window()).isEqualTo(Duration.ofHours(2));
    assertThat(sla.promised()).isCloseTo(0.999, within(1e-9));
    for (String wrong : List.of("p99 5ms", "p0 5ms over 5m", "p99 5 over 5m", "p99 5ms over 1s")) {
      assertThatThrownBy(() -> agreed(wrong))
          .as(wrong)
          .hasMessageContaining("watch.sla: '" + wrong + "' (expected: such as 'p99 5ms over 5m'");
    }
  }

  @Test
  void anOutageIsSaidWithinAWindowAndThatItIsOver() {
    pass(60, 0);
    assertThat(standing().breached()).isFalse();
    assertThat(standing().burn()).isZero();
    pass(5, 2);
    assertThat(standing().breached()).isTrue();
    assertThat(standing().burn()).isCloseTo(50, within(1.0));
    pass(6, 0);
    assertThat(standing().breached()).isFalse();
    assertThat(standing().burnLong()).isGreaterThan(1);
  }

  @Test
  void aLittleTooMuchForLongIsSaidToo() {
    pass(30, 25);
    assertThat(standing().burn()).isCloseTo(4, within(0.5));
    assertThat(standing().breached()).isTrue();
  }

  @Test
  void aShortBurstInAnHourThatWasAsAgreedIsNot() {
    pass(59, 0);
    pass(1, 3);
    // 20 of 3600 in the hour: within 1 %.
    assertThat(standing().burn()).isGreaterThan(1);
    assertThat(standing().breached()).isFalse();
  }

  @Test
  void whatIsAsAgreedIsSeldomCalledByChance() {
    SplittableRandom random = new SplittableRandom(7);
    int called = 0;
    for (int trial = 0; trial < 200; trial++) {
      SlaWatch one = new SlaWatch(agreed("p99 5ms over 5m"), clock);
      for (int second = 0; second < 600; second++) {
        one.answered("pump", "http", random.nextDouble() < 0.01 ? SLOW : FAST, false);
        clock.now = clock.now.plusSeconds(1);
      }
      called += one.standings().get(0).breached() ? 1 : 0;
    }
    assertThat(called).isLessThanOrEqualTo(2);
  }

  @Test
  void anotherProcessGoesOnFromWhatWasKept() {
    pass(30, 25);
    SlaWatch next = new SlaWatch(agreed("p99 5ms over 5m"), clock);
    next.restore(watch.counts());
    assertThat(next.standings()).isEqualTo(watch.standings());
    assertThat(next.standings().get(0).breached()).isTrue();
    clock.now = clock.now.plus(Duration.ofMinutes(2));
    assertThat(next.standings().get(0).requests()).isEqualTo(150L);

    SlaWatch other = new SlaWatch(agreed("p99 6ms over 5m"), clock);
    other.restore(watch.counts());
    assertThat(other.standings()).as("what is agreed no more").isEmpty();
  }

  @Test
  void aFailureCountsAsSlowAndDoorsAndModelsStandByThemselves() {
    for (int i = 0; i < 200; i++) {
      watch.answered("pump", "http", FAST, true);
      watch.answered("pump", "grpc", FAST, false);
      watch.answered("press", "http", FAST, false);
    }
    assertThat(watch.standings())
        .extracting(of -> of.model() + " " + of.door() + " " + of.breached())
        .containsExactly("press http false", "pump grpc false", "pump http true");
    clock.now = clock.now.plus(Duration.ofHours(2));
    assertThat(watch.standings()).extracting(SlaWatch.Standing::requests).containsOnly(0L);
    assertThat(watch.standings()).extracting(SlaWatch.Standing::breached).containsOnly(false);
  }
}
