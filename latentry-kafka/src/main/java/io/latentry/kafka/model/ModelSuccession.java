package io.latentry.kafka.model;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import io.latentry.core.series.SeriesSettings;
import io.latentry.scoring.ScorerCache;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The model that a job begins with, and those that decisions let take over, each opened once a
 * process and given back when no task has it any more. Thread-safe.
 *
 * <p>A decision that is refused changes nothing. Of those that stand the latest counts, told by its
 * offset in the control topic, so that a task never goes back to an earlier one: not when another
 * copy takes it over, and not after a restart.
 */
public final class ModelSuccession implements AutoCloseable {
  /** Decisions wait to be heard of so long, where another copy has heard of them already. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final ScorerCache cache;
  private final JudgingModel first;
  private final Consumer<String> told;
  private final Object turn = new Object();
  private final Map<Decided, Integer> uses = new HashMap<>();
  private @Nullable Decided latest;
  private boolean opening;
  private long read;
  private long refused;
  private long taken;

  /**
   * A decision whose model is open.
   *
   * @param offset in the control topic
   * @param record as it stood there
   */
  public record Decided(long offset, byte[] record, ModelDecision decision, JudgingModel model) {
    /** The first offset of a partition that it judges; empty: the next one. */
    public OptionalLong from(int partition) {
      return decision.from(partition);
    }

    // There is one of each decision.
    @Override
    public boolean equals(@Nullable Object other) {
      return other == this;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /**
   * @param file of the model that judges where nothing is decided yet; models of decisions are in
   *     its folder
   * @param options of what is opened
   * @param told hears in sentences of what is taken and refused, on any thread
   * @throws ArtifactException if the file is no model of records
   * @throws IOException if it cannot be read
   */
  public static ModelSuccession open(Path file, ScorerOptions options, Consumer<String> told)
      throws IOException {
    ScorerCache cache = new ScorerCache(options);
    @Nullable Path parent = file.toAbsolutePath().getParent();
    return new ModelSuccession(
        parent == null ? file.toAbsolutePath() : parent,
        cache,
        JudgingModel.open(file, cache),
        told);
  }

  private ModelSuccession(
      Path folder, ScorerCache cache, JudgingModel first, Consumer<String> told) {
    this.folder = folder;
    this.cache = cache;
    this.first = first;
    this.told = told;
  }

  /** The model that judges where nothing is decided yet. */
  public JudgingModel first() {
    return first;
  }

  /**
   * Hears of a record of the control topic; they come in their order.
   *
   * @param record null of a tombstone, which says nothing
   */
  public void hear(long offset, byte @Nullable [] record) {
    if (record != null) {
      boolean unused = take(offset, record);
    }
    readUpTo(offset + 1);
  }

  /**
   * Hears of all that was decided before this process began: the latest that stands counts, and
   * none before it is opened.
   *
   * @param records by offset, in their order
   * @param end the offset behind the last one
   */
  public void hearPast(Map<Long, byte[]> records, long end) {
    List<Map.Entry<Long, byte[]>> past = new ArrayList<>(records.entrySet());
    for (int i = past.size() - 1; i >= 0; i--) {
      if (take(past.get(i).getKey(), past.get(i).getValue())) {
        break;
      }
    }
    readUpTo(end);
  }

  private boolean take(long offset, byte[] record) {
    setOpening(true);
    try {
      return takeOpened(offset, record);
    } finally {
      setOpening(false);
    }
  }

  private void setOpening(boolean now) {
    synchronized (turn) {
      opening = now;
      turn.notifyAll();
    }
  }

  private boolean takeOpened(long offset, byte[] record) {
    String place = "decision at offset " + offset;
    Decided next;
    try {
      next = opened(offset, record);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // Whatever it is, it would be the same for each copy, and at each start.
      synchronized (turn) {
        refused++;
      }
      told.accept(place + " is refused, and what judged before goes on: " + reason(e));
      return false;
    }
    @Nullable Decided before;
    synchronized (turn) {
      before = latest;
      latest = next;
      uses.merge(next, 1, Integer::sum);
      taken++;
    }
    if (before != null) {
      release(before);
    }
    told.accept(
        "%s: %s with threshold %s takes over%s"
            .formatted(
                place,
                next.model().name(),
                next.model().threshold().score(),
                next.decision().from().isEmpty() ? "" : " from " + next.decision().from()));
    return true;
  }

  private static String reason(Throwable refused) {
    if (refused instanceof NoSuchFileException) {
      return refused.getMessage() + ": no such file";
    }
    boolean ours = refused instanceof ArtifactException || refused instanceof DataException;
    return ours ? String.valueOf(refused.getMessage()) : FaultWords.of(refused);
  }

  private Decided opened(long offset, byte[] record) throws IOException {
    ModelDecision decision = ModelDecision.of(record);
    JudgingModel model = JudgingModel.open(folder, decision, cache);
    try {
      requireSameRecords(first.manifest(), model.manifest());
      return new Decided(offset, record, decision, model);
    } catch (RuntimeException refused) {
      model.close();
      throw refused;
    }
  }

  /** Records and keys go on, so they must mean the same to both. */
  private static void requireSameRecords(Manifest before, Manifest next) {
    String shape = shape(before.series());
    if (!shape.equals(shape(next.series()))) {
      throw new DataException(
          "model %s: %s (expected: %s, as the job's first model)"
              .formatted(next.modelId(), shape(next.series()), shape));
    }
    List<String> columns = columns(before);
    if (!columns.equals(columns(next))) {
      List<String> lacking = new ArrayList<>(columns);
      lacking.removeAll(columns(next));
      List<String> more = new ArrayList<>(columns(next));
      more.removeAll(columns);
      throw new DataException(
          "model %s: other columns: without %s, with %s (expected: those of the job's first model)"
              .formatted(next.modelId(), lacking, more));
    }
  }

  private static List<String> columns(Manifest manifest) {
    return manifest.schema().columns().stream()
        .map(column -> column.name() + " " + column.type().name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static String shape(@Nullable SeriesSettings series) {
    return series == null
        ? "rows of a table"
        : "series by time '%s' and key %s, windows of %d points, delay %d"
            .formatted(series.time(), series.keys(), series.window(), series.delay());
  }

  private void readUpTo(long end) {
    synchronized (turn) {
      read = end;
      turn.notifyAll();
    }
  }

  /** The latest decision that stands; null if nothing is decided. It is not in use by that. */
  public @Nullable Decided latest() {
    synchronized (turn) {
      return latest;
    }
  }

  /**
   * Takes the latest decision into use, if it is still the one that was looked at.
   *
   * @return whether it was
   */
  public boolean use(Decided decided) {
    synchronized (turn) {
      return uses.computeIfPresent(decided, (same, count) -> count + 1) != null;
    }
  }

  /**
   * Takes a decision into use that a task of another copy, or of an earlier run, went by.
   *
   * @throws IllegalStateException if it cannot be had here, with what to do: to go back to an
   *     earlier model would be to judge otherwise than verdicts before say
   */
  public Decided useAgain(long offset, byte[] record) {
    awaitRead(offset);
    synchronized (turn) {
      for (Decided open : uses.keySet()) {
        if (open.offset() == offset) {
          uses.merge(open, 1, Integer::sum);
          return open;
        }
      }
    }
    try {
      Decided again = opened(offset, record);
      synchronized (turn) {
        uses.merge(again, 1, Integer::sum);
      }
      return again;
    } catch (IOException | ArtifactException | DataException e) {
      throw new IllegalStateException(
          "a partition is judged by the decision at offset %d of the control topic, which cannot be had here: %s (expected: its file in the folder of --model)"
              .formatted(offset, reason(e)),
          e);
    }
  }

  private void awaitRead(long offset) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    synchronized (turn) {
      while (read <= offset) {
        if (opening) {
          // A large model may take longer, and those behind it wait.
          until = System.nanoTime() + PATIENCE.toNanos();
        }
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new IllegalStateException(
              "a partition is judged by the decision at offset %d of the control topic, which has %d (expected: more); a topic that was made anew needs another --name"
                  .formatted(offset, read));
        }
        try {
          turn.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
      }
    }
  }

  /** A task uses a decision no more. */
  public void release(Decided decided) {
    boolean last;
    synchronized (turn) {
      last = uses.merge(decided, -1, Integer::sum) == 0;
      if (last) {
        uses.remove(decided);
      }
    }
    if (last) {
      // It waits while another model is opened, which is no reason for all to wait.
      decided.model().close();
    }
  }

  /** Tells whoever hears what is taken and refused. */
  public void tell(String sentence) {
    told.accept(sentence);
  }

  /** Decisions that were refused. */
  public long refused() {
    synchronized (turn) {
      return refused;
    }
  }

  /** Decisions that took over. */
  public long taken() {
    synchronized (turn) {
      return taken;
    }
  }

  /** Gives all models back; tasks that have one must have ended. */
  @Override
  public void close() {
    synchronized (turn) {
      uses.keySet().forEach(decided -> decided.model().close());
      uses.clear();
      latest = null;
      first.close();
    }
  }
}
