package io.latentry.server.catalog;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A lease of a {@link LoadedVersion}. */
final class HeldVersion implements ModelLease {
  private final LoadedVersion loaded;
  private final Supplier<ModelVersion> version;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param loaded held already; closing the lease lets go
   * @param version as it stands when asked
   */
  HeldVersion(LoadedVersion loaded, Supplier<ModelVersion> version) {
    this.loaded = loaded;
    this.version = version;
  }

  @Override
  public ModelVersion version() {
    return version.get();
  }

  @Override
  public Manifest manifest() {
    return loaded.scorer().manifest();
  }

  @Override
  public Set<Output> outputs() {
    return loaded.scorer().outputs();
  }

  @Override
  public CompletableFuture<Judgements> judge(Rows rows, Set<Output> also, Duration within) {
    Optional<String> wrong = wrong(rows, also);
    return wrong.isPresent() ? refusal(wrong.get()) : loaded.judge(rows, Set.copyOf(also), within);
  }

  @Override
  public CompletableFuture<Judgements> judgeUncounted(
      Rows rows, Set<Output> also, Duration within) {
    Optional<String> wrong = wrong(rows, also);
    return wrong.isPresent()
        ? refusal(wrong.get())
        : loaded.judgeUncounted(rows, Set.copyOf(also), within);
  }

  private Optional<String> wrong(Rows rows, Set<Output> also) {
    if (closed.get()) {
      throw new IllegalStateException("lease: closed (expected: open)");
    }
    if (!outputs().containsAll(also)) {
      return Optional.of("also: " + also + " (expected: among " + outputs() + ")");
    }
    return rows.schema().columns().equals(manifest().schema().columns())
        ? Optional.empty()
        : Optional.of("rows: of another schema (expected: that of the lease's manifest)");
  }

  /** Requests under way finish all the same. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      loaded.release();
    }
  }

  private static CompletableFuture<Judgements> refusal(String message) {
    return CompletableFuture.failedFuture(new RefusedException(Refusal.BAD_INPUT, message));
  }
}
