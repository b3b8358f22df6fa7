package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.monitoring.DriftCourse.Shape;
import io.latentry.core.monitoring.DriftFinding.Aspect;
import io.latentry.core.monitoring.WatchedTable.Change;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.LongToIntFunction;
import org.junit.jupiter.api.Test;

/** How drifts of known courses came about, as the recorded hours tell it. */
final class DriftHistoryTest {
  private static final int ROWS = 80;
  private static final int DAY = 24;

  /** No midnight. */
  private static final long BEGIN = 500_005;

  private final WatchedTable watched = new WatchedTable(21);

  @Test
  void aSuddenDriftIsToldWithItsHourWhateverTheTimeOfDayDoes() {
    for (int step : new int[] {10 * DAY, 10 * DAY + 7, 10 * DAY + 20}) {
      DriftFinding pressure =
          finding(
              12 * DAY,
              hour -> shifted(0.25 * Math.sin(2 * Math.PI * hour / DAY) + (hour < step ? 0 : 0.8)),
              "pressure",
              Aspect.VALUES);
      assertThat(pressure.course().shape()).as("step at %d", step).isEqualTo(Shape.SUDDEN);
      assertThat(pressure.course().since().orElseThrow() - BEGIN).isCloseTo(step, within(2L));
      assertThat(pressure.isNews()).isTrue();
      assertThat(pressure.pages()).isTrue();
      assertThat(pressure.course().words()).startsWith(", suddenly at 2027-01-");
    }
  }

  @Test
  void whatGrowsFromDayToDayIsGradual() {
    DriftFinding pressure =
        finding(
            14 * DAY,
            hour -> shifted(Math.max(0, 0.1 * (hour - 4 * DAY) / DAY)),
            "pressure",
            Aspect.VALUES);
    assertThat(pressure.course().shape()).isEqualTo(Shape.GRADUAL);
    // The first day on which it was large enough to matter.
    assertThat(pressure.course().since().orElseThrow() - BEGIN).isBetween(6L * DAY, 9L * DAY);
  }

  @Test
  void whatComesAndGoesByTheWeekIsNoNewsAndPagesNobody() {
    LongFunction<Change> sundays = hour -> shifted(hour / DAY % 7 == 6 ? 1 : 0);
    DriftFinding first = finding(7 * DAY, sundays, "pressure", Aspect.VALUES);
    assertThat(first.course().shape()).isEqualTo(Shape.SUDDEN);
    assertThat(first.pages()).isTrue();

    DriftFinding second = finding(14 * DAY, sundays, "pressure", Aspect.VALUES);
    assertThat(second.called()).isTrue();
    assertThat(second.course().shape()).isEqualTo(Shape.WEEKLY);
    assertThat(second.isNews()).isFalse();
    assertThat(second.pages()).isFalse();

    // A Sunday that is stranger than Sundays are.
    DriftFinding worse =
        finding(
            14 * DAY,
            hour -> shifted(hour / DAY % 7 != 6 ? 0 : hour < 7 * DAY ? 1 : 1.5),
            "pressure",
            Aspect.VALUES);
    assertThat(worse.course().shape()).isEqualTo(Shape.SUDDEN);
    assertThat(worse.pages()).isTrue();
  }

  @Test
  void aSilentDayIsPassedOver() {
    // Nobody works on the last but one day, and what is there on the last is other.
    DriftFinding pressure =
        finding(
            10 * DAY,
            hour -> shifted(hour < 9 * DAY ? 0 : 1),
            hour -> hour / DAY == 8 ? 1 : ROWS,
            "pressure",
            Aspect.VALUES);
    assertThat(pressure.course().shape()).isEqualTo(Shape.SUDDEN);
    assertThat(pressure.course().since().orElseThrow() - BEGIN).isBetween(8L * DAY, 9L * DAY + 1);
  }

  @Test
  void sharesHaveACourseToo() {
    int step = 9 * DAY + 3;
    DriftFinding missing =
        finding(
            11 * DAY,
            hour -> new Change(0, 1, hour < step ? 0 : 0.1, 0),
            "pressure",
            Aspect.MISSING);
    assertThat(missing.course().shape()).isEqualTo(Shape.SUDDEN);
    assertThat(missing.course().since().orElseThrow() - BEGIN).isCloseTo(step, within(2L));
    DriftFinding novel =
        finding(11 * DAY, hour -> new Change(0, 1, 0, hour < step ? 0 : 0.1), "mode", Aspect.NOVEL);
    assertThat(novel.course().shape()).isEqualTo(Shape.SUDDEN);
    assertThat(novel.course().since().orElseThrow() - BEGIN).isCloseTo(step, within(2L));
  }

  @Test
  void howColumnsGoTogetherHasACourseToldByTheHoursThatHaveLatentMeans() {
    int counted = 4 * DAY + 9;
    int step = 9 * DAY + 3;
    SortedMap<Long, Profile> hours = new TreeMap<>();
    for (long hour = 0; hour < 11 * DAY; hour++) {
      Profile whole = watched.hour(ROWS, Change.together(hour < step ? 0 : 0.9));
      hours.put(BEGIN + hour, hour < counted ? withoutLatentMeans(whole) : whole);
    }
    DriftFinding latent = finding(hours, BEGIN + 11 * DAY, "latent_mean 3", Aspect.VALUES);
    assertThat(latent.called()).isTrue();
    assertThat(latent.course().shape()).isEqualTo(Shape.SUDDEN);
    assertThat(latent.course().since().orElseThrow() - BEGIN).isCloseTo(step, within(2L));
  }

  /** As it was recorded before latent means were, and is read today. */
  private Profile withoutLatentMeans(Profile whole) {
    Profile old =
        new Profile(
            whole.normal(),
            whole.anomaly(),
            whole.unscorable(),
            whole.unscorableBy(),
            whole.novelties(),
            whole.missed(),
            whole.requests(),
            whole.failed(),
            whole.latency(),
            whole.quantities().subList(0, Quantity.indexOfScore(watched.quantities) + 1));
    return Profile.none(watched.quantities).plus(old);
  }

  @Test
  void whereNoDayWasOtherwiseNothingIsKnown() {
    assertThat(finding(DAY, hour -> shifted(1), "pressure", Aspect.VALUES).course())
        .isEqualTo(DriftCourse.UNKNOWN);
    assertThat(finding(9 * DAY, hour -> shifted(1), "pressure", Aspect.VALUES).course())
        .isEqualTo(DriftCourse.UNKNOWN);
  }

  private static Change shifted(double spreads) {
    return new Change(spreads, 1, 0, 0);
  }

  private DriftFinding finding(int hours, LongFunction<Change> change, String name, Aspect aspect) {
    return finding(hours, change, hour -> ROWS, name, aspect);
  }

  private DriftFinding finding(
      int hours, LongFunction<Change> change, LongToIntFunction rows, String name, Aspect aspect) {
    SortedMap<Long, Profile> profiles = new TreeMap<>();
    for (long hour = 0; hour < hours; hour++) {
      profiles.put(BEGIN + hour, watched.hour(rows.applyAsInt(hour), change.apply(hour)));
    }
    return finding(profiles, BEGIN + hours, name, aspect);
  }

  private DriftFinding finding(
      SortedMap<Long, Profile> profiles, long now, String name, Aspect aspect) {
    double level = LookLevels.of(100, 0.025);
    DriftLook look =
        DriftLook.of(
            watched.manifest, watched.quantities, profiles, now, WatchedTable.PROMISED, level);
    return new DriftHistory(
            watched.manifest, watched.quantities, profiles, now, WatchedTable.PROMISED, level)
        .courses(look).findings().stream()
            .filter(f -> f.name().equals(name) && f.aspect() == aspect)
            .findFirst()
            .orElseThrow();
  }
}
