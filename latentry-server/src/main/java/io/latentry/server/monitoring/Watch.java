package io.latentry.server.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.core.monitoring.DriftHistory;
import io.latentry.core.monitoring.DriftLook;
import io.latentry.core.monitoring.HourCount;
import io.latentry.core.monitoring.LookLevels;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.Quantity;
import io.latentry.server.maintenance.Maintenance;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.RefusedException;
import java.lang.ref.SoftReference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what was recorded of a version: at most once in {@value #LOOK_MINUTES} minutes once it
 * has rows, however often it is asked, since each look spends some of the chance of a false call.
 * Thread-safe.
 */
public final class Watch implements AutoCloseable {
  static final int LOOK_MINUTES = 10;

  /**
   * The chance of any false call ever, of a version: half for alarms, half for drift. Where
   * segments are watched they have half of it together.
   */
  static final double FALSE_CALLS = 0.05;

  static final double FALSE_CALLS_OF_SEGMENTS = FALSE_CALLS / 2;

  private static final int HOURS_PER_DAY = 24;

  /** Moments of an hour at which it is asked whether a window is open. */
  private static final int PARTS_OF_AN_HOUR = 4;

  /** Of which alarms are looked at: those of the last day each against a week before. */
  private static final int HOURS_OF_ALARMS = 8 * HOURS_PER_DAY;

  private static final int HOURS_PER_WEEK = 7 * HOURS_PER_DAY;

  private static final long LOOK_MILLIS = Duration.ofMinutes(LOOK_MINUTES).toMillis();
  private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

  /** How long a look that found no row holds. */
  private static final Duration NOTHING_HOLDS = Duration.ofSeconds(10);

  /** Between two looks at which champions have not been looked at. */
  private static final Duration PAUSE = Duration.ofSeconds(20);

  private final Recorder recorder;
  private final Clock clock;
  private final Map<String, Cached> looks = new ConcurrentHashMap<>();

  /** One for each version: a look at a model with a long history keeps no other model waiting. */
  private final Map<String, Object> locks = new ConcurrentHashMap<>();

  private final Consumer<Look> tell;
  private final Thread looking = new Thread(this::lookForever, "latentry-watch");
  private volatile Maintenance maintenance = Maintenance.NONE;
  private volatile Segments segments = Segments.NONE;
  private final SegmentWatch segmentWatch = new SegmentWatch();
  private volatile boolean closed;
  private volatile @Nullable ModelHost host;
  private volatile @Nullable Recorded recorded;

  /**
   * Of versions that drift: the days before the hour under way, which all its looks share. Large,
   * and made anew where memory is short.
   */
  private final Map<String, SoftReference<Past>> pasts = new ConcurrentHashMap<>();

  private record Cached(String digest, long slot, Look look) {
    /**
     * Whether it is the look of so many minutes. One that found no row tested nothing: another
     * spends no chance of a false call, and a service that was just started soon says what came.
     */
    boolean holds(String version, long now, Instant at) {
      boolean sawNothing = look.state() == State.WARMING_UP && look.rows() + look.missedRows() == 0;
      return digest.equals(version)
          && slot == now
          && !(sawNothing && at.isAfter(look.at().plus(NOTHING_HOLDS)));
    }
  }

  private record Past(String digest, long hour, double falseAlarmRate, DriftHistory history) {}

  /** In one word, the worst first. */
  public enum State {
    SILENCE,
    SURGE,
    NO_DATA,
    DRIFT,
    /** A segment of the rows pages, and the whole does not. */
    SEGMENT,
    WARMING_UP,
    HEALTHY,
    /** Nothing is recorded. */
    OFF
  }

  /**
   * @param segment of the rows; {@value RecordedHour#WHOLE} of all
   * @param at when it was looked
   * @param look its number, from 1 on, counted in steps of {@value #LOOK_MINUTES} minutes since the
   *     version was added
   * @param level of each half of the look
   * @param health one sentence
   * @param pages whether somebody should look now, at the whole or at a segment
   * @param rows of the last day with rows, verdict or not; likewise {@code missedRows}
   * @param segments that had rows in the last eight days, the worst first; none of a segment
   */
  public record Look(
      String model,
      int version,
      String segment,
      Instant at,
      long look,
      double level,
      State state,
      String health,
      boolean pages,
      AlarmWatch alarms,
      long rows,
      long missedRows,
      double latencyP50,
      double latencyP99,
      DriftLook drift,
      List<Look> segments) {

    /** Whether somebody should look at all rows together. */
    public boolean pagesAsAWhole() {
      return pages && state != State.SEGMENT;
    }

    /** The segments that somebody should look at, the worst first. */
    public List<Look> pagingSegments() {
      return segments.stream().filter(Look::pages).toList();
    }

    /** Share of the rows of the last day that were anomalies; NaN if none got a verdict. */
    public double alarmRate() {
      return (double) alarms.day().alarms() / alarms.day().judged();
    }

    /** Comparisons that are a drift, and not as in the week before. */
    public long driftedComparisons() {
      return drift.findings().stream().filter(DriftFinding::isNews).count();
    }
  }

  /**
   * @param tell hears of a champion that somebody should look at, and when that is over
   */
  public Watch(Recorder recorder, Clock clock, Consumer<Look> tell) {
    this.recorder = recorder;
    this.clock = clock;
    this.tell = tell;
    looking.setDaemon(true);
  }

  /** From now on hours of maintenance count as no lack of rows. */
  public void mind(Maintenance windows) {
    maintenance = windows;
  }

  /** From now on segments are looked at too. */
  public void mind(Segments watched) {
    segments = watched;
  }

  /**
   * From now on looks can be had; where anything is recorded, champions are looked at without being
   * asked for.
   */
  public void start(ModelHost models, Recorded store) {
    host = models;
    recorded = store;
    if (recorder.isOn()) {
      looking.start();
    }
  }

  private void lookForever() {
    while (!closed) {
      try {
        Thread.sleep(PAUSE.toMillis());
        lookAtChampions();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException notNow) {
        // The store or a model that cannot be had is told of elsewhere; the next look may work.
      }
    }
  }

  private void lookAtChampions() {
    ModelHost models = host;
    if (models == null) {
      return;
    }
    long slot = slot();
    boolean isFlushed = false;
    for (ModelVersion version : models.versions()) {
      boolean asked =
          version.role() == ModelVersion.Role.CHAMPION
              && version.state() == ModelVersion.State.READY;
      Optional<Look> before = latest(version);
      if (closed || !asked || before.filter(l -> slotOf(l.at()) == slot).isPresent()) {
        continue;
      }
      if (!isFlushed) {
        recorder.flush();
        isFlushed = true;
      }
      try {
        Look look = look(version.name(), OptionalInt.of(version.version()), false);
        if (look.pages() != before.map(Look::pages).orElse(false)) {
          tell.accept(look);
        }
      } catch (RefusedException unloadedMeanwhile) {
        // Another version is the champion by the next look.
      }
    }
  }

  /** The latest look at a version, if there was one; none is made. */
  public Optional<Look> latest(ModelVersion version) {
    return Optional.ofNullable(looks.get(key(version)))
        .filter(known -> known.digest().equals(version.digest()))
        .map(Cached::look);
  }

  /** What is recorded of a version from an hour on, ascending; nothing before {@link #start}. */
  public List<HourCount> counts(ModelVersion of, long from) {
    Recorded store = recorded;
    Optional<Threshold> threshold = of.threshold();
    return store == null || threshold.isEmpty()
        ? List.of()
        : counts(store.counts(of.name(), of.version(), from), threshold.get());
  }

  private static String key(ModelVersion version) {
    return version.name() + "/" + version.version();
  }

  private long slot() {
    return slotOf(clock.instant());
  }

  private static long slotOf(Instant at) {
    return Math.floorDiv(at.toEpochMilli(), LOOK_MILLIS);
  }

  /** No look is made any more unless it is asked for. */
  @Override
  public void close() {
    closed = true;
    looking.interrupt();
  }

  /** Whether anything is recorded. */
  public boolean isOn() {
    return recorder.isOn();
  }

  /**
   * The latest look at a version, or at the champion.
   *
   * @throws io.latentry.server.serving.RefusedException if there is no such version, or it is not
   *     loaded
   */
  public Look look(String model, OptionalInt version) {
    return look(model, version, true);
  }

  private Look look(String model, OptionalInt version, boolean flushed) {
    ModelHost models = host;
    Recorded store = recorded;
    if (models == null || store == null) {
      throw new IllegalStateException("watch: not started");
    }
    try (ModelLease lease = models.lend(model, version)) {
      ModelVersion of = lease.version();
      long slot = slot();
      String key = key(of);
      Cached known = looks.get(key);
      if (known != null && known.holds(of.digest(), slot, clock.instant())) {
        return known.look();
      }
      synchronized (locks.computeIfAbsent(key, unused -> new Object())) {
        known = looks.get(key);
        if (known != null && known.holds(of.digest(), slot, clock.instant())) {
          return known.look();
        }
        if (flushed) {
          recorder.flush();
        }
        Look look = look(store, of, lease.manifest());
        looks.put(key, new Cached(of.digest(), slot, look));
        return look;
      }
    }
  }

  private Look look(Recorded store, ModelVersion of, Manifest manifest) {
    Instant at = clock.instant();
    long now = Math.floorDiv(at.toEpochMilli(), MILLIS_PER_HOUR);
    long look = number(of, at.toEpochMilli());
    Optional<SegmentColumn> column = recorder.isOn() ? segments.of(of, manifest) : Optional.empty();
    double falseCalls =
        (column.isPresent() ? FALSE_CALLS - FALSE_CALLS_OF_SEGMENTS : FALSE_CALLS) / 2;
    double level = LookLevels.of(look, falseCalls);
    Threshold threshold = of.threshold().orElseThrow();
    List<HourCount> counts =
        counts(store.counts(of.name(), of.version(), now - HOURS_OF_ALARMS), threshold);
    SortedSet<Long> excused = inMaintenance(of, RecordedHour.WHOLE, now - HOURS_OF_ALARMS, now);
    SortedSet<Long> setAside = new TreeSet<>(excused);
    store
        .setAside(of.name(), of.version(), now - HOURS_OF_ALARMS)
        .forEach(hour -> add(setAside, hour.hour()));
    AlarmWatch alarms =
        AlarmWatch.of(
            counts, setAside, now, hour -> LookLevels.of(number(of, hour, at), falseCalls));
    List<Quantity> quantities = Quantity.of(manifest);
    SortedMap<Long, Profile> profiles = profiles(store, of, now - HOURS_PER_WEEK, quantities);
    DriftLook drift =
        DriftLook.of(manifest, quantities, profiles, now, threshold.falseAlarmRate(), level);
    if (drift.drifted()) {
      SoftReference<Past> kept = pasts.get(key(of));
      Past past = kept == null ? null : kept.get();
      if (past == null
          || past.hour() != now
          || past.falseAlarmRate() != threshold.falseAlarmRate()
          || !past.digest().equals(of.digest())) {
        SortedMap<Long, Profile> before =
            profiles(store, of, now - DriftHistory.DAYS * HOURS_PER_DAY, quantities);
        past =
            new Past(
                of.digest(),
                now,
                threshold.falseAlarmRate(),
                new DriftHistory(
                    manifest, quantities, before, now, threshold.falseAlarmRate(), level));
        pasts.put(key(of), new SoftReference<>(past));
      }
      drift = past.history().courses(drift);
    } else {
      pasts.remove(key(of));
    }
    Profile day =
        profiles.tailMap(now - HOURS_PER_DAY).values().stream()
            .reduce(Profile.none(quantities), Profile::plus);
    List<Look> ofSegments =
        column
            .map(
                by ->
                    segmentWatch.look(
                        store,
                        of,
                        by,
                        quantities,
                        at,
                        look,
                        counts,
                        segment -> inMaintenance(of, segment, now - HOURS_OF_ALARMS, now)))
            .orElse(List.of());
    State own = recorder.isOn() ? state(alarms, drift) : State.OFF;
    boolean pagesItself = pages(alarms, drift);
    boolean pagesBySegment = ofSegments.stream().anyMatch(Look::pages);
    return new Look(
        of.name(),
        of.version(),
        RecordedHour.WHOLE,
        at,
        look,
        level,
        pagesBySegment && !pagesItself ? State.SEGMENT : own,
        HealthWords.of(HealthWords.of(own, alarms, drift), pagesItself, ofSegments),
        pagesItself || pagesBySegment,
        alarms,
        day.judged() + day.unscorable(),
        day.missed(),
        day.latencyMillis(0.5),
        day.latencyMillis(0.99),
        drift,
        ofSegments);
  }

  private static long number(ModelVersion of, long millis) {
    return Math.max(
        1,
        Math.floorDiv(millis, LOOK_MILLIS)
            - Math.floorDiv(of.addedAt().toEpochMilli(), LOOK_MILLIS)
            + 1);
  }

  /** The number of the look that an hour counts by: the one at its end, or at {@code at} so far. */
  static long number(ModelVersion of, long hour, Instant at) {
    return number(of, Math.min(at.toEpochMilli(), (hour + 1) * MILLIS_PER_HOUR - 1));
  }

  /** What is said of segments that page, at least one, the worst first. */
  public static String words(List<Look> segments) {
    return HealthWords.ofPaging(segments);
  }

  static boolean pages(AlarmWatch alarms, DriftLook drift) {
    return alarms.call().isAlarming() || drift.findings().stream().anyMatch(DriftFinding::pages);
  }

  static State state(AlarmWatch alarms, DriftLook drift) {
    return switch (alarms.call()) {
      case SURGE -> State.SURGE;
      case SILENCE -> State.SILENCE;
      case NO_DATA -> State.NO_DATA;
      case AS_PROMISED -> drift.hasNews() ? State.DRIFT : State.HEALTHY;
      case WARMING_UP -> drift.hasNews() ? State.DRIFT : State.WARMING_UP;
    };
  }

  /** Hours in which a window of maintenance was open. */
  private SortedSet<Long> inMaintenance(ModelVersion of, String segment, long from, long now) {
    SortedSet<Long> hours = new TreeSet<>();
    for (long hour = from; maintenance.isUsed() && hour <= now; hour++) {
      for (int part = 0; part < PARTS_OF_AN_HOUR; part++) {
        Instant at =
            Instant.ofEpochMilli(
                hour * MILLIS_PER_HOUR + part * MILLIS_PER_HOUR / PARTS_OF_AN_HOUR);
        if (maintenance.over(of.name(), segment, at).isPresent()) {
          add(hours, hour);
        }
      }
    }
    return hours;
  }

  private static void add(SortedSet<Long> hours, long hour) {
    boolean unused = hours.add(hour);
  }

  /** By the hour, ascending, of all processes together. */
  static List<HourCount> counts(List<RecordedHour> recorded, Threshold threshold) {
    SortedMap<Long, HourCount> hours = new TreeMap<>();
    for (RecordedHour hour : recorded) {
      // An hour in which nothing was judged made no promise.
      HourCount one =
          new HourCount(
              hour.hour(),
              hour.judged(),
              hour.alarms(),
              hour.unscorable(),
              hour.promised() > 0 ? hour.promised() : threshold.falseAlarmRate(),
              hour.atMost() > 0 ? hour.atMost() : threshold.falseAlarmRateUpperBound());
      HourCount unused = hours.merge(hour.hour(), one, Watch::plus);
    }
    return new ArrayList<>(hours.values());
  }

  /** Of two processes. */
  private static HourCount plus(HourCount one, HourCount other) {
    return new HourCount(
        one.hour(),
        one.judged() + other.judged(),
        one.alarms() + other.alarms(),
        one.unscorable() + other.unscorable(),
        Math.max(one.promised(), other.promised()),
        Math.max(one.atMost(), other.atMost()));
  }

  private static SortedMap<Long, Profile> profiles(
      Recorded store, ModelVersion of, long from, List<Quantity> quantities) {
    return profiles(store.hours(of.name(), of.version(), from), quantities);
  }

  static SortedMap<Long, Profile> profiles(List<RecordedHour> recorded, List<Quantity> quantities) {
    Profile none = Profile.none(quantities);
    SortedMap<Long, Profile> profiles = new TreeMap<>();
    for (RecordedHour hour : recorded) {
      Profile unused =
          profiles.merge(hour.hour(), none.plus(Profile.unpacked(hour.profile())), Profile::plus);
    }
    return profiles;
  }
}
