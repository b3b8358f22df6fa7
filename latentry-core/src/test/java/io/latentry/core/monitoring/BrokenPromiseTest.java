package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BrokenPromiseTest {
  private static final double PROMISED = 0.01;
  private static final double AT_MOST = 0.0165;
  private static final double TOTAL = 0.025;
  private static final int WEEK = 7 * 24;

  private static List<HourCount> quiet(long seed, int hours, double times) {
    Random random = new Random(seed);
    List<HourCount> counts = new ArrayList<>();
    double level = 0;
    for (int hour = 0; hour < hours; hour++) {
      level = 0.7 * level + 0.3 * random.nextGaussian();
      int rows = 600 + 100 * (hour % 12);
      double rate = times * PROMISED * Math.exp(level - 0.09 / 0.51 / 2);
      int alarms = 0;
      for (int row = 0; row < rows; row++) {
        alarms += random.nextDouble() < rate ? 1 : 0;
      }
      counts.add(new HourCount(hour, rows, alarms, 0, PROMISED, AT_MOST));
    }
    return counts;
  }

  private static boolean isBroken(List<HourCount> counts, int now, int hours) {
    List<HourCount> seen =
        counts.stream().filter(c -> c.hour() >= now - hours - WEEK && c.hour() <= now).toList();
    return BrokenPromise.of(seen, now, hours, LookLevels.of(6L * (now + 1), TOTAL)).isPresent();
  }

  @Test
  void aPromiseThatIsKeptIsNeverCalledBroken() {
    int calls = 0;
    for (int model = 0; model < 20; model++) {
      List<HourCount> counts = quiet(model, 30 * 24, 1);
      for (int now = 1; now < 30 * 24; now++) {
        calls += isBroken(counts, now, 24) || isBroken(counts, now, 6) ? 1 : 0;
      }
    }
    assertThat(calls).isZero();
  }

  @Test
  void aRateThatIsTooHighByTooLittleForASurgeIsCalledIfItLasts() {
    int called = 0;
    for (int model = 0; model < 20; model++) {
      List<HourCount> counts = quiet(model, WEEK, 1);
      // Three times the promise, not twice its upper bound.
      quiet(100 + model, 3 * 24, 3)
          .forEach(
              c ->
                  counts.add(
                      new HourCount(
                          WEEK + c.hour(), c.judged(), c.alarms(), 0, PROMISED, AT_MOST)));
      assertThat(isBroken(counts, WEEK + 6, 48)).isFalse();
      called += isBroken(counts, WEEK + 72, 48) ? 1 : 0;
    }
    // Hours that follow each other go together here, which leaves few that count.
    assertThat(called).isGreaterThanOrEqualTo(15);
  }

  private static List<HourCount> exactly(int hours, int alarms, int from, int to, int many) {
    List<HourCount> counts = new ArrayList<>();
    for (int hour = 0; hour < hours; hour++) {
      boolean isBurst = hour >= from && hour < to;
      counts.add(new HourCount(hour, 10_000, isBurst ? many : alarms, 0, PROMISED, AT_MOST));
    }
    return counts;
  }

  @Test
  void neitherABurstThatIsOverNorOneThatHasJustBegunIsABrokenPromise() {
    assertThat(isBroken(exactly(48, 100, 0, 0, 0), 48, 24)).isFalse();
    assertThat(isBroken(exactly(48, 100, 24, 48, 400), 48, 24)).isTrue();
    assertThat(isBroken(exactly(48, 100, 24, 35, 4_000), 48, 24)).as("over").isFalse();
    assertThat(isBroken(exactly(48, 100, 37, 48, 4_000), 48, 24)).as("just begun").isFalse();
  }

  @Test
  void theHourUnderWayFewHoursAndOtherPromisesDoNotCount() {
    List<HourCount> counts = exactly(6, 400, 0, 0, 0);
    assertThat(isBroken(counts, 5, 6)).as("five full hours").isFalse();
    assertThat(isBroken(counts, 6, 6)).isTrue();
    assertThat(isBroken(counts, 12, 6)).as("none of the last six").isFalse();
    // From the last hour on another threshold is in force.
    HourCount last = counts.get(5);
    counts.set(5, new HourCount(5, last.judged(), last.alarms(), 0, 0.02, 0.03));
    assertThat(isBroken(counts, 6, 6)).isFalse();
  }

  @Test
  void itSaysItsFigures() {
    List<HourCount> counts = exactly(48, 300, 0, 0, 0);
    assertThat(BrokenPromise.of(counts, 48, 24, 1e-3))
        .hasValueSatisfying(
            broken ->
                assertThat(broken.words())
                    .isEqualTo(
                        "3.00 % alarms of 240000 rows in 24 hours, where at most 1.65 % are"
                            + " promised"));
  }
}
