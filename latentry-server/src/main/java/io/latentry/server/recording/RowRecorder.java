package io.latentry.server.recording;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.Windows;
import io.latentry.ingest.write.MemoryTable;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.TapThread;
import io.latentry.server.serving.VerdictTap;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes each verdict that callers are told to {@link RowFiles}, with the row that it is about or
 * without. Thread-safe.
 *
 * <p>It takes verdicts in without a wait and writes them on a thread of its own, every so often;
 * what came since is lost when the process is killed. When more come than it writes, or there is no
 * room to write to, those beyond a bound are left out and counted.
 */
public final class RowRecorder implements VerdictTap, AutoCloseable {
  /** Values of rows that wait to be written; a few more requests are taken in above it. */
  private static final long MOST_WAITING = 8_000_000;

  /** Values of rows that wait, at which they are written without waiting any longer. */
  private static final long ENOUGH = 2_000_000;

  /** Rows of a request that its own thread takes in. */
  private static final int MOST_AT_ONCE = 256;

  private static final int MOST_EVENTS = 100_000;

  private static final int MOST_VERSIONS = 2_000;
  private static final Duration TIDIED_EVERY = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Clock clock;
  private final Rules rules;
  private final RowSample sample;
  private final Consumer<String> warn;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private final AtomicLong written = new AtomicLong();

  /** Of what the next fields hold. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Version, MemoryTable> pending = new LinkedHashMap<>();

  /** Written and empty again, of versions of which rows go on coming. */
  private final Map<Version, MemoryTable> spare = new HashMap<>();

  private final Map<Version, RowColumns> columns =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Version, RowColumns> eldest) {
          return size() > MOST_VERSIONS;
        }
      };
  private long pendingValues;
  private boolean isAsked;
  private final TapThread thread;
  private final boolean on;
  private final @Nullable RowFiles files;
  private final @Nullable Pseudonyms pseudonyms;
  private volatile SetAside maintained = (version, samples, at) -> new BitSet();
  private volatile long bytes;
  private volatile boolean isWarned;

  /** Of the thread alone. */
  private final Deque<Map.Entry<Version, MemoryTable>> unwritten = new ArrayDeque<>();

  private @Nullable Instant tidied;

  /**
   * @param rows whether rows are recorded beside the verdicts
   * @param share of what was judged that is recorded, above 0 and at most 1
   * @param mostPerSecond rows, about, of which a share is recorded where more come; 0 for any
   *     number
   * @param kept how long
   * @param mostBytes beyond which the oldest are deleted
   * @param leftOut columns that are not written
   * @param hashed columns of which pseudonyms are written
   */
  public record Rules(
      boolean rows,
      double share,
      int mostPerSecond,
      Duration kept,
      long mostBytes,
      Set<String> leftOut,
      Set<String> hashed) {}

  private record Version(String model, int number, String digest) {}

  /** Which rows came in a window of maintenance. */
  @FunctionalInterface
  public interface SetAside {
    /** Their numbers in {@code samples}. */
    BitSet rows(ModelVersion version, Samples samples, Instant at);
  }

  private RowRecorder(
      Clock clock,
      Rules rules,
      Duration flush,
      Consumer<String> warn,
      boolean on,
      @Nullable RowFiles files,
      @Nullable Pseudonyms pseudonyms) {
    this.clock = clock;
    this.rules = rules;
    this.sample = new RowSample(rules.share(), rules.mostPerSecond());
    this.thread =
        new TapThread(
            "latentry-rows",
            MOST_EVENTS,
            flush,
            PATIENCE,
            this::writeAndTidy,
            failed -> warn.accept("rows: " + failed));
    this.warn = warn;
    this.files = files;
    this.pseudonyms = pseudonyms;
    this.on = on;
    if (files != null) {
      bytes = files.bytes();
      thread.start();
    }
  }

  /** One that records nothing. */
  public static RowRecorder off() {
    return new RowRecorder(
        Clock.systemUTC(),
        new Rules(false, 1, 0, Duration.ofDays(1), 0, Set.of(), Set.of()),
        Duration.ofSeconds(1),
        reason -> {},
        false,
        null,
        null);
  }

  /**
   * One that records nothing, and looks after what was recorded before, if anything was.
   *
   * @throws io.latentry.server.registry.RegistryException if the folder cannot be used
   */
  public static RowRecorder ended(
      Path folder, Clock clock, Rules rules, Duration flush, Consumer<String> warn) {
    return Files.isDirectory(folder) ? opened(folder, clock, rules, flush, warn, false) : off();
  }

  /**
   * @param folder of the files; made if there is none
   * @param flush between two times that rows are written
   * @param warn hears when they cannot be written
   * @throws io.latentry.server.registry.RegistryException if the folder cannot be used
   */
  public static RowRecorder start(
      Path folder, Clock clock, Rules rules, Duration flush, Consumer<String> warn) {
    return opened(folder, clock, rules, flush, warn, true);
  }

  private static RowRecorder opened(
      Path folder, Clock clock, Rules rules, Duration flush, Consumer<String> warn, boolean on) {
    RowFiles files = RowFiles.open(folder);
    return new RowRecorder(clock, rules, flush, warn, on, files, Pseudonyms.in(folder));
  }

  /** From now on rows are marked that come in a window of maintenance. */
  public void mind(SetAside windows) {
    maintained = windows;
  }

  /** Whether verdicts are recorded. */
  public boolean isOn() {
    return on;
  }

  /** Whether rows are recorded beside the verdicts. */
  public boolean keepsRows() {
    return rules.rows();
  }

  /** Of the rows judged, how many are recorded at most; 1 for all of them. */
  public double share() {
    return rules.share();
  }

  /** Rows of a second beyond which a share of them is recorded; 0 where all are. */
  public int mostPerSecond() {
    return rules.mostPerSecond();
  }

  /** Columns that are left out, or of which pseudonyms are recorded. */
  public List<String> changed(Schema schema) {
    return Stream.concat(rules.leftOut().stream(), rules.hashed().stream())
        .filter(
            name ->
                schema.columns().stream().anyMatch(column -> column.name().equals(name))
                    || schema.texts().stream().anyMatch(text -> text.name().equals(name)))
        .sorted()
        .toList();
  }

  /** Rows that were written since the start. */
  public long writtenRows() {
    return written.get();
  }

  /** Rows that were left out since the start. */
  public long missedRows() {
    return missed.get();
  }

  /** Of all files. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void judged(ModelVersion version, Samples samples, Judgements judged) {
    if (!on || judged.count() == 0) {
      return;
    }
    Instant now = clock.instant();
    RowSample.Chosen chosen = sample.next(judged.count(), now);
    int count = chosen.rows().cardinality();
    if (count == 0) {
      return;
    }
    Rows rows = rules.rows() ? table(samples) : null;
    long width = rows == null ? 0 : rows.schema().columns().size();
    long values = count * (RowColumns.FIELDS + width);
    if (waiting.get() > MOST_WAITING) {
      missed.addAndGet(count);
      return;
    }
    waiting.addAndGet(values);
    BitSet setAside = maintained.rows(version, samples, now);
    Version of = new Version(version.name(), version.version(), version.digest());
    // What was judged just now is at hand here; the other thread would have to fetch it.
    if (count <= MOST_AT_ONCE && rules.hashed().isEmpty() && lock.tryLock()) {
      try {
        take(of, now, chosen, setAside, rows, judged, values);
      } finally {
        lock.unlock();
      }
    } else if (!thread.offer(() -> waitAndTake(of, now, chosen, setAside, rows, judged, values))) {
      waiting.addAndGet(-values);
      missed.addAndGet(count);
    }
  }

  private void waitAndTake(
      Version version,
      Instant at,
      RowSample.Chosen chosen,
      BitSet setAside,
      @Nullable Rows rows,
      Judgements judged,
      long values) {
    lock.lock();
    try {
      take(version, at, chosen, setAside, rows, judged, values);
    } finally {
      lock.unlock();
    }
  }

  /** Of a series, the points that are judged; null where there is no table. */
  private static @Nullable Rows table(Samples samples) {
    return samples instanceof Windows windows
        ? windows.judged()
        : samples instanceof Rows rows ? rows : null;
  }

  /**
   * What waits to be written is kept by column: the objects that it came in would be many.
   *
   * @param chosen of its rows
   * @param values that were counted for it
   */
  private void take(
      Version version,
      Instant at,
      RowSample.Chosen chosen,
      BitSet setAside,
      @Nullable Rows rows,
      Judgements judged,
      long values) {
    RowColumns layout =
        columns.computeIfAbsent(version, key -> layout(rows == null ? null : rows.schema()));
    MemoryTable table = pending.computeIfAbsent(version, key -> empty(key, layout));
    int before = table.rows();
    BitSet taken = chosen.rows();
    try {
      for (int row = taken.nextSetBit(0); row >= 0; row = taken.nextSetBit(row + 1)) {
        layout.write(table, at, setAside.get(row), chosen.weight(), rows, judged, row);
      }
    } catch (RuntimeException e) {
      // Never to be written: they are told, and those that follow have their turn.
      table.dropRow();
      warn.accept("rows: of model '" + version.model() + "' are left out: " + e);
      missed.addAndGet(taken.cardinality() - (table.rows() - before));
    }
    long held = values(table) - (long) before * layout.columns().size();
    pendingValues += held;
    waiting.addAndGet(held - values);
    if (pendingValues >= ENOUGH && !isAsked && !isWarned) {
      isAsked = thread.offer(this::write);
    }
  }

  private MemoryTable empty(Version version, RowColumns layout) {
    MemoryTable before = spare.remove(version);
    return before == null ? new MemoryTable(layout.columns()) : before;
  }

  private static long values(MemoryTable rows) {
    return (long) rows.rows() * rows.columns().size();
  }

  private void writeAndTidy() {
    write();
    tidy();
  }

  /** Writes what is pending; what cannot be written stays, within the bound. */
  private void write() {
    RowFiles into = files;
    if (into == null) {
      return;
    }
    lock.lock();
    try {
      boolean unused = spare.keySet().retainAll(pending.keySet());
      pending.forEach((version, rows) -> unwritten.add(Map.entry(version, rows)));
      pending.clear();
      pendingValues = 0;
      isAsked = false;
    } finally {
      lock.unlock();
    }
    while (!unwritten.isEmpty()) {
      Version version = unwritten.getFirst().getKey();
      MemoryTable rows = unwritten.getFirst().getValue();
      try {
        into.write(version.model(), version.number(), version.digest(), clock.instant(), rows);
        written.addAndGet(rows.rows());
      } catch (UncheckedIOException e) {
        if (!isWarned) {
          warn.accept("rows: cannot be written, and wait until they can be: " + e.getMessage());
        }
        isWarned = true;
        return;
      } catch (RuntimeException e) {
        warn.accept("rows: of model '" + version.model() + "' are left out: " + e);
        missed.addAndGet(rows.rows());
      }
      isWarned = false;
      unwritten.removeFirst();
      waiting.addAndGet(-values(rows));
      keep(version, rows);
    }
  }

  private void keep(Version version, MemoryTable written) {
    if (values(written) <= ENOUGH) {
      written.clear();
      lock.lock();
      try {
        MemoryTable unused = spare.put(version, written);
      } finally {
        lock.unlock();
      }
    }
  }

  private RowColumns layout(@Nullable Schema schema) {
    Pseudonyms names = pseudonyms;
    if (names == null) {
      throw new IllegalStateException("rows: none are recorded");
    }
    return new RowColumns(schema, rules.leftOut(), rules.hashed(), names);
  }

  private void tidy() {
    Instant now = clock.instant();
    RowFiles into = files;
    if (into != null
        && (tidied == null || Duration.between(tidied, now).abs().compareTo(TIDIED_EVERY) >= 0)) {
      tidied = now;
      try {
        bytes = into.tidy(now, rules.kept(), rules.mostBytes());
      } catch (UncheckedIOException e) {
        warn.accept("rows: cannot be put in order: " + e.getMessage());
      }
    }
  }

  /** Has what was heard so far written, and returns when that was tried. */
  public void flush() {
    thread.flush();
  }

  /** What is recorded of a model, the latest day first. */
  public List<RecordedDay> days(String model) {
    flush();
    RowFiles of = files;
    return of == null ? List.of() : of.days(model);
  }

  /**
   * The rows of a model from a moment to before another as Parquet, in a file that the caller
   * deletes; empty if there are none.
   *
   * @throws io.latentry.core.data.DataException if versions recorded columns of the same name and
   *     different types
   */
  public Optional<Path> export(String model, Instant from, Instant before) {
    flush();
    RowFiles of = files;
    return of == null ? Optional.empty() : of.export(model, from, before);
  }

  /**
   * What was said of rows from a moment to before another in which a column has a value, as it is
   * or by its pseudonym, and by which version.
   *
   * @param most of them
   */
  public List<JudgedRow> find(
      String model, String column, String value, Instant from, Instant before, int most) {
    flush();
    RowFiles of = files;
    Pseudonyms names = pseudonyms;
    return of == null || names == null
        ? List.of()
        : of.find(model, column, List.of(value, names.of(value)), from, before, most);
  }

  /**
   * Deletes the rows of a model in which a column has a value, as it is or by its pseudonym.
   *
   * @return how many that were
   */
  public long delete(String model, String column, String value) {
    flush();
    RowFiles of = files;
    Pseudonyms names = pseudonyms;
    return of == null || names == null
        ? 0
        : of.delete(model, column, List.of(value, names.of(value)));
  }

  /** Writes what was heard. */
  @Override
  public void close() {
    thread.close();
  }
}
