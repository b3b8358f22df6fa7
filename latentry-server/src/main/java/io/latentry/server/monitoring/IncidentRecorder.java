package io.latentry.server.monitoring;

import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Windows;
import io.latentry.core.monitoring.Incident;
import io.latentry.core.monitoring.IncidentBook;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.server.maintenance.Maintenance;
import io.latentry.server.registry.Incidents;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.registry.StoredIncident;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the anomalies that callers are told into incidents by the column that contributes most
 * and the segment of the row, where segments are watched, and keeps those in the store.
 * Thread-safe.
 *
 * <p>What makes an anomaly strange is asked of the model beside the verdict, on a thread of its own
 * that rests nineteen times as long as it asked, a twentieth of a core at most; no caller waits for
 * it. When more anomalies wait than half of what may, they are counted without being explained, in
 * the incident {@value #NOT_EXPLAINED}; beyond all of it they are left out and counted.
 */
public final class IncidentRecorder implements VerdictTap, AutoCloseable {
  static final String NOT_EXPLAINED = "(not explained)";

  /** Of images: no part of one has a name. */
  private static final String IMAGE = "image";

  /** Rows held for anomalies that wait; those of one more request are taken in above it. */
  private static final long MOST_WAITING = 200_000;

  private static final int MOST_REQUESTS = 20_000;
  private static final int ROWS_OF_A_RUN = 256;
  private static final int FEATURES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(10);

  private final Clock clock;
  private final Duration kept;
  private final Consumer<String> warn;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private final Map<Key, Book> books = new HashMap<>();
  private final Map<String, Long> alerting = new ConcurrentHashMap<>();
  private final TapThread thread;
  private volatile Maintenance maintenance = Maintenance.NONE;
  private volatile Segments segments = Segments.NONE;
  private volatile boolean on;
  private volatile boolean closing;
  private @Nullable ModelHost host;
  private @Nullable Incidents store;
  private boolean isWarned;

  private record Key(String model, int version, String digest) {
    static Key of(ModelVersion version) {
      return new Key(version.name(), version.version(), version.digest());
    }
  }

  /** What is known of a version. */
  private record Book(
      IncidentBook incidents, @Nullable Quantity score, Optional<SegmentColumn> segments) {
    void alarm(String signature, Alarms alarms, int place, List<Incident.Cell> cells) {
      float value = alarms.scores()[place];
      incidents.alarm(
          signature,
          segments.map(of -> of.of(alarms.samples(), place)).orElse(""),
          score == null ? 0 : score.bin(value),
          new Incident.Example(alarms.at(), value, cells));
    }

    void alarms(String signature, Alarms alarms) {
      for (int i = 0; i < alarms.count(); i++) {
        alarm(signature, alarms, i, List.of());
      }
    }
  }

  /**
   * The anomalies of a request.
   *
   * @param scores {@code float[samples.count()]}
   */
  private record Alarms(ModelVersion version, Instant at, Samples samples, float[] scores) {
    int count() {
      return scores.length;
    }

    Alarms slice(int from, int to) {
      return from == 0 && to == count()
          ? this
          : new Alarms(version, at, samples.slice(from, to), Arrays.copyOfRange(scores, from, to));
    }
  }

  /**
   * @param kept how long an incident is kept after its last alarm
   * @param warn hears when incidents cannot be written
   */
  public IncidentRecorder(Clock clock, Duration flush, Duration kept, Consumer<String> warn) {
    this.clock = clock;
    this.kept = kept;
    this.warn = warn;
    this.thread =
        new TapThread(
            "latentry-incidents",
            MOST_REQUESTS,
            flush,
            LAST_PATIENCE,
            this::write,
            failed -> warn.accept("incidents: " + failed));
  }

  /** From now on incidents that begin in a window of maintenance are flagged. */
  public void mind(Maintenance windows) {
    maintenance = windows;
  }

  /** From now on anomalies are gathered by segment too. */
  public void mind(Segments watched) {
    segments = watched;
  }

  /** From now on anomalies are gathered. */
  public synchronized void start(ModelHost models, Incidents incidents) {
    host = models;
    store = incidents;
    on = true;
    thread.start();
  }

  /** Anomalies that were left out since the start. */
  public long missedAlarms() {
    return missed.get();
  }

  /** Incidents that call for somebody, by model. */
  public Map<String, Long> alerting() {
    return Map.copyOf(alerting);
  }

  @Override
  public void judged(ModelVersion version, Samples samples, Judgements judged) {
    if (!on) {
      return;
    }
    int[] strange =
        IntStream.range(0, judged.count())
            .filter(row -> judged.verdict(row) == Verdict.ANOMALY)
            .toArray();
    if (strange.length == 0) {
      return;
    }
    // The other rows of a request would wait with these, and be a hundred times as many.
    Alarms alarms =
        new Alarms(version, clock.instant(), samples.select(strange), scores(judged, strange));
    // Windows share their points: with one of them those of its whole request wait.
    int held = samples instanceof Windows ? judged.count() : alarms.count();
    Runnable work =
        () -> {
          waiting.addAndGet(-held);
          add(alarms);
        };
    if (waiting.get() <= MOST_WAITING && thread.offer(work)) {
      waiting.addAndGet(held);
    } else {
      missed.addAndGet(alarms.count());
    }
  }

  private static float[] scores(Judgements judged, int[] rows) {
    float[] scores = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      scores[i] = judged.score(rows[i]);
    }
    return scores;
  }

  /** Has what was heard so far gathered and written, and returns when that was tried. */
  public void flush() {
    thread.flush();
  }

  private void add(Alarms alarms) {
    ModelHost models = host;
    Incidents incidents = store;
    if (models == null || incidents == null) {
      return;
    }
    ModelVersion version = alarms.version();
    for (int from = 0; from < alarms.count(); from += ROWS_OF_A_RUN) {
      Alarms run = alarms.slice(from, Math.min(alarms.count(), from + ROWS_OF_A_RUN));
      long start = System.nanoTime();
      boolean explained;
      // Borrowed for one run, so that a version that is unloaded need not wait for the others.
      try (ModelLease lease = models.lend(version.name(), OptionalInt.of(version.version()))) {
        Book book = books.computeIfAbsent(Key.of(version), key -> opened(incidents, key, lease));
        explained = !closing && waiting.get() <= MOST_WAITING / 2 && explain(book, lease, run);
        if (!explained) {
          book.alarms(NOT_EXPLAINED, run);
        }
      } catch (RefusedException unloadedMeanwhile) {
        missed.addAndGet(alarms.count() - from);
        return;
      }
      if (explained && !closing) {
        Rest.after(System.nanoTime() - start);
      }
    }
  }

  private Book opened(Incidents incidents, Key key, ModelLease lease) {
    List<Quantity> quantities = Quantity.of(lease.manifest());
    @Nullable Quantity score =
        quantities.isEmpty() ? null : quantities.get(Quantity.indexOfScore(quantities));
    Instant since = clock.instant().minus(IncidentBook.REOPENED_WITHIN);
    return new Book(
        new IncidentBook(
            () -> UUID.randomUUID().toString().replace("-", ""),
            score == null ? 1 : score.bins(),
            incidents.of(key.model(), key.version(), since).stream()
                .map(StoredIncident::incident)
                .toList()),
        score,
        segments.of(lease.version(), lease.manifest()));
  }

  /** Whether the model said what makes these rows strange. */
  private static boolean explain(Book book, ModelLease lease, Alarms alarms) {
    if (alarms.samples() instanceof Images) {
      book.alarms(IMAGE, alarms);
      return true;
    }
    Judgements explained;
    try {
      explained =
          lease
              .judgeUntold(alarms.samples(), FeatureReader.outputs(lease.outputs()), PATIENCE)
              .join();
    } catch (CompletionException | RefusedException busy) {
      return false;
    }
    FeatureReader reader = new FeatureReader(lease.manifest());
    for (int i = 0; i < alarms.count(); i++) {
      List<Feature> top = reader.top(alarms.samples(), explained.scores(), i, FEATURES);
      book.alarm(
          signature(reader, top), alarms, i, top.stream().map(IncidentRecorder::cell).toList());
    }
    return true;
  }

  private static Incident.Cell cell(Feature feature) {
    return new Incident.Cell(
        feature.name(), feature.actual(), feature.expected(), feature.normalRange());
  }

  /** The leading column, and of numbers which way it is off. */
  static String signature(FeatureReader reader, List<Feature> top) {
    if (top.isEmpty()) {
      return NOT_EXPLAINED;
    }
    Feature first = top.get(0);
    if (first.actual().isEmpty()) {
      return first.name() + " missing";
    }
    if (!reader.isNumber(first.name())) {
      return first.name() + " unusual";
    }
    try {
      double actual = Double.parseDouble(first.actual());
      double expected = Double.parseDouble(first.expected());
      return first.name() + (actual > expected ? " high" : " low");
    } catch (NumberFormatException words) {
      return first.name() + " unusual";
    }
  }

  private void write() {
    Incidents incidents = store;
    if (incidents == null) {
      return;
    }
    Instant now = clock.instant();
    try {
      for (Map.Entry<Key, Book> entry : List.copyOf(books.entrySet())) {
        IncidentBook book = entry.getValue().incidents();
        book.pass(now);
        List<Incident> changed = new ArrayList<>(book.changed());
        if (!changed.isEmpty()) {
          String model = entry.getKey().model();
          incidents.put(
              model,
              entry.getKey().version(),
              changed,
              incident -> maintenance.over(model, incident.segment(), incident.firstSeen()));
          book.written();
        }
        if (book.incidents().isEmpty()) {
          books.remove(entry.getKey());
        }
      }
      incidents.forget(now.minus(kept));
      isWarned = false;
    } catch (RegistryException e) {
      if (!isWarned) {
        warn.accept(
            "incidents: cannot be written, and are kept in memory until they can be: "
                + e.getMessage());
      }
      isWarned = true;
    }
    tellAlerting();
  }

  private void tellAlerting() {
    Map<String, Long> now = new HashMap<>();
    books.forEach(
        (key, book) ->
            now.merge(
                key.model(),
                book.incidents().incidents().stream()
                    .filter(i -> i.state() == Incident.State.ALERTING)
                    .count(),
                Long::sum));
    alerting.keySet().retainAll(now.keySet());
    alerting.putAll(now);
  }

  /** Gathers what was heard, unexplained where that takes time, and writes it. */
  @Override
  public void close() {
    closing = true;
    thread.close();
  }
}
