package io.latentry.server.catalog;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A lease of a {@link LoadedVersion}. */
final class HeldVersion implements ModelLease {
  private final LoadedVersion loaded;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param loaded held already; closing the lease lets go
   */
  HeldVersion(LoadedVersion loaded) {
    this.loaded = loaded;
  }

  @Override
  public ModelVersion version() {
    return loaded.version();
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
  public CompletableFuture<Judgements> judge(Samples samples, Set<Output> also, Duration within) {
    String fault = fault(samples, also);
    return fault.isEmpty() ? loaded.judge(samples, Set.copyOf(also), within) : refusal(fault);
  }

  @Override
  public CompletableFuture<Judgements> judgeUntold(
      Samples samples, Set<Output> also, Duration within) {
    String fault = fault(samples, also);
    return fault.isEmpty() ? loaded.judgeUntold(samples, Set.copyOf(also), within) : refusal(fault);
  }

  @Override
  public void tell(Samples samples, Judgements told) {
    loaded.tell(samples, told);
  }

  /** Why samples cannot be judged; empty if they can. */
  private String fault(Samples samples, Set<Output> also) {
    if (closed.get()) {
      throw new IllegalStateException("lease: closed (expected: open)");
    }
    if (!outputs().containsAll(also)) {
      return "also: " + also + " (expected: among " + outputs() + ")";
    }
    if (manifest().spec().takes(samples.spec())) {
      return "";
    }
    return manifest().image() == null
        ? "rows: of another schema (expected: that of the lease's manifest)"
        : "rows: of a table (expected: images, which this model judges); send them as tensor"
            + " 'image' to /v2/models/NAME/infer or to gRPC, or the files themselves to"
            + " /v1/models/NAME/score";
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
