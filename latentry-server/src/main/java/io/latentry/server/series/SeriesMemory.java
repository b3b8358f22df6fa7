package io.latentry.server.series;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.fault.FaultWords;
import io.latentry.core.graph.Output;
import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.series.SeriesState;
import io.latentry.core.series.WindowAssembler;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges points of series with what their keys carried from the requests before, in memory and
 * every now and then in a file for each version of a model. A version has its own states, told by
 * the digest of its file: the same file carries on, another begins anew.
 *
 * <p>Requests about one key are judged one after the other, others at one time, so that the engine
 * takes their windows together; one that fails has changed no state. Thread-safe.
 */
public final class SeriesMemory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesMemory.class);

  private final @Nullable Path folder;
  private final Clock clock;
  private final Limits limits;
  private final Map<String, KeyStates> states = new ConcurrentHashMap<>();
  private final @Nullable ScheduledExecutorService saving;

  /**
   * Of one version of a model. Beyond them, what was seen the longest ago is forgotten.
   *
   * @param bytes of states with their keys
   * @param age since a key's last point came
   * @param savedEvery between two times that what changed is written
   */
  public record Limits(int keys, long bytes, Duration age, Duration savedEvery) {
    public static final Limits USUAL =
        new Limits(100_000, 256L << 20, Duration.ofDays(7), Duration.ofMinutes(1));
  }

  /**
   * What is kept of a key.
   *
   * @param key as {@link SeriesKeys} writes it
   * @param seen when its last point came here, whatever time it told
   */
  public record KeptKey(String key, SeriesState state, Instant seen) {}

  /**
   * Some of the keys, in the order of their text.
   *
   * @param count of all keys
   * @param more whether there are keys behind these
   */
  public record KeptKeys(int count, List<KeptKey> keys, boolean more) {}

  private SeriesMemory(@Nullable Path folder, Clock clock, Limits limits) {
    this.folder = folder;
    this.clock = clock;
    this.limits = limits;
    this.saving =
        folder == null
            ? null
            : Executors.newSingleThreadScheduledExecutor(
                work -> {
                  Thread thread = new Thread(work, "latentry-series");
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /** One that forgets everything with the process. */
  public static SeriesMemory inMemory(Clock clock) {
    return new SeriesMemory(null, clock, Limits.USUAL);
  }

  /**
   * Restores what is in {@code folder}. A file that cannot be read is told in the log and passed
   * over: its keys begin anew.
   *
   * @throws IOException if the folder cannot be had
   */
  public static SeriesMemory open(Path folder, Clock clock, Limits limits) throws IOException {
    SeriesMemory memory = new SeriesMemory(folder, clock, limits);
    if (Files.isDirectory(folder)) {
      memory.restore(folder);
    }
    ScheduledExecutorService saving = memory.saving;
    if (saving != null) {
      Object unused =
          saving.scheduleWithFixedDelay(
              memory::save,
              limits.savedEvery().toMillis(),
              limits.savedEvery().toMillis(),
              TimeUnit.MILLISECONDS);
    }
    return memory;
  }

  private void restore(Path from) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(from, "*" + StateFile.ENDING)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        try {
          states.put(
              name.substring(0, name.length() - StateFile.ENDING.length()), StateFile.read(file));
        } catch (IOException unreadable) {
          LOG.warn("{}: {}; its keys begin anew", file, unreadable.getMessage());
        }
      }
    }
  }

  /** The columns that a request has beside the channels: time, then keys; none of a table. */
  public static List<String> columns(Manifest manifest) {
    SeriesSettings settings = manifest.series();
    if (settings == null) {
      return List.of();
    }
    List<String> columns = new ArrayList<>(List.of(settings.time()));
    columns.addAll(settings.keys());
    return columns;
  }

  /** Refuses what a point of a series has no answer to. */
  public static void requireRoomFor(boolean reconstruct) {
    if (reconstruct) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          "reconstruct: of a point of a series (expected: explain, which tells what was expected"
              + " of the channels that it names)");
    }
  }

  /**
   * The points of a request.
   *
   * @param beside {@code String[columns][rows]}: the cells of {@link #columns}
   */
  public static SeriesPoints points(Manifest manifest, Rows rows, String[][] beside) {
    SeriesSettings settings = manifest.series();
    if (settings == null) {
      throw new IllegalStateException("model " + manifest.modelId() + ": of a table");
    }
    return SeriesPoints.of(settings, manifest.reading().cells(), rows, beside);
  }

  /**
   * Verdicts on points, by what their keys carry.
   *
   * @param within how long the caller waits for its turn, and then for the verdicts
   * @throws RefusedException {@link Refusal#BUSY} if its turn did not come
   * @throws java.util.concurrent.CompletionException as the future of {@link
   *     ModelLease#judgeUntold} fails
   */
  public PointJudgements judge(
      ModelLease lease, SeriesPoints points, Set<Output> also, Duration within) {
    SeriesSettings settings = settings(lease);
    ModelVersion version = lease.version();
    WindowAssembler assembler = assembler(lease);
    KeyStates kept = states.computeIfAbsent(name(version), name -> new KeyStates());
    KeyStates.Turn turn = kept.takeTurn(Set.copyOf(Arrays.asList(points.keys())));
    try {
      await(turn, version, within);
      Map<String, SeriesState> changed = begun(kept, turn.keys(), assembler);
      PointJudgements judged =
          SeriesScorer.judge(
              settings,
              assembler,
              points,
              key -> Objects.requireNonNull(changed.get(key)),
              windows -> lease.judgeUntold(windows, also, within).join());
      lease.tell(judged.windows(), judged.judgements());
      keep(kept, changed);
      return judged;
    } finally {
      kept.end(turn);
    }
  }

  private static Map<String, SeriesState> begun(
      KeyStates kept, Set<String> keys, WindowAssembler assembler) {
    Map<String, SeriesState> states = new HashMap<>();
    kept.lock.lock();
    try {
      keys.forEach(key -> states.put(key, state(assembler, kept.get(key))));
    } finally {
      kept.lock.unlock();
    }
    return states;
  }

  private void keep(KeyStates kept, Map<String, SeriesState> changed) {
    Map<String, byte[]> bytes = new HashMap<>();
    changed.forEach(
        (key, state) -> {
          if (!Double.isNaN(state.last())) {
            bytes.put(key, state.toBytes());
          }
        });
    kept.lock.lock();
    try {
      long now = clock.millis();
      bytes.forEach((key, state) -> kept.put(key, new KeyStates.Kept(state, now)));
      kept.evict(limits, now);
    } finally {
      kept.lock.unlock();
    }
  }

  /** What is kept of a key; empty if nothing is. */
  public Optional<KeptKey> find(ModelLease lease, String key) {
    WindowAssembler assembler = assembler(lease);
    return looked(lease, kept -> Optional.ofNullable(look(assembler, key, kept.kept(key))))
        .flatMap(found -> found);
  }

  /**
   * Forgets a key: it begins anew, and is not back after a kill.
   *
   * @throws RefusedException as {@link #judge}
   */
  public void forget(ModelLease lease, String key, Duration within) {
    ModelVersion version = lease.version();
    KeyStates kept = states.get(name(version));
    if (kept == null) {
      return;
    }
    // A request about it that is under way would put it back.
    KeyStates.Turn turn = kept.takeTurn(Set.of(key));
    try {
      await(turn, version, within);
      kept.lock.lock();
      try {
        kept.remove(key);
      } finally {
        kept.lock.unlock();
      }
    } finally {
      kept.end(turn);
    }
    save();
  }

  /**
   * Some keys that something is kept of.
   *
   * @param after the last key before them; empty from the first on
   */
  public KeptKeys list(ModelLease lease, Optional<String> after, int most) {
    WindowAssembler assembler = assembler(lease);
    return looked(
            lease,
            kept -> {
              List<String> keys = kept.keys(after, most + 1);
              return new KeptKeys(
                  kept.count(),
                  keys.stream()
                      .limit(most)
                      .map(key -> look(assembler, key, kept.kept(key)))
                      .filter(Objects::nonNull)
                      .toList(),
                  keys.size() > most);
            })
        .orElse(new KeptKeys(0, List.of(), false));
  }

  /** Looks at the states of a version while nobody changes them; empty if it has none. */
  private <T> Optional<T> looked(ModelLease lease, Function<KeyStates, T> look) {
    KeyStates kept = states.get(name(lease.version()));
    if (kept == null) {
      return Optional.empty();
    }
    kept.lock.lock();
    try {
      kept.evict(limits, clock.millis());
      return Optional.of(look.apply(kept));
    } finally {
      kept.lock.unlock();
    }
  }

  private static @Nullable KeptKey look(
      WindowAssembler assembler, String key, KeyStates.@Nullable Kept kept) {
    if (kept == null) {
      return null;
    }
    try {
      return new KeptKey(key, assembler.restore(kept.bytes()), Instant.ofEpochMilli(kept.seen()));
    } catch (IllegalArgumentException ofAnotherRelease) {
      // Its next point begins anew.
      return null;
    }
  }

  private static WindowAssembler assembler(ModelLease lease) {
    return new WindowAssembler(settings(lease), lease.manifest().schema());
  }

  static SeriesSettings settings(ModelLease lease) {
    SeriesSettings settings = lease.manifest().series();
    if (settings == null) {
      throw new IllegalStateException("model " + lease.manifest().modelId() + ": of a table");
    }
    return settings;
  }

  private static String name(ModelVersion version) {
    return version.name() + "@" + version.digest();
  }

  private static SeriesState state(WindowAssembler assembler, byte @Nullable [] bytes) {
    if (bytes != null) {
      try {
        return assembler.restore(bytes);
      } catch (IllegalArgumentException ofAnotherRelease) {
        LOG.warn("{}", ofAnotherRelease.getMessage());
      }
    }
    return assembler.begin();
  }

  private static void await(KeyStates.Turn turn, ModelVersion version, Duration within) {
    try {
      turn.comes().get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(Refusal.NOT_READY, "the service is stopping", e);
    } catch (TimeoutException e) {
      throw new RefusedException(
          Refusal.BUSY,
          "model '" + version.name() + "': points before these are still judged; try again later",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a turn that cannot come", e);
    }
  }

  /** Writes what changed, and forgets what is too old. */
  void save() {
    Path to = folder;
    if (to == null) {
      return;
    }
    states.forEach(
        (name, kept) -> {
          try {
            save(to.resolve(name + StateFile.ENDING), kept);
          } catch (IOException | UncheckedIOException failed) {
            LOG.warn("series: states of {} are not saved: {}", name, FaultWords.of(failed));
          }
        });
  }

  /** One at a time: each writes aside first. */
  private synchronized void save(Path file, KeyStates kept) throws IOException {
    Map<String, KeyStates.Kept> all;
    kept.lock.lock();
    try {
      kept.evict(limits, clock.millis());
      if (!kept.takeChanged()) {
        return;
      }
      all = kept.all();
    } finally {
      kept.lock.unlock();
    }
    try {
      Path parent = file.getParent();
      if (parent != null) {
        Path unused = Files.createDirectories(parent);
      }
      StateFile.write(file, all);
    } catch (IOException failed) {
      kept.lock.lock();
      try {
        kept.markChanged();
      } finally {
        kept.lock.unlock();
      }
      throw failed;
    }
  }

  /** Saves a last time. */
  @Override
  public void close() {
    ScheduledExecutorService thread = saving;
    if (thread != null) {
      thread.shutdown();
      try {
        boolean unused = thread.awaitTermination(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    save();
  }
}
