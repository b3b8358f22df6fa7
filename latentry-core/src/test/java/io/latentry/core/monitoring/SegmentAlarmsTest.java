package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.monitoring.AlarmWatch.Call;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Alarms of segments, each held against itself. */
final class SegmentAlarmsTest {
  private static final double PROMISED = 0.01;
  private static final double AT_MOST = 0.0165;

  /** Of a segment: a quarter of 5 % for the alarms of all of them, shared by 52. */
  private static final double OF_SEGMENT = 0.0125 / 52;

  private static final int MODELS = Integer.getInteger("latentry.tables", 1);
  private static final double OF_WHOLE = 0.0125;
  private static final int SITES = 10;
  private static final int DAY = 24;

  @Test
  void overThirtyQuietDaysNoSegmentIsCalledHoweverItDiffersFromTheOthers() {
    int calls = 0;
    for (int model = 0; model < MODELS; model++) {
      Sites sites = new Sites(model);
      for (int hour = 0; hour < 30 * DAY; hour++) {
        sites.add(hour);
        if (hour % 24 >= 4) {
          for (int site = 0; site < SITES; site++) {
            calls += sites.look(site, hour).call().isAlarming() ? 1 : 0;
          }
        }
      }
    }
    assertThat(calls).isZero();
  }

  @Test
  void atALevelThatIsNotSpentQuietSegmentsAreCalled() {
    int calls = 0;
    Sites sites = new Sites(0);
    for (int hour = 0; hour < 30 * DAY && calls == 0; hour++) {
      sites.add(hour);
      for (int site = 0; site < SITES; site++) {
        calls += sites.look(site, hour, unused -> 0.5).call().isAlarming() ? 1 : 0;
      }
    }
    assertThat(calls).isPositive();
  }

  @Test
  void ofTenSitesTheOneWhoseAlarmsSurgeIsCalledAndTheWholeIsNot() {
    Sites sites = new Sites(20);
    int begin = 12 * DAY + 6;
    for (int hour = 0; hour < begin + 4; hour++) {
      sites.times[3] = hour >= begin ? 8 : 1;
      sites.add(hour);
    }
    int now = begin + 3;

    assertThat(calls(sites, now))
        .containsExactly(
            IntStream.range(0, SITES)
                .mapToObj(site -> site == 3 ? Call.SURGE : Call.AS_PROMISED)
                .toArray(Call[]::new));
    assertThat(sites.look(3, now).since()).hasValue(begin);
    assertThat(sites.whole(now).call()).isEqualTo(Call.AS_PROMISED);
  }

  @Test
  void aSegmentThatAlwaysHadManyAlarmsIsNoSurgeUntilItHasMoreThanThat() {
    Sites sites = new Sites(21);
    sites.rates[0] = 0.06;
    int begin = 12 * DAY + 6;
    for (int hour = 0; hour < begin; hour++) {
      sites.add(hour);
    }
    assertThat(AlarmWatch.of(sites.of(0, begin - 1), begin - 1, hour -> 0.01).call())
        .as("against the promise alone")
        .isEqualTo(Call.SURGE);
    assertThat(sites.look(0, begin - 1, hour -> 0.01).call()).isEqualTo(Call.AS_PROMISED);
    for (int hour = begin; hour < begin + DAY; hour++) {
      sites.times[0] = 5;
      sites.add(hour);
    }
    assertThat(sites.look(0, begin + DAY).call()).isEqualTo(Call.SURGE);
  }

  @Test
  void aSegmentWithFewAlarmsIsNotSilent() {
    Sites sites = new Sites(22);
    sites.rates[0] = 0;
    for (int hour = 0; hour < 10 * DAY; hour++) {
      sites.add(hour);
    }
    assertThat(AlarmWatch.of(sites.of(0, 10 * DAY), 10 * DAY, hour -> 0.01).call())
        .isEqualTo(Call.SILENCE);
    assertThat(sites.look(0, 10 * DAY, hour -> 0.01).call()).isEqualTo(Call.AS_PROMISED);
  }

  @Test
  void ofTenSitesTheOneWhoseRowsStayAwayIsCalled() {
    Sites sites = new Sites(23);
    int gone = 12 * DAY + 6;
    for (int hour = 0; hour < gone + 6; hour++) {
      sites.isAway[5] = hour >= gone;
      sites.add(hour);
    }

    assertThat(calls(sites, gone + 6))
        .containsExactly(
            IntStream.range(0, SITES)
                .mapToObj(site -> site == 5 ? Call.NO_DATA : Call.AS_PROMISED)
                .toArray(Call[]::new));
    assertThat(sites.look(5, gone + 6).since()).hasValue(gone);
    assertThat(sites.whole(gone + 6).call()).isEqualTo(Call.AS_PROMISED);
    assertThat(
            AlarmWatch.ofSegment(
                    sites.of(5, gone + 6),
                    sites.all(gone + 6),
                    new TreeSet<>(
                        List.of(gone + 0L, gone + 1L, gone + 2L, gone + 3L, gone + 4L, gone + 5L)),
                    gone + 6,
                    Sites::ofSegment)
                .call())
        .as("while its rows are set aside")
        .isEqualTo(Call.AS_PROMISED);
  }

  @Test
  void whereNobodySendsNoSegmentLacksRows() {
    Sites sites = new Sites(24);
    int gone = 12 * DAY + 6;
    for (int hour = 0; hour < gone; hour++) {
      sites.add(hour);
    }

    assertThat(calls(sites, gone + 20)).doesNotContain(Call.NO_DATA);
    assertThat(sites.whole(gone + 20).call()).isEqualTo(Call.NO_DATA);
  }

  private static List<Call> calls(Sites sites, int now) {
    return IntStream.range(0, SITES).mapToObj(site -> sites.look(site, now).call()).toList();
  }

  /** Sites of different size and alarm rate, whose rates go together from hour to hour. */
  private static final class Sites {
    final double[] rates = new double[SITES];
    final double[] times = new double[SITES];
    final boolean[] isAway = new boolean[SITES];
    private final int[] rows = new int[SITES];
    private final double[] level = new double[SITES];
    private final Random random;
    private final List<List<HourCount>> hours = new ArrayList<>();
    private final List<HourCount> whole = new ArrayList<>();

    Sites(long seed) {
      random = new Random(seed);
      for (int site = 0; site < SITES; site++) {
        rates[site] = PROMISED * (0.3 + 0.2 * site);
        times[site] = 1;
        rows[site] = site == 0 ? 100 : site == 9 ? 3 : 150;
        hours.add(new ArrayList<>());
      }
    }

    void add(int hour) {
      long judged = 0;
      long alarms = 0;
      for (int site = 0; site < SITES; site++) {
        level[site] = 0.7 * level[site] + 0.3 * random.nextGaussian();
        double rate = times[site] * rates[site] * Math.exp(level[site] - 0.09 / 0.51 / 2);
        // The smallest sends now and then, and one of the others not by night.
        boolean sends =
            !isAway[site]
                && (site != 9 || random.nextInt(4) == 0)
                && (site != 8 || hour % DAY >= 6);
        int count = sends ? 1 + random.nextInt(2 * rows[site]) : 0;
        int called = 0;
        for (int row = 0; row < count; row++) {
          called += random.nextDouble() < rate ? 1 : 0;
        }
        if (count > 0) {
          hours.get(site).add(new HourCount(hour, count, called, 0, PROMISED, AT_MOST));
        }
        judged += count;
        alarms += called;
      }
      whole.add(new HourCount(hour, judged, alarms, 0, PROMISED, AT_MOST));
    }

    static double ofSegment(long hour) {
      return LookLevels.of(6 * (hour + 1), OF_SEGMENT);
    }

    List<HourCount> of(int site, int now) {
      return since(hours.get(site), now);
    }

    List<HourCount> all(int now) {
      return since(whole, now);
    }

    private static List<HourCount> since(List<HourCount> hours, int now) {
      return hours.stream().filter(h -> h.hour() >= now - 8 * DAY && h.hour() <= now).toList();
    }

    AlarmWatch look(int site, int now) {
      return look(site, now, Sites::ofSegment);
    }

    AlarmWatch look(int site, int now, AlarmWatch.ToDoubleOfHour level) {
      return AlarmWatch.ofSegment(
          of(site, now), all(now), Collections.emptySortedSet(), now, level);
    }

    AlarmWatch whole(int now) {
      return AlarmWatch.of(all(now), now, hour -> LookLevels.of(6 * (hour + 1), OF_WHOLE));
    }
  }
}
