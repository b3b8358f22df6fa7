package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.monitoring.DriftFinding.Aspect;
import io.latentry.core.monitoring.WatchedTable.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Drift of segments, each held against its own two weeks. */
final class SegmentDriftTest {
  /** Of a segment: a quarter of 5 % for the drift of all of them, shared by 52. */
  private static final double OF_SEGMENT = 0.0125 / 52;

  private static final int SITES = 10;
  private static final int DAY = 24;

  /** Thirty quiet days of more of them take minutes. */
  private static final int TABLES = Integer.getInteger("latentry.tables", 1);

  @Test
  void overThirtyQuietDaysNoSegmentDriftsHoweverItDiffersFromTheOthers() {
    int calls = 0;
    int callsAgainstTheFit = 0;
    for (int table = 0; table < TABLES; table++) {
      Sites sites = new Sites(200 + table);
      for (long hour = 0; hour < 30 * DAY; hour++) {
        sites.add(hour, 40, 0);
        for (int site = 0; site < SITES && hour % 6 == 5; site++) {
          calls += sites.look(site, hour + 1, level(hour)).drifted() ? 1 : 0;
        }
        callsAgainstTheFit += hour % DAY == DAY - 1 && sites.againstTheFit(9, hour + 1) ? 1 : 0;
      }
    }
    assertThat(calls).isZero();
    assertThat(callsAgainstTheFit).as("so the simulation can fail").isPositive();
  }

  @Test
  void ofTenSitesTheOneThatDriftsIsCalledAndTheWholeIsNot() {
    Sites sites = new Sites(7);
    for (long hour = 0; hour < 17 * DAY; hour++) {
      sites.add(hour, 60, hour >= 16 * DAY ? 0.8 : 0);
    }
    long now = 17 * DAY;

    for (int site = 0; site < SITES; site++) {
      DriftLook look = sites.look(site, now, level(now));
      assertThat(look.warmingUp()).as("site %d", site).isFalse();
      assertThat(look.drifted()).as("site %d", site).isEqualTo(site == Sites.DRIFTS);
    }
    DriftFinding first = sites.look(Sites.DRIFTS, now, level(now)).findings().get(0);
    assertThat(first.name()).isEqualTo("pressure");
    assertThat(first.aspect()).isEqualTo(Aspect.VALUES);
    assertThat(first.words()).startsWith("moved up by 0.");
    assertThat(sites.whole(now).drifted()).isFalse();
    DriftHistory history =
        new DriftHistory(
            sites.reference(Sites.DRIFTS, now).orElseThrow(),
            sites.hours.get(Sites.DRIFTS),
            now,
            WatchedTable.PROMISED,
            level(now));
    DriftCourse course =
        history.courses(sites.look(Sites.DRIFTS, now, level(now))).findings().get(0).course();
    assertThat(course.shape()).isEqualTo(DriftCourse.Shape.SUDDEN);
  }

  @Test
  void aSegmentThatAlwaysDifferedFromTheFitIsNoDrift() {
    Sites sites = new Sites(8);
    for (long hour = 0; hour < 17 * DAY; hour++) {
      sites.add(hour, 60, 0);
    }
    assertThat(sites.againstTheFit(9, 17 * DAY)).isTrue();
    assertThat(sites.look(9, 17 * DAY, level(17 * DAY)).drifted()).isFalse();
  }

  @Test
  void withoutAWeekOfItsOwnASegmentWarmsUp() {
    Sites sites = new Sites(9);
    for (long hour = 0; hour < 7 * DAY; hour++) {
      sites.add(hour, 60, 3);
    }
    DriftLook look = sites.look(Sites.DRIFTS, 7 * DAY, level(7 * DAY));

    assertThat(look.warmingUp()).isTrue();
    assertThat(look.findings()).isEmpty();
    assertThat(look.rows()).isEqualTo(24 * 60);
  }

  private static double level(long hour) {
    return LookLevels.of(6 * (hour + 1), OF_SEGMENT);
  }

  /** Sites of one table that differ by where {@code pressure} lies, how wide it is, and more. */
  private static final class Sites {
    static final int DRIFTS = 4;
    final WatchedTable table;
    final List<SortedMap<Long, Profile>> hours = new ArrayList<>();

    Sites(long seed) {
      table = new WatchedTable(seed);
      for (int site = 0; site < SITES; site++) {
        hours.add(new TreeMap<>());
      }
    }

    /**
     * @param shift of the site that drifts
     */
    void add(long hour, int rows, double shift) {
      for (int site = 0; site < SITES; site++) {
        Change nature =
            new Change(
                0.2 * (site - 4.5) + (site == DRIFTS ? shift : 0),
                0.75 + 0.05 * site,
                site == 2 ? 0.1 : 0,
                site == 3 ? 0.1 : 0);
        hours.get(site).put(hour, table.hour(rows, nature));
      }
    }

    Optional<DriftReference> reference(int site, long now) {
      return DriftReference.before(table.quantities, hours.get(site), now, level(now));
    }

    boolean againstTheFit(int site, long now) {
      List<Profile> day = List.copyOf(hours.get(site).tailMap(now - DAY).values());
      return DriftLook.of(table.manifest, table.quantities, day, WatchedTable.PROMISED, level(now))
          .drifted();
    }

    DriftLook look(int site, long now, double level) {
      return DriftLook.ofSegment(
          table.quantities,
          reference(site, now),
          hours.get(site),
          now,
          WatchedTable.PROMISED,
          level);
    }

    DriftLook whole(long now) {
      SortedMap<Long, Profile> all = new TreeMap<>();
      hours.forEach(
          site ->
              site.tailMap(now - DAY).forEach((hour, of) -> all.merge(hour, of, Profile::plus)));
      return DriftLook.of(
          table.manifest,
          table.quantities,
          all,
          now,
          WatchedTable.PROMISED,
          LookLevels.of(6 * now, 0.0125));
    }
  }
}
