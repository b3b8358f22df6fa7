package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.RowScreen;
import io.latentry.core.monitoring.DriftFinding.Aspect;
import io.latentry.core.monitoring.WatchedTable.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DriftLookTest {
  private static final double TOTAL = 0.025;

  /** Twenty take most of a minute. */
  private static final int TABLES = Integer.getInteger("latentry.tables", 4);

  @Test
  void overThirtyQuietDaysWithTwentyLooksADayNothingIsCalled() {
    int calls = 0;
    for (int table = 0; table < TABLES; table++) {
      WatchedTable watched = new WatchedTable(100 + table);
      SortedMap<Long, Profile> hours = new TreeMap<>();
      for (long hour = 0; hour < 30 * 24; hour++) {
        hours.put(hour, watched.hour((int) (30 + 100 * (hour % 24) / 24), Change.NONE));
        // Twenty looks a day: not in the four hours of the night.
        if (hour % 24 >= 4) {
          DriftLook look =
              DriftLook.of(
                  watched.manifest,
                  watched.quantities,
                  hours,
                  hour + 1,
                  WatchedTable.PROMISED,
                  LookLevels.of(6 * (hour + 1), TOTAL));
          calls += look.drifted() ? 1 : 0;
        }
      }
    }
    assertThat(calls).isZero();
  }

  @Test
  void aPlantedDriftIsCalledAndNamedAndNothingElseIs() {
    record Planted(Change change, String name, Aspect aspect) {}
    List<Planted> all =
        List.of(
            new Planted(new Change(0.6, 1, 0, 0), "pressure", Aspect.VALUES),
            new Planted(new Change(-0.6, 1, 0, 0), "pressure", Aspect.VALUES),
            new Planted(new Change(0, 2, 0, 0), "pressure", Aspect.VALUES),
            new Planted(new Change(0, 1, 0.1, 0), "pressure", Aspect.MISSING),
            new Planted(new Change(0, 1, 0, 0.1), "mode", Aspect.NOVEL));
    for (Planted planted : all) {
      WatchedTable watched = new WatchedTable(7);
      DriftLook look = look(watched, hours(watched, 24, 300, planted.change()), 6 * 24 * 30);
      List<DriftFinding> called = look.findings().stream().filter(DriftFinding::called).toList();
      assertThat(called)
          .as("%s", planted)
          .anyMatch(f -> f.name().equals(planted.name()) && f.aspect() == planted.aspect());
      assertThat(called).as("%s", planted).noneMatch(f -> f.name().equals("flow"));
    }
  }

  @Test
  void columnsThatGoTogetherOtherwiseThanTheyDidAreCalledThoughEachKeepsItsValues() {
    for (int rows : new int[] {100, 1_000}) {
      WatchedTable watched = new WatchedTable(7);
      DriftLook look = look(watched, hours(watched, 24, rows, Change.together(0.9)), 6 * 24 * 30);
      List<DriftFinding> called = look.findings().stream().filter(DriftFinding::called).toList();
      assertThat(called).as("%d rows an hour", rows).isNotEmpty();
      assertThat(called).allMatch(f -> f.kind() == Quantity.Kind.LATENT && !f.pages());
      DriftFinding first = called.get(0);
      assertThat(first.name()).isEqualTo("latent_mean 3");
      assertThat(first.words())
          .startsWith("columns no longer go together as they did: latent_mean 3 ");
      assertThat(first.alarmsWithout()).isNaN();
      // Of the rows that were sampled, not of those that were judged.
      assertThat(first.independent())
          .isLessThanOrEqualTo(24.0 * Math.min(rows, LatentSample.MOST_ROWS));
      assertThat(look.isOfDependence()).isTrue();
    }
  }

  @Test
  void latentMeansThatMoveWithAColumnAreTheColumnsDrift() {
    WatchedTable watched = new WatchedTable(7);
    DriftLook look = look(watched, hours(watched, 24, 300, new Change(1.5, 1, 0, 0)), 100);
    assertThat(look.findings())
        .anyMatch(f -> f.kind() == Quantity.Kind.LATENT && f.called())
        .noneMatch(f -> f.words().contains("go together"));
    assertThat(look.isOfDependence()).isFalse();
  }

  @Test
  void theCallAndTheEffectDoNotDependOnTheRows() {
    for (int rows : new int[] {42, 1_000, 41_667}) {
      WatchedTable watched = new WatchedTable(8);
      DriftFinding shifted =
          pressure(look(watched, hours(watched, 24, rows, new Change(0.6, 1, 0, 0)), 100));
      assertThat(shifted.called()).as("%d rows an hour", rows).isTrue();
      assertThat(shifted.effect()).isCloseTo(0.6, within(0.15));
      DriftFinding little =
          pressure(look(watched, hours(watched, 24, rows, new Change(0.15, 1, 0, 0)), 100));
      assertThat(little.called()).as("%d rows an hour", rows).isFalse();
    }
  }

  @Test
  void theCallAndTheEffectAreTheSameOfColumnsThatAreCountedOfASample() {
    for (double shift : new double[] {0.6, 0.15}) {
      DriftFinding[] called = new DriftFinding[2];
      for (int fast = 0; fast < 2; fast++) {
        WatchedTable watched = new WatchedTable(8);
        boolean atOnce = fast == 1;
        List<Profile> hours = new ArrayList<>();
        for (int hour = 0; hour < 8; hour++) {
          Change change = new Change(shift, 1, 0.02, 0);
          hours.add(watched.hour(200_000, change, i -> atOnce ? 0 : i / 1_000));
        }
        called[fast] = pressure(look(watched, hours, 100));
        Profile first = hours.get(0);
        Profile.Counts pressure = first.quantities().get(0);
        assertThat(pressure.present() + pressure.missing())
            .isBetween(first.judged() - 2L * ColumnSample.EACH, first.judged());
      }
      assertThat(called[1].called()).isEqualTo(called[0].called()).isEqualTo(shift > 0.5);
      assertThat(called[1].effect()).isCloseTo(called[0].effect(), within(0.02));
      assertThat(called[1].alarmsWithout()).isCloseTo(called[0].alarmsWithout(), within(0.002));
    }
  }

  @Test
  void aDriftTellsTheAlarmRateWithoutIt() {
    WatchedTable watched = new WatchedTable(9);
    DriftLook look = look(watched, hours(watched, 24, 2_000, new Change(1.5, 1, 0, 0)), 100);
    DriftFinding shifted = pressure(look);
    assertThat(look.alarmRate()).isGreaterThan(0.04);
    // The bins of normal rows alarm as they did, within what ten rows of the promise add.
    assertThat(shifted.alarmsWithout()).isCloseTo(0.01, within(0.006));
    assertThat(shifted.pages()).isTrue();
    assertThat(shifted.words()).startsWith("moved up by 1.");
  }

  @Test
  void aDriftThatChangesNoAlarmsPagesNobody() {
    WatchedTable watched = new WatchedTable(10);
    DriftFinding novel =
        look(watched, hours(watched, 24, 500, new Change(0, 1, 0, 0.1)), 100).findings().stream()
            .filter(f -> f.name().equals("mode") && f.aspect() == Aspect.NOVEL)
            .findFirst()
            .orElseThrow();
    assertThat(novel.called()).isTrue();
    assertThat(novel.pages()).isFalse();
  }

  @Test
  void rowsWithoutAVerdictPageAndTheColumnThatIsMissingIsNamed() {
    WatchedTable watched = new WatchedTable(12);
    List<Profile> hours =
        hours(watched, 24, 300, Change.NONE).stream()
            .map(hour -> hour.plus(withoutVerdict(watched, 60)))
            .toList();
    List<DriftFinding> called =
        look(watched, hours, 6 * 24 * 30).findings().stream().filter(DriftFinding::called).toList();
    assertThat(called)
        .anyMatch(f -> f.name().equals("pressure") && f.aspect() == Aspect.MISSING)
        .anyMatch(
            f ->
                f.aspect() == Aspect.SHARE
                    && f.pages()
                    && f.words().startsWith("no verdict on 16.7 % of rows, 0 % before")
                    && f.words().endsWith("missing value: column 'pressure')"));
    assertThat(called).noneMatch(f -> f.name().equals("flow"));
  }

  private static Profile withoutVerdict(WatchedTable of, int rows) {
    ProfileCounter counter = new ProfileCounter(of.quantities);
    for (int i = 0; i < rows; i++) {
      counter.unscorable(RowScreen.missingValue("pressure"));
    }
    return counter.profile();
  }

  @Test
  void fiveHoursAreTooFewToCallAnything() {
    WatchedTable watched = new WatchedTable(11);
    DriftLook look = look(watched, hours(watched, 5, 500, new Change(3, 1, 0, 0)), 1);
    assertThat(look.warmingUp()).isTrue();
    assertThat(look(watched, List.of(), 1).warmingUp()).isTrue();
  }

  private static DriftFinding pressure(DriftLook look) {
    return look.findings().stream()
        .filter(f -> f.name().equals("pressure") && f.aspect() == Aspect.VALUES)
        .findFirst()
        .orElseThrow();
  }

  private static List<Profile> hours(WatchedTable of, int hours, int rows, Change change) {
    List<Profile> all = new ArrayList<>();
    for (int i = 0; i < hours; i++) {
      all.add(of.hour(rows, change));
    }
    return all;
  }

  private static DriftLook look(WatchedTable of, List<Profile> hours, long look) {
    return DriftLook.of(
        of.manifest, of.quantities, hours, WatchedTable.PROMISED, LookLevels.of(look, TOTAL));
  }
}
