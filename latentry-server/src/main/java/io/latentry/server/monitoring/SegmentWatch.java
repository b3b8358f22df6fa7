package io.latentry.server.monitoring;

import io.latentry.core.calibration.Threshold;
import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.DriftHistory;
import io.latentry.core.monitoring.DriftLook;
import io.latentry.core.monitoring.DriftReference;
import io.latentry.core.monitoring.HourCount;
import io.latentry.core.monitoring.LookLevels;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.Quantity;
import io.latentry.server.monitoring.Watch.Look;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.serving.ModelVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the segments of a version, each held against its own past. They share the chance of a
 * false call by a fixed share each, as many as there may be, so that what it is does not depend on
 * which segments come. Thread-safe as long as a version is looked at by one thread.
 */
final class SegmentWatch {
  /** With a name, without a value, and all others together. */
  private static final int MOST_SEGMENTS = SegmentColumn.MOST + 2;

  private static final double FALSE_CALLS_OF_ONE = Watch.FALSE_CALLS_OF_SEGMENTS / MOST_SEGMENTS;

  private static final int HOURS_PER_DAY = 24;
  private static final int HOURS_OF_ALARMS = 8 * HOURS_PER_DAY;
  private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

  private static final Comparator<Look> WORST_FIRST =
      Comparator.comparing((Look look) -> !look.pages())
          .thenComparing(Look::state)
          .thenComparing(look -> -look.alarms().day().alarms())
          .thenComparing(Look::segment);

  /** By model and version. */
  private final Map<String, Past> pasts = new ConcurrentHashMap<>();

  /** What looks at the segments of a version share. */
  private record Past(String digest, Map<String, OfSegment> segments) {}

  /**
   * @param day since 1970 that the reference is of
   * @param hour since 1970 that {@code told} is of
   * @param told the drift with its courses; empty as long as there was none
   */
  private record OfSegment(
      long day, Optional<DriftReference> reference, long hour, Optional<DriftLook> told) {}

  /**
   * @param number of the look
   * @param whole the hours of all rows of the last eight days
   * @param excused hours in which rows of a segment may stay away
   * @return of each that had rows in the last eight days, the worst first
   */
  List<Look> look(
      Recorded store,
      ModelVersion of,
      SegmentColumn column,
      List<Quantity> quantities,
      Instant at,
      long number,
      List<HourCount> whole,
      Function<String, SortedSet<Long>> excused) {
    long now = Math.floorDiv(at.toEpochMilli(), MILLIS_PER_HOUR);
    long from = now - HOURS_OF_ALARMS;
    SortedMap<String, List<RecordedHour>> recorded = new TreeMap<>();
    for (RecordedHour hour : store.segmentCounts(of.name(), of.version(), from)) {
      if (column.hasSegment(hour.segment())) {
        recorded.computeIfAbsent(hour.segment(), unused -> new ArrayList<>()).add(hour);
      }
    }
    Map<String, SortedSet<Long>> setAside = new HashMap<>();
    for (RecordedHour hour : store.setAsideOfSegments(of.name(), of.version(), from)) {
      boolean unused = setAside.computeIfAbsent(hour.segment(), excused).add(hour.hour());
    }
    String key = of.name() + "/" + of.version();
    Past past = pasts.get(key);
    Map<String, OfSegment> before =
        past != null && past.digest().equals(of.digest()) ? past.segments() : Map.of();
    Map<String, OfSegment> after = new HashMap<>();
    double level = LookLevels.of(number, FALSE_CALLS_OF_ONE / 2);
    Threshold threshold = of.threshold().orElseThrow();
    List<Look> looks = new ArrayList<>();
    for (Map.Entry<String, List<RecordedHour>> entry :
        recorded.entrySet().stream().limit(MOST_SEGMENTS).toList()) {
      String segment = entry.getKey();
      List<HourCount> hours = Watch.counts(entry.getValue(), threshold);
      AlarmWatch alarms =
          AlarmWatch.ofSegment(
              hours,
              whole,
              setAside.computeIfAbsent(segment, excused),
              now,
              hour -> LookLevels.of(Watch.number(of, hour, at), FALSE_CALLS_OF_ONE / 2));
      Drift drift =
          new Drift(store, of, segment, quantities, now, threshold.falseAlarmRate(), level);
      DriftLook drifted = drift.look(before.get(segment));
      after.put(segment, drift.kept());
      looks.add(look(of, segment, at, number, level, alarms, drifted, hours));
    }
    pasts.put(key, new Past(of.digest(), after));
    return looks.stream().sorted(WORST_FIRST).toList();
  }

  private static Look look(
      ModelVersion of,
      String segment,
      Instant at,
      long number,
      double level,
      AlarmWatch alarms,
      DriftLook drift,
      List<HourCount> hours) {
    Watch.State state = Watch.state(alarms, drift);
    long day = Math.floorDiv(at.toEpochMilli(), MILLIS_PER_HOUR) - HOURS_PER_DAY;
    List<HourCount> before = hours.stream().filter(hour -> hour.hour() < day).toList();
    return new Look(
        of.name(),
        of.version(),
        segment,
        at,
        number,
        level,
        state,
        HealthWords.ofSegment(
            state,
            alarms,
            (double) sum(before, HourCount::alarms) / sum(before, HourCount::judged),
            drift),
        Watch.pages(alarms, drift),
        alarms,
        sum(hours, HourCount::rows) - sum(before, HourCount::rows),
        0,
        Double.NaN,
        Double.NaN,
        drift,
        List.of());
  }

  private static long sum(List<HourCount> hours, ToLongFunction<HourCount> of) {
    return hours.stream().mapToLong(of).sum();
  }

  /** The drift of a segment; what it is compared with is made anew once a day. */
  private static final class Drift {
    private final Recorded store;
    private final ModelVersion of;
    private final String segment;
    private final List<Quantity> quantities;
    private final long now;
    private final double promised;
    private final double level;
    private Optional<DriftReference> reference = Optional.empty();
    private Optional<DriftLook> told = Optional.empty();

    Drift(
        Recorded store,
        ModelVersion of,
        String segment,
        List<Quantity> quantities,
        long now,
        double promised,
        double level) {
      this.store = store;
      this.of = of;
      this.segment = segment;
      this.quantities = quantities;
      this.now = now;
      this.promised = promised;
      this.level = level;
    }

    DriftLook look(@Nullable OfSegment before) {
      reference =
          before != null && before.day() == day()
              ? before.reference()
              : DriftReference.before(
                  quantities, profiles(DriftReference.firstHour(now)), now, level);
      DriftLook drift =
          DriftLook.ofSegment(
              quantities, reference, profiles(now - HOURS_PER_DAY), now, promised, level);
      if (!drift.drifted()) {
        return drift;
      }
      DriftLook withCourses =
          (before != null && before.hour() == now ? before.told() : Optional.<DriftLook>empty())
              .flatMap(drift::withCoursesOf)
              .orElseGet(() -> history().courses(drift));
      told = Optional.of(withCourses);
      return withCourses;
    }

    private DriftHistory history() {
      return new DriftHistory(
          reference.orElseThrow(),
          profiles(now - (long) DriftHistory.DAYS * HOURS_PER_DAY),
          now,
          promised,
          level);
    }

    OfSegment kept() {
      return new OfSegment(day(), reference, now, told);
    }

    private long day() {
      return Math.floorDiv(now, HOURS_PER_DAY);
    }

    private SortedMap<Long, Profile> profiles(long from) {
      return Watch.profiles(store.hours(of.name(), of.version(), segment, from), quantities);
    }
  }
}
