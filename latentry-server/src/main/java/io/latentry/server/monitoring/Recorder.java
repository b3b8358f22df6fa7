package io.latentry.server.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.Output;
import io.latentry.core.monitoring.ColumnSample;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.ProfileCounter;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.server.maintenance.Maintenance;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.TapThread;
import io.latentry.server.serving.VerdictTap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the verdicts that callers are told into a {@link Profile} for each hour of a version, and
 * writes those to the store every so often, whole each time, so that what is written twice counts
 * once; where segments are watched, into one for each of these too. Thread-safe.
 *
 * <p>It takes verdicts in without a wait and counts them on a thread of its own. When more come
 * than it counts, those beyond a bound are left out, and how many rows that were is recorded. What
 * came since the latest write is lost when the process is killed. Columns are counted of a {@link
 * ColumnSample} where rows come fast. While the store cannot be written to, counts stay in memory,
 * for {@value #MOST_HOURS} hours. Latent means, which a verdict comes without, are counted of a
 * sample of the rows, as a {@link LatentSampler} has them.
 */
public final class Recorder implements VerdictTap, AutoCloseable {
  /** Values of rows that wait to be counted; one more request is taken in above it. */
  private static final long MOST_WAITING = 4_000_000;

  private static final int MOST_EVENTS = 100_000;

  private static final int MOST_HOURS = 48;

  /** An hour is known for as long after it, so that what was heard late is added to it. */
  private static final int LATE_HOURS = 1;

  private static final int MOST_VERSIONS = 2_000;

  /**
   * Of the counts of segments in memory; rows of a segment beyond are counted in the whole alone.
   */
  private static final long MOST_SEGMENT_BINS = 10_000_000;

  private static final long MILLIS_PER_HOUR = 3_600_000;
  private static final long MILLIS_PER_MINUTE = 60_000;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String source = UUID.randomUUID().toString().replace("-", "");
  private final Clock clock;
  private final Duration kept;
  private final Consumer<String> warn;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private final Map<Version, Long> missedOf = new HashMap<>();
  private final Map<Version, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Version, Known> eldest) {
          return size() > MOST_VERSIONS;
        }
      };
  private final Map<Hour, Counting> hours = new LinkedHashMap<>();
  private final LatentSampler latents;
  private final TapThread thread;
  private volatile Maintenance maintenance = Maintenance.NONE;
  private volatile Segments segments = Segments.NONE;
  private volatile boolean on;
  private @Nullable ModelHost host;
  private @Nullable Recorded store;
  private boolean isWarned;
  private boolean isWarnedOfSegments;
  private long segmentBins;
  private long forgottenAt;

  /** The digest too: a version's number may come back with other content. */
  private record Version(String model, int number, String digest) {
    static Version of(ModelVersion version) {
      return new Version(version.name(), version.version(), version.digest());
    }
  }

  /** What is counted of a version. */
  private record Known(List<Quantity> quantities, Optional<SegmentColumn> segments) {
    long bins() {
      return quantities.stream().mapToLong(Quantity::bins).sum();
    }
  }

  /** Rows that came while a window of maintenance was open are counted apart. */
  private record Hour(Version version, String segment, long hour, boolean setAside) {
    boolean isOfSegment() {
      return !segment.equals(RecordedHour.WHOLE);
    }
  }

  private static final class Counting {
    final ProfileCounter counter;
    final ColumnSample columns;
    final long bins;
    double promised;
    double atMost;
    boolean changed;

    Counting(Known known, long seed) {
      counter = new ProfileCounter(known.quantities(), seed);
      columns = new ColumnSample(seed);
      bins = known.bins();
    }

    void judgedBy(Threshold threshold) {
      changed = true;
      promised = Math.max(promised, threshold.falseAlarmRate());
      atMost = Math.max(atMost, threshold.falseAlarmRateUpperBound());
    }
  }

  /**
   * @param flush between two times that counts are written
   * @param kept how long they are kept
   * @param warn hears when they cannot be written
   */
  public Recorder(Clock clock, Duration flush, Duration kept, Consumer<String> warn) {
    this.clock = clock;
    this.kept = kept;
    this.warn = warn;
    this.latents = new LatentSampler(warn);
    this.thread =
        new TapThread(
            "latentry-recorder",
            MOST_EVENTS,
            flush,
            PATIENCE,
            this::write,
            failed -> warn.accept("recording: " + failed));
  }

  /** From now on rows that come in a window of maintenance are counted apart. */
  public void mind(Maintenance windows) {
    maintenance = windows;
  }

  /** From now on rows are counted by segment too. */
  public void mind(Segments watched) {
    segments = watched;
  }

  /**
   * From now on verdicts are counted.
   *
   * @param models whose verdicts are heard
   */
  public synchronized void start(ModelHost models, Recorded recorded) {
    host = models;
    store = recorded;
    on = true;
    thread.start();
    latents.start(models);
  }

  /** Whether verdicts are counted. */
  public boolean isOn() {
    return on;
  }

  /** Rows that were left out since the start. */
  public long missedRows() {
    return missed.get();
  }

  /** Rows that are missing in the samples of latent means, since the start. */
  public long missedLatentMeans() {
    return latents.missedRows();
  }

  @Override
  public void judged(ModelVersion version, Samples samples, Judgements judged) {
    if (!on) {
      return;
    }
    Rows rows = table(samples);
    long values = (long) judged.count() * (1 + (rows == null ? 0 : rows.schema().columns().size()));
    Instant at = clock.instant();
    Runnable work =
        () -> {
          waiting.addAndGet(-values);
          add(Version.of(version), at, samples, judged);
        };
    if (waiting.get() <= MOST_WAITING && thread.offer(work)) {
      waiting.addAndGet(values);
    } else {
      missed(Version.of(version), judged.count());
    }
  }

  /** A request for verdicts is over. */
  public void answered(ModelVersion version, long nanos, boolean failed) {
    if (on) {
      Version of = Version.of(version);
      Instant at = clock.instant();
      // One that finds no room is left out: the verdicts tell how much was missed.
      boolean unused =
          thread.offer(
              () -> {
                Counting counting = counting(of, RecordedHour.WHOLE, at);
                if (counting != null) {
                  counting.counter.answered(nanos / NANOS_PER_MILLI, failed);
                  counting.changed = true;
                }
              });
    }
  }

  /** Has what was heard so far written, and returns when that was tried. */
  public void flush() {
    thread.flush();
  }

  private long hour() {
    return Math.floorDiv(clock.millis(), MILLIS_PER_HOUR);
  }

  private void add(Version version, Instant at, Samples samples, Judgements judged) {
    Counting whole = counting(version, RecordedHour.WHOLE, at);
    if (whole == null) {
      missed.addAndGet(judged.count());
      return;
    }
    whole.judgedBy(judged.threshold());
    Rows table = table(samples);
    SegmentColumn column =
        known.containsKey(version) ? known.get(version).segments().orElse(null) : null;
    float[] reconstruction = judged.scores().values(Output.RECONSTRUCTION_TERM);
    float[] latent = judged.scores().values(Output.LATENT_TERM);
    double[] outputs = new double[3];
    long minute = Math.floorDiv(at.toEpochMilli(), MILLIS_PER_MINUTE);
    LatentSampler.Drawn drawn = new LatentSampler.Drawn(whole.counter);
    boolean bySegment = column != null && maintenance.isBySegment(version.model());
    for (int row = 0; row < judged.count(); row++) {
      String segment = column == null ? RecordedHour.WHOLE : column.of(samples, row);
      outputs[0] = reconstruction[row];
      outputs[1] = latent[row];
      outputs[2] = judged.score(row);
      // Of a segment that is set aside alone the whole says nothing: its other rows go on.
      boolean setAside = bySegment && maintenance.over(version.model(), segment, at).isPresent();
      if (!setAside) {
        count(whole, table, judged, row, outputs, minute);
        if (judged.verdict(row) != Verdict.UNSCORABLE) {
          drawn.draw(row, judged.verdict(row));
        }
      }
      Counting own = column == null ? null : counting(version, segment, at);
      if (own != null) {
        own.judgedBy(judged.threshold());
        count(own, table, judged, row, outputs, minute);
      }
    }
    latents.ask(
        version.model(),
        version.number(),
        version.digest(),
        samples,
        drawn,
        means -> {
          // One that finds no room is left out, as of a row whose means never came.
          boolean unused =
              thread.offer(
                  () -> {
                    means.run();
                    whole.changed = true;
                  });
        });
  }

  private static void count(
      Counting counting,
      @Nullable Rows table,
      Judgements judged,
      int row,
      double[] outputs,
      long minute) {
    ProfileCounter counter = counting.counter;
    Verdict verdict = judged.verdict(row);
    counter.novel(judged.scores().novelties(row));
    if (verdict == Verdict.UNSCORABLE) {
      counter.unscorable(UnscorableKind.recorded(judged.reason(row)));
    } else {
      counter.judged(table, row, verdict, outputs, counting.columns.weight(minute));
    }
  }

  private void missed(Version version, int rows) {
    missed.addAndGet(rows);
    synchronized (missedOf) {
      missedOf.merge(version, (long) rows, Long::sum);
    }
  }

  /** Null if the version is gone by now, or there is no room for another segment. */
  private @Nullable Counting counting(Version version, String segment, Instant at) {
    Hour key =
        new Hour(
            version,
            segment,
            Math.floorDiv(at.toEpochMilli(), MILLIS_PER_HOUR),
            maintenance.over(version.model(), segment, at).isPresent());
    Counting counted = hours.get(key);
    if (counted != null) {
      return counted;
    }
    Known of = known(version);
    if (of == null || (key.isOfSegment() && !isRoomFor(of))) {
      return null;
    }
    Counting fresh = new Counting(of, key.hashCode());
    segmentBins += key.isOfSegment() ? fresh.bins : 0;
    hours.put(key, fresh);
    return fresh;
  }

  private boolean isRoomFor(Known segment) {
    if (segmentBins + segment.bins() <= MOST_SEGMENT_BINS) {
      return true;
    }
    if (!isWarnedOfSegments) {
      warn.accept(
          "recording: segments have more than "
              + MOST_SEGMENT_BINS
              + " counts in memory; rows of further ones are counted in the whole alone");
    }
    isWarnedOfSegments = true;
    return false;
  }

  /** Null if the version is gone by now. */
  private @Nullable Known known(Version version) {
    Known before = known.get(version);
    if (before != null || host == null) {
      return before;
    }
    try (ModelLease lease = host.lend(version.model(), OptionalInt.of(version.number()))) {
      if (!Version.of(lease.version()).equals(version)) {
        return null;
      }
      Manifest manifest = lease.manifest();
      Known found = new Known(Quantity.of(manifest), segments.of(lease.version(), manifest));
      known.put(version, found);
      return found;
    } catch (RefusedException unloadedMeanwhile) {
      return null;
    }
  }

  private void write() {
    countMissed();
    Recorded recorded = store;
    if (recorded == null) {
      return;
    }
    List<RecordedHour> changed = new ArrayList<>();
    List<RecordedHour> setAside = new ArrayList<>();
    List<Counting> written = new ArrayList<>();
    hours.forEach(
        (key, counting) -> {
          if (counting.changed) {
            (key.setAside() ? setAside : changed).add(recorded(key, counting));
            written.add(counting);
          }
        });
    long now = hour();
    try {
      if (!changed.isEmpty() || !setAside.isEmpty()) {
        recorded.put(changed, setAside);
      }
      if (forgottenAt != now) {
        recorded.forget(now - kept.toHours());
        forgottenAt = now;
      }
      written.forEach(counting -> counting.changed = false);
      isWarned = false;
    } catch (RegistryException e) {
      if (!isWarned) {
        warn.accept(
            "recording: cannot be written, and is kept in memory until it can be: "
                + e.getMessage());
      }
      isWarned = true;
    }
    Iterator<Map.Entry<Hour, Counting>> all = hours.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Hour, Counting> one = all.next();
      long age = now - one.getKey().hour();
      if ((age > LATE_HOURS && !one.getValue().changed) || age > MOST_HOURS) {
        segmentBins -= one.getKey().isOfSegment() ? one.getValue().bins : 0;
        all.remove();
      }
    }
  }

  private void countMissed() {
    Map<Version, Long> of = new HashMap<>();
    synchronized (missedOf) {
      of.putAll(missedOf);
      missedOf.clear();
    }
    of.forEach(
        (version, rows) -> {
          Counting counting = counting(version, RecordedHour.WHOLE, clock.instant());
          if (counting != null) {
            counting.counter.missed(rows);
            counting.changed = true;
          }
        });
  }

  private RecordedHour recorded(Hour key, Counting counting) {
    Profile profile = counting.counter.profile();
    return new RecordedHour(
        key.version().model(),
        key.version().number(),
        key.segment(),
        key.hour(),
        source,
        profile.judged(),
        profile.anomaly(),
        profile.unscorable(),
        counting.promised,
        counting.atMost,
        profile.packed());
  }

  /** Of a series, the points that are judged; null of images, which have no columns. */
  private static @Nullable Rows table(Samples samples) {
    return samples instanceof Windows windows
        ? windows.judged()
        : samples instanceof Rows rows ? rows : null;
  }

  /** Counts what was heard, and writes it. */
  @Override
  public void close() {
    latents.close();
    thread.close();
  }
}
