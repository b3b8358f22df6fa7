package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.Role;
import io.latentry.server.serving.ModelVersion.State;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * One model in memory, for tests of doors: everything that a host can be asked for, without a
 * store, batching or draining. Rows are judged on a worker thread.
 */
public final class OneModelHost implements ModelHost, AutoCloseable {
  /** Later than the epoch by a second for each thing done, so that tests know the time. */
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final String name;
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "one-model-host");
            thread.setDaemon(true);
            return thread;
          });
  private final List<Held> held = new ArrayList<>();
  private final Deque<Integer> formerChampions = new ArrayDeque<>();
  private final List<AuditEntry> audit = new ArrayList<>();
  private final AtomicReference<RefusedException> nextRefusal = new AtomicReference<>();
  private int champion;
  private boolean loaded = true;

  /** A version with its artifact. */
  private static final class Held {
    final Scorer scorer;
    final int version;
    final String digest;
    final long bytes;
    final Instant addedAt;
    final String addedBy;
    Threshold threshold;
    final List<Threshold> history = new ArrayList<>();

    Held(Scorer scorer, int version, String digest, long bytes, Instant addedAt, String addedBy) {
      this.scorer = scorer;
      this.version = version;
      this.digest = digest;
      this.bytes = bytes;
      this.addedAt = addedAt;
      this.addedBy = addedBy;
      this.threshold = scorer.manifest().threshold().current();
      this.history.addAll(scorer.manifest().threshold().history());
    }
  }

  private OneModelHost(String name) {
    this.name = name;
  }

  /** A host with {@code artifact} as version 1 of {@code name}. */
  public static OneModelHost of(String name, Path artifact) {
    OneModelHost host = new OneModelHost(name);
    ModelVersion unused = host.add(name, artifact, true, "file");
    return host;
  }

  /**
   * The golden artifact: numbers, a truth value, a timestamp and categories, from an old writer.
   */
  public static Path goldenArtifact() {
    return Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1", "model.onnx");
  }

  /** The next call of {@link ModelLease#judge} fails so. */
  public void refuseNext(Refusal refusal, String message) {
    nextRefusal.set(new RefusedException(refusal, message));
  }

  @Override
  public List<ModelVersion> versions() {
    return versions(name);
  }

  @Override
  public synchronized List<ModelVersion> versions(String wanted) {
    requireKnown(wanted);
    return held.stream().map(this::seen).toList();
  }

  @Override
  public synchronized ModelLease lend(String wanted, OptionalInt version) {
    requireKnown(wanted);
    Held found = held(version.orElse(champion));
    if (!loaded) {
      throw new RefusedException(
          Refusal.NOT_READY, "model '" + name + "': unloaded (expected: ready); load it first");
    }
    return new Lease(found, seen(found));
  }

  @Override
  public synchronized ModelVersion add(String wanted, Path artifact, boolean promoted, String by) {
    if (!wanted.equals(name)) {
      throw unknown(wanted);
    }
    try {
      byte[] content = Files.readAllBytes(artifact);
      Held added =
          new Held(
              Scorer.open(artifact, ScorerOptions.threads(1)),
              held.size() + 1,
              HexFormat.of().formatHex(Digest.sha256().digest(content)),
              content.length,
              now(),
              by);
      held.add(added);
      record(added.version, "add", by, "");
      return promoted || held.size() == 1 ? promote(name, added.version, by) : seen(added);
    } catch (ArtifactException e) {
      throw new RefusedException(Refusal.BAD_INPUT, e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized ModelVersion promote(String wanted, int version, String by) {
    requireKnown(wanted);
    Held next = held(version);
    if (version != champion) {
      if (champion > 0) {
        formerChampions.push(champion);
      }
      champion = version;
      record(version, "promote", by, "");
    }
    return seen(next);
  }

  @Override
  public synchronized ModelVersion rollBack(String wanted, String by) {
    requireKnown(wanted);
    if (formerChampions.isEmpty()) {
      throw new RefusedException(
          Refusal.CONFLICT, "model '" + name + "': no champion before this one to go back to");
    }
    champion = formerChampions.pop();
    record(champion, "roll_back", by, "");
    return seen(held(champion));
  }

  @Override
  public synchronized void load(String wanted, String by) {
    requireKnown(wanted);
    loaded = true;
    record(champion, "load", by, "");
  }

  @Override
  public synchronized void unload(String wanted, String by) {
    requireKnown(wanted);
    loaded = false;
    record(champion, "unload", by, "");
  }

  @Override
  public synchronized ModelVersion moveThreshold(
      String wanted, Function<Manifest, Threshold> next, String by) {
    requireKnown(wanted);
    Held now = held(champion);
    Threshold moved = next.apply(now.scorer.manifest());
    now.history.add(now.threshold);
    now.threshold = moved;
    record(champion, "threshold", by, "score " + moved.score());
    return seen(now);
  }

  @Override
  public synchronized ModelVersion undoThreshold(String wanted, String by) {
    requireKnown(wanted);
    Held now = held(champion);
    if (now.history.isEmpty()) {
      throw new RefusedException(
          Refusal.CONFLICT, "model '" + name + "': its threshold was never moved");
    }
    now.threshold = now.history.remove(now.history.size() - 1);
    record(champion, "threshold_undo", by, "score " + now.threshold.score());
    return seen(now);
  }

  @Override
  public synchronized List<AuditEntry> audit(String wanted) {
    requireKnown(wanted);
    List<AuditEntry> newestFirst = new ArrayList<>(audit);
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  @Override
  public synchronized void close() {
    workers.shutdown();
    held.forEach(one -> one.scorer.close());
  }

  private ModelVersion seen(Held one) {
    Role role =
        one.version == champion
            ? Role.CHAMPION
            : one.version == held.size() && one.version > champion ? Role.CANDIDATE : Role.RETIRED;
    return new ModelVersion(
        name,
        one.version,
        one.digest,
        one.bytes,
        one.addedAt,
        one.addedBy,
        role,
        loaded ? State.READY : State.UNLOADED,
        "",
        Optional.of(one.threshold),
        List.copyOf(one.history));
  }

  private Held held(int version) {
    if (version < 1 || version > held.size()) {
      throw new RefusedException(
          Refusal.UNKNOWN,
          "model '" + name + "': no version " + version + " (expected: 1 to " + held.size() + ")");
    }
    return held.get(version - 1);
  }

  private void requireKnown(String wanted) {
    if (!wanted.equals(name)) {
      throw unknown(wanted);
    }
  }

  private RefusedException unknown(String wanted) {
    return new RefusedException(
        Refusal.UNKNOWN, "model '" + wanted + "': unknown (expected: '" + name + "')");
  }

  private void record(int version, String action, String by, String detail) {
    audit.add(new AuditEntry(now(), name, version, action, by, detail));
  }

  private Instant now() {
    return START.plusSeconds(audit.size());
  }

  /** Lent as it stood. */
  private final class Lease implements ModelLease {
    private final Held lent;
    private final ModelVersion version;

    Lease(Held lent, ModelVersion version) {
      this.lent = lent;
      this.version = version;
    }

    @Override
    public ModelVersion version() {
      return version;
    }

    @Override
    public Manifest manifest() {
      return lent.scorer.manifest();
    }

    @Override
    public Set<Output> outputs() {
      return lent.scorer.outputs();
    }

    @Override
    public CompletableFuture<Judgements> judge(Rows rows, Set<Output> also, Duration within) {
      RefusedException refusal = nextRefusal.getAndSet(null);
      return refusal != null
          ? CompletableFuture.failedFuture(refusal)
          : CompletableFuture.supplyAsync(
              () -> lent.scorer.judge(rows, also).under(version.threshold().orElseThrow()),
              workers);
    }

    @Override
    public CompletableFuture<Judgements> judgeUncounted(
        Rows rows, Set<Output> also, Duration within) {
      return judge(rows, also, within);
    }

    @Override
    public void close() {}
  }
}
