package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.monitoring.AlarmWatch.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AlarmWatchTest {
  private static final int MODELS = Integer.getInteger("latentry.tables", 6);
  private static final double PROMISED = 0.01;
  private static final double AT_MOST = 0.0165;
  private static final double TOTAL = 0.025;

  @Test
  void overThirtyQuietDaysOfSomeModelsWithTwentyLooksADayNobodyIsCalled() {
    int calls = 0;
    for (int model = 0; model < MODELS; model++) {
      Hours hours = new Hours(model);
      for (int hour = 0; hour < 30 * 24; hour++) {
        hours.add(hour, 1);
        if (hour % 24 >= 4 && hours.look(hour).call().isAlarming()) {
          calls++;
        }
      }
    }
    assertThat(calls).isZero();
  }

  @Test
  void lookingAgainAndAgainAtALevelThatIsNotSpentCallsQuietModels() {
    int calls = 0;
    for (int model = 0; model < 20 && calls == 0; model++) {
      Hours hours = new Hours(model);
      for (int hour = 0; hour < 30 * 24 && calls == 0; hour++) {
        hours.add(hour, 1);
        calls += hours.look(hour, 0.5).call().isAlarming() ? 1 : 0;
      }
    }
    assertThat(calls).isPositive();
  }

  @Test
  void tenTimesTheAlarmsAreASurgeWithinTheHourNearlyAlways() {
    int now = 14 * 24 + 11;
    int called = 0;
    int later = 0;
    for (int model = 0; model < 20; model++) {
      Hours hours = new Hours(model);
      for (int hour = 0; hour < now; hour++) {
        hours.add(hour, 1);
      }
      hours.add(now, 10);
      AlarmWatch look = hours.look(now);
      if (look.call() == Call.SURGE) {
        called++;
        assertThat(look.since()).hasValue(now);
      }
      hours.add(now + 1, 10);
      hours.add(now + 2, 10);
      later += hours.look(now + 2).call() == Call.SURGE ? 1 : 0;
    }
    // Rates of an hour differ by a factor of 1.5; those that are left out had the least.
    assertThat(called).isGreaterThanOrEqualTo(17);
    // Of 700 rows in place of 1,700, which would tell less by themselves.
    assertThat(later).isGreaterThanOrEqualTo(called);
  }

  @Test
  void aSurgeGoesOnAndIsOverWhenItIs() {
    Hours hours = new Hours(3);
    for (int hour = 0; hour < 7 * 24; hour++) {
      hours.add(hour, 1);
    }
    for (int hour = 7 * 24; hour < 7 * 24 + 8; hour++) {
      hours.add(hour, 12);
    }
    AlarmWatch surge = hours.look(7 * 24 + 7);
    assertThat(surge.call()).isEqualTo(Call.SURGE);
    assertThat(surge.since()).hasValue(7 * 24);
    for (int hour = 7 * 24 + 8; hour < 9 * 24; hour++) {
      hours.add(hour, 1);
    }
    assertThat(hours.look(9 * 24 - 1).call()).isEqualTo(Call.AS_PROMISED);
  }

  @Test
  void aRateThatIsTooHighByTooLittleForAnHourIsSeenOverADay() {
    Hours hours = new Hours(4);
    for (int hour = 0; hour < 48; hour++) {
      hours.addExactly(hour, 100, 4);
    }
    assertThat(hours.look(48).call()).isEqualTo(Call.SURGE);
  }

  @Test
  void aDetectorThatNeverAlarmsIsSilent() {
    Hours hours = new Hours(5);
    for (int hour = 0; hour < 7 * 24; hour++) {
      hours.add(hour, 1);
    }
    assertThat(hours.look(7 * 24).call()).isEqualTo(Call.AS_PROMISED);
    for (int hour = 7 * 24; hour < 8 * 24 + 1; hour++) {
      hours.add(hour, 0);
    }
    assertThat(hours.look(8 * 24 + 1).call()).isEqualTo(Call.SILENCE);
  }

  @Test
  void noRowsForLongerThanEverInAWeekAreTold() {
    Hours hours = new Hours(6);
    for (int hour = 0; hour < 5 * 24; hour++) {
      if (hour % 24 < 20) {
        hours.add(hour, 1);
      }
    }
    // Four hours a night are usual; thrice that is not.
    assertThat(hours.look(5 * 24 + 3).call()).isNotEqualTo(Call.NO_DATA);
    assertThat(hours.look(5 * 24 + 7).call()).isNotEqualTo(Call.NO_DATA);
    AlarmWatch gone = hours.look(5 * 24 + 8);
    assertThat(gone.call()).isEqualTo(Call.NO_DATA);
    assertThat(gone.since()).hasValue(5 * 24 - 4);
  }

  @Test
  void fewHoursSayNothing() {
    Hours hours = new Hours(7);
    for (int hour = 0; hour < 5; hour++) {
      hours.addExactly(hour, 1_000, 500);
    }
    assertThat(hours.look(5).call()).isEqualTo(Call.WARMING_UP);
    assertThat(AlarmWatch.of(List.of(), 5, hour -> 0.01).call()).isEqualTo(Call.WARMING_UP);
  }

  @Test
  void theLevelsOfAllLooksTogetherAreThatOfAll() {
    double sum = 0;
    for (long look = 1; look <= 10_000_000; look++) {
      sum += LookLevels.of(look, 0.05);
    }
    assertThat(sum).isLessThan(0.05).isGreaterThan(0.045);
  }

  /** Hours whose alarm rates differ by more than chance and go together. */
  private static final class Hours {
    private final Random random;
    private final List<HourCount> all = new ArrayList<>();
    private double level;

    Hours(long seed) {
      random = new Random(seed);
    }

    void add(int hour, double times) {
      level = 0.7 * level + 0.3 * random.nextGaussian();
      int rows = 600 + 100 * (hour % 12);
      // The mean of the factor is 1: the variance of the level is 0.09 / (1 - 0.49).
      double rate = times * PROMISED * Math.exp(level - 0.09 / 0.51 / 2);
      int alarms = 0;
      for (int row = 0; row < rows; row++) {
        alarms += random.nextDouble() < rate ? 1 : 0;
      }
      addExactly(hour, rows, alarms);
    }

    void addExactly(int hour, int rows, int alarms) {
      all.add(new HourCount(hour, rows, alarms, 0, PROMISED, AT_MOST));
    }

    AlarmWatch look(long now) {
      return look(now, hour -> LookLevels.of(6 * (hour + 1), TOTAL));
    }

    AlarmWatch look(long now, double level) {
      return look(now, hour -> level);
    }

    private AlarmWatch look(long now, AlarmWatch.ToDoubleOfHour level) {
      List<HourCount> seen = all.stream().filter(h -> h.hour() >= now - 192).toList();
      return AlarmWatch.of(seen, now, level);
    }
  }
}
