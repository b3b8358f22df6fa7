package io.latentry.core.monitoring;

import io.latentry.core.drift.SampleSizes;
import io.latentry.core.drift.ShareShift;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Whether the alarms of a version are as many as was promised: hour by hour, over the last day, and
 * whether there are rows at all.
 *
 * <p>An hour is a <em>surge</em> if its rate is at least twice the promised one, and beyond the
 * upper bound of the promise by more than chance. How much hours differ by chance, the hours of the
 * week before tell that were no surge ({@link HourlyShare}); fewer than six of them, and nothing is
 * said. A surge that was called goes on while each hour has twice the promised rate, however few
 * rows the hour has. A day is a surge by its own hours, for a rate that is too high by too little
 * to show in one. A day is <em>silent</em> if its rate is below half of the promised one by more
 * than chance: a detector that never alarms is as broken as one that always does. The three share
 * the level of a look.
 *
 * <p>A segment of the rows is held against itself: sites differ, and one that always had twice the
 * alarms of the others is no surge. Its hour or day must also be beyond twice the rate of its own
 * hours of the week before that were no surge, by more than chance. Few alarms of a segment say
 * nothing. It has no data once its rows stay away, by more than chance, while others come.
 *
 * @param call what is said now
 * @param since the hour from which on it holds, since 1970; empty if nothing is wrong
 * @param day the verdicts of the last day with rows, the hour under way included; its promise is
 *     the latest
 * @param pValue of the comparison that made the call; NaN if there is none
 * @param level that it had to reach; NaN likewise
 */
public record AlarmWatch(
    Call call, OptionalLong since, HourCount day, double pValue, double level) {

  /** What is said of alarms. */
  public enum Call {
    /** Too few hours or rows. */
    WARMING_UP,
    AS_PROMISED,
    SURGE,
    SILENCE,
    /** No rows for longer than usual. */
    NO_DATA;

    /** Whether somebody should look. */
    public boolean isAlarming() {
      return this == SURGE || this == SILENCE || this == NO_DATA;
    }
  }

  /** How many times the promise alarms must be, or how many times fewer. */
  static final double LEAST_TIMES = 2;

  static final int HOURS_PER_DAY = 24;
  static final int HOURS_PER_WEEK = 7 * HOURS_PER_DAY;

  /** As long as the longest gap of the week, so many times, is too long. */
  static final int GAPS = 3;

  static final int LEAST_GAP_HOURS = 2;

  /** Comparisons at each look. */
  private static final int SHARED_BY = 3;

  private record Test(long hour, double pValue, double level, boolean called) {}

  /**
   * @param hours ascending, of the last eight days, none twice; the last may be {@code now}
   * @param now the hour under way
   * @param level of a look, by the hour that it looks at
   */
  public static AlarmWatch of(List<HourCount> hours, long now, ToDoubleOfHour level) {
    return of(hours, Collections.emptySortedSet(), now, level);
  }

  /**
   * The same.
   *
   * @param excused hours that count as no lack of rows, such as those of maintenance
   */
  public static AlarmWatch of(
      List<HourCount> hours, SortedSet<Long> excused, long now, ToDoubleOfHour level) {
    List<HourCount> withRows = hours.stream().filter(h -> h.rows() > 0).toList();
    HourCount day = sum(since(withRows, now - HOURS_PER_DAY), now);
    return noData(withRows, excused, now, day)
        .orElseGet(() -> ofAlarms(withRows, now, day, level, false));
  }

  /**
   * The same of a segment of the rows.
   *
   * @param whole the hours of all rows, those of the segment among them
   */
  public static AlarmWatch ofSegment(
      List<HourCount> hours,
      List<HourCount> whole,
      SortedSet<Long> excused,
      long now,
      ToDoubleOfHour level) {
    List<HourCount> withRows = hours.stream().filter(h -> h.rows() > 0).toList();
    HourCount day = sum(since(withRows, now - HOURS_PER_DAY), now);
    double shared = level.of(now) / SHARED_BY;
    return SegmentGap.of(withRows, whole, excused, now, shared)
        .map(gap -> new AlarmWatch(Call.NO_DATA, gap.since(), day, gap.pValue(), shared))
        .orElseGet(() -> ofAlarms(withRows, now, day, level, true));
  }

  /**
   * @param own whether rows are held against their own past as well
   */
  private static AlarmWatch ofAlarms(
      List<HourCount> withRows, long now, HourCount day, ToDoubleOfHour level, boolean own) {
    List<HourCount> judged = withRows.stream().filter(h -> h.judged() > 0).toList();
    List<Test> tests = hourly(judged, level, own);
    Optional<Test> last = tests.isEmpty() ? Optional.empty() : lastFull(tests, now);
    if (last.isPresent() && last.get().called()) {
      Test surge = last.get();
      return new AlarmWatch(
          Call.SURGE,
          OptionalLong.of(beginning(judged, tests)),
          day,
          surge.pValue(),
          surge.level());
    }
    List<HourCount> full = judged.stream().filter(h -> h.hour() < now).toList();
    List<HourCount> ofDay = like(since(full, now - HOURS_PER_DAY));
    double shared = level.of(now) / SHARED_BY;
    if (ofDay.size() < HourlyShare.FEWEST_HOURS) {
      return new AlarmWatch(Call.WARMING_UP, OptionalLong.empty(), day, Double.NaN, Double.NaN);
    }
    return own
        ? ofDayOfSegment(ofDay, quietBefore(judged, tests, ofDay.get(0)), day, shared)
        : ofDay(ofDay, like(full), day, shared);
  }

  /** The level of a look by its hour. */
  public interface ToDoubleOfHour {
    double of(long hour);
  }

  private static AlarmWatch ofDay(
      List<HourCount> ofDay, List<HourCount> week, HourCount day, double level) {
    HourCount all = sum(ofDay, ofDay.get(ofDay.size() - 1).hour());
    HourlyShare own = share(ofDay);
    double rows = own.or(share(week)).independent(all.judged(), level);
    double above = ShareShift.pValueAbove(all.rate(), rows, all.atMost());
    OptionalLong first = OptionalLong.of(ofDay.get(0).hour());
    if (above <= level && all.rate() >= LEAST_TIMES * all.promised()) {
      return new AlarmWatch(Call.SURGE, first, day, above, level);
    }
    double below = ShareShift.pValueBelow(all.rate(), rows, all.promised() / LEAST_TIMES);
    if (below <= level) {
      return new AlarmWatch(Call.SILENCE, first, day, below, level);
    }
    return new AlarmWatch(
        Call.AS_PROMISED, OptionalLong.empty(), day, Math.min(above, below), level);
  }

  /** The day against those of its own hours of the week before that were no surge. */
  private static AlarmWatch ofDayOfSegment(
      List<HourCount> ofDay, List<HourCount> before, HourCount day, double level) {
    if (before.size() < HourlyShare.FEWEST_HOURS) {
      return new AlarmWatch(Call.WARMING_UP, OptionalLong.empty(), day, Double.NaN, Double.NaN);
    }
    HourCount all = sum(ofDay, ofDay.get(ofDay.size() - 1).hour());
    HourlyShare usual = share(before);
    double rows = share(ofDay).or(usual).independent(all.judged(), level);
    double p = pValueAbove(all, rows, usual, level);
    return p <= level && isMany(all, usual)
        ? new AlarmWatch(Call.SURGE, OptionalLong.of(ofDay.get(0).hour()), day, p, level)
        : new AlarmWatch(Call.AS_PROMISED, OptionalLong.empty(), day, p, level);
  }

  /** The hours before one that are like it and were not called. */
  private static List<HourCount> quietBefore(
      List<HourCount> judged, List<Test> tests, HourCount one) {
    return IntStream.range(0, judged.size())
        .filter(i -> !tests.get(i).called())
        .mapToObj(judged::get)
        .filter(h -> h.hour() < one.hour() && h.isLike(one))
        .toList();
  }

  private static boolean isMany(HourCount count, HourlyShare usual) {
    return count.rate() >= LEAST_TIMES * Math.max(count.promised(), usual.share());
  }

  /**
   * The p-value of a rate that is above both the upper bound of the promise and what is usual.
   *
   * @param rows independent ones
   */
  private static double pValueAbove(HourCount count, double rows, HourlyShare usual, double level) {
    if (count.rate() <= usual.share()) {
      return 1;
    }
    double p = ShareShift.pValueAbove(count.rate(), rows, count.atMost());
    if (p > level) {
      return p;
    }
    SampleSizes sizes =
        new SampleSizes(Math.max(1, usual.independent(usual.rows(), level)), Math.max(1, rows));
    return Math.max(
        p,
        ShareShift.between(usual.hits(), usual.rows(), count.alarms(), count.judged(), sizes)
            .pValue());
  }

  /** Each hour against those of the week before it that were no surge. */
  private static List<Test> hourly(List<HourCount> judged, ToDoubleOfHour level, boolean own) {
    List<Test> tests = new ArrayList<>();
    List<HourCount> quiet = new ArrayList<>();
    for (HourCount hour : judged) {
      List<HourCount> before =
          quiet.stream()
              .filter(h -> h.hour() >= hour.hour() - HOURS_PER_WEEK && h.isLike(hour))
              .toList();
      double shared = level.of(hour.hour()) / SHARED_BY;
      Test test = new Test(hour.hour(), Double.NaN, shared, false);
      if (before.size() >= HourlyShare.FEWEST_HOURS) {
        HourlyShare usual = share(before);
        double rows = usual.independentOfOneHour(hour.judged(), shared);
        double p =
            own
                ? pValueAbove(hour, rows, usual, shared)
                : ShareShift.pValueAbove(hour.rate(), rows, hour.atMost());
        boolean isMany = own ? isMany(hour, usual) : hour.rate() >= LEAST_TIMES * hour.promised();
        test = new Test(hour.hour(), p, shared, isMany && (p <= shared || goesOn(tests, hour)));
      }
      tests.add(test);
      if (!test.called()) {
        quiet.add(hour);
      }
    }
    return tests;
  }

  /** Whether the hour before was called: that a surge goes on is no call of its own. */
  private static boolean goesOn(List<Test> before, HourCount hour) {
    if (before.isEmpty()) {
      return false;
    }
    Test last = before.get(before.size() - 1);
    return last.called() && hour.hour() - last.hour() <= 1;
  }

  /** That of the hour under way if it calls something, else that of the hour before. */
  private static Optional<Test> lastFull(List<Test> tests, long now) {
    Test last = tests.get(tests.size() - 1);
    if (last.called() || last.hour() < now || tests.size() < 2) {
      return Optional.of(last);
    }
    return Optional.of(tests.get(tests.size() - 2));
  }

  /**
   * The first hour of the surge that goes on: before the first that was called there may be others
   * of such a rate, in which it could not be told from chance yet.
   */
  private static long beginning(List<HourCount> judged, List<Test> tests) {
    int at = tests.size() - 1;
    while (at > 0 && !tests.get(at).called()) {
      at--;
    }
    double least = Math.max(judged.get(at).rate() / 2, LEAST_TIMES * judged.get(at).promised());
    while (at > 0 && (tests.get(at - 1).called() || judged.get(at - 1).rate() >= least)) {
      at--;
    }
    return tests.get(at).hour();
  }

  private static Optional<AlarmWatch> noData(
      List<HourCount> withRows, SortedSet<Long> excused, long now, HourCount day) {
    if (withRows.size() < HourlyShare.FEWEST_HOURS) {
      return Optional.empty();
    }
    long longest = 0;
    SortedSet<Long> all = new TreeSet<>(excused);
    withRows.forEach(hour -> all.add(hour.hour()));
    List<Long> seen = all.stream().filter(h -> h >= withRows.get(0).hour() && h <= now).toList();
    for (int i = 1; i < seen.size(); i++) {
      longest = Math.max(longest, seen.get(i) - seen.get(i - 1) - 1);
    }
    long last = seen.get(seen.size() - 1);
    boolean tooLong = now - last - 1 >= Math.max(LEAST_GAP_HOURS, GAPS * longest);
    return tooLong
        ? Optional.of(
            new AlarmWatch(Call.NO_DATA, OptionalLong.of(last + 1), day, Double.NaN, Double.NaN))
        : Optional.empty();
  }

  private static List<HourCount> since(List<HourCount> hours, long from) {
    return hours.stream().filter(h -> h.hour() >= from).toList();
  }

  /** Those that were judged as the last one was. */
  static List<HourCount> like(List<HourCount> hours) {
    return hours.isEmpty()
        ? hours
        : hours.stream().filter(hours.get(hours.size() - 1)::isLike).toList();
  }

  static HourlyShare share(List<HourCount> hours) {
    return HourlyShare.of(array(hours, HourCount::alarms), array(hours, HourCount::judged));
  }

  private static long[] array(List<HourCount> hours, ToLongFunction<HourCount> of) {
    return hours.stream().mapToLong(of).toArray();
  }

  static HourCount sum(List<HourCount> hours, long hour) {
    HourCount last =
        hours.isEmpty() ? new HourCount(hour, 0, 0, 0, 0, 0) : hours.get(hours.size() - 1);
    return new HourCount(
        hour,
        hours.stream().mapToLong(HourCount::judged).sum(),
        hours.stream().mapToLong(HourCount::alarms).sum(),
        hours.stream().mapToLong(HourCount::unscorable).sum(),
        last.promised(),
        last.atMost());
  }
}
