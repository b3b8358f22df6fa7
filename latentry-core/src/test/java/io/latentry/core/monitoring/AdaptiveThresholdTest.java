package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.calibration.Threshold;
import io.latentry.core.monitoring.AdaptiveThreshold.Raise;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AdaptiveThresholdTest {
  private static final double PROMISED = 0.01;
  private static final double NO_BOUND = 1e9;
  private static final Quantity SCORE = score();
  private static final double[] NORMAL = SCORE.values(SCORE.reference(), 10_000);
  private static final double BASE = NORMAL[9_900];

  private static Quantity score() {
    List<Quantity> all = new WatchedTable(1).quantities;
    return all.get(Quantity.indexOfScore(all));
  }

  /**
   * Rows as normal ones are, but for {@code false} alarms, which lie a little above the threshold.
   */
  private static Profile.Counts rows(long seed, int rows, int falseAlarms, double threshold) {
    Random random = new Random(seed);
    long[] all = new long[SCORE.bins()];
    long[] alarms = new long[SCORE.bins()];
    for (int row = 0; row < rows; row++) {
      double score =
          row < falseAlarms
              ? BASE + 0.2 * (BASE - NORMAL[5_000]) * random.nextDouble()
              : NORMAL[random.nextInt(NORMAL.length)];
      int bin = SCORE.bin(score);
      all[bin]++;
      alarms[bin] += score > threshold ? 1 : 0;
    }
    return new Profile.Counts(all, alarms, 0, 0);
  }

  /** {@code above} rows that the threshold calls anomalies, and others that are far from it. */
  private static Profile.Counts hour(int rows, int above) {
    long[] all = new long[SCORE.bins()];
    all[SCORE.bin(NORMAL[5_000])] = (long) rows - above;
    all[SCORE.bins() - 1] = above;
    return new Profile.Counts(all, new long[SCORE.bins()], 0, 0);
  }

  private static Threshold base(double atMost) {
    return new Threshold(BASE, Threshold.Rule.QUANTILE, PROMISED, atMost, 300, "m", "fit");
  }

  private static long[] alarmsAt(double score) {
    long[] bins = new long[SCORE.bins()];
    bins[SCORE.bin(score)] = 3;
    return bins;
  }

  private static Optional<Raise> raise(Profile.Counts surge, double most, List<long[]> confirmed) {
    return AdaptiveThreshold.raise(SCORE, BASE, most, PROMISED, surge, confirmed);
  }

  @Test
  void tenTimesTheAlarmsAreAsManyAgainAsWasPromised() {
    for (int seed = 0; seed < 20; seed++) {
      Profile.Counts surge = rows(seed, 1_700, 170, BASE);
      Raise raise = raise(surge, NO_BOUND, List.of()).orElseThrow();
      assertThat(raise.threshold()).isGreaterThan(BASE);
      assertThat(raise.reachesPromise()).isTrue();
      assertThat(raise.alarmsLeft()).isLessThanOrEqualTo(17);
      assertThat(raise.alarms()).isGreaterThanOrEqualTo(170);
      // What was replayed is what the same rows are under it.
      Profile.Counts again = rows(seed, 1_700, 170, raise.threshold());
      assertThat(raise.alarmsLeft())
          .as("seed %d", seed)
          .isEqualTo(ThresholdReplay.above(again.alarms(), -1));
    }
  }

  @Test
  void noAlarmThatWasConfirmedIsHiddenForIt() {
    Profile.Counts surge = rows(1, 1_700, 170, BASE);
    Raise free = raise(surge, NO_BOUND, List.of()).orElseThrow();
    double between = (BASE + free.threshold()) / 2;
    for (double confirmed = BASE; confirmed < 2 * free.threshold(); confirmed += 0.01) {
      List<long[]> one = List.of(alarmsAt(confirmed));
      Optional<Raise> raise = raise(surge, NO_BOUND, one);
      raise.ifPresent(
          found -> assertThat(AdaptiveThreshold.isHiding(SCORE, found.threshold(), one)).isFalse());
      if (confirmed > free.threshold()) {
        assertThat(raise)
            .contains(
                new Raise(
                    free.threshold(), free.rows(), free.alarms(), free.alarmsLeft(), 3, true));
      }
    }
    assertThat(AdaptiveThreshold.isHiding(SCORE, free.threshold(), List.of(alarmsAt(between))))
        .isTrue();
  }

  @Test
  void aBoundIsNotPassed() {
    Profile.Counts surge = rows(1, 1_700, 170, BASE);
    double free = raise(surge, NO_BOUND, List.of()).orElseThrow().threshold();
    double most = (BASE + free) / 2;
    raise(surge, most, List.of())
        .ifPresent(
            found -> {
              assertThat(found.threshold()).isLessThanOrEqualTo(most);
              assertThat(found.reachesPromise()).isFalse();
            });
    assertThat(raise(surge, BASE, List.of())).isEmpty();
    assertThat(AdaptiveThreshold.most(3, 1)).isEqualTo(7);
    assertThat(AdaptiveThreshold.most(1, 3)).isEqualTo(1);
  }

  @Test
  void theSurgeIsOverWhenTwoHoursAreCalmByTheThresholdBefore() {
    double raised = raise(rows(1, 1_700, 170, BASE), NO_BOUND, List.of()).orElseThrow().threshold();
    int back = 0;
    for (int seed = 0; seed < 20; seed++) {
      Profile.Counts calm = rows(seed, 1_700, 0, raised);
      Profile.Counts next = rows(100 + seed, 1_700, 0, raised);
      Profile.Counts surge = rows(200 + seed, 1_700, 170, raised);
      back += AdaptiveThreshold.isOver(SCORE, base(0.012), List.of(calm, next)) ? 1 : 0;
      assertThat(AdaptiveThreshold.isOver(SCORE, base(0.012), List.of(calm))).isFalse();
      assertThat(AdaptiveThreshold.isOver(SCORE, base(0.012), List.of(calm, surge))).isFalse();
      assertThat(AdaptiveThreshold.isOver(SCORE, base(0.012), List.of(surge, calm))).isFalse();
    }
    // An hour of 17 alarms on average has more than 25 by chance at times, and another is awaited.
    assertThat(back).isGreaterThanOrEqualTo(17);
  }

  private static boolean isOver(double atMost, Profile.Counts... hours) {
    return AdaptiveThreshold.isOver(SCORE, base(atMost), List.of(hours));
  }

  @Test
  void whereFewRowsComeAsManyHoursAreLookedBackOverAsAnAlarmIsPromisedIn() {
    Profile.Counts none = hour(30, 0);
    Profile.Counts one = hour(30, 1);
    assertThat(isOver(0.012, none, none, none)).as("90 rows").isFalse();
    assertThat(isOver(0.012, none, none, none, none)).isTrue();
    assertThat(isOver(0.012, none, one, none, none)).isTrue();
    assertThat(isOver(0.012, one, one, none, none)).as("two where one is promised").isFalse();
    assertThat(isOver(0.012, hour(30, 30), none, none, none, none)).isTrue();
    Profile.Counts[] day = new Profile.Counts[AdaptiveThreshold.MOST_HOURS];
    Arrays.fill(day, hour(2, 0));
    assertThat(isOver(0.012, day)).as("48 rows in a day").isTrue();
    day[3] = hour(2, 2);
    assertThat(isOver(0.012, day)).isFalse();
  }

  @Test
  void anHourIsCalmWithAsManyAlarmsAsTheBoundOfThePromiseAllows() {
    Profile.Counts hour = hour(1_000, 25);
    assertThat(isOver(0.03, hour, hour)).isTrue();
    assertThat(isOver(0.012, hour, hour)).isFalse();
  }
}
