package io.latentry.server.operations;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.AuditEntry;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A host that notes which model a request asked and with how many rows, whatever door it came by.
 */
final class ObservedHost implements ModelHost {
  private final ModelHost host;

  ObservedHost(ModelHost host) {
    this.host = host;
  }

  @Override
  public ModelLease lend(String name, OptionalInt version) {
    ModelLease lease = host.lend(name, version);
    @Nullable RequestNotes notes = RequestNotes.current();
    if (notes == null) {
      return lease;
    }
    notes.asked(name);
    return new NotedLease(lease, notes);
  }

  private record NotedLease(ModelLease lease, RequestNotes notes) implements ModelLease {
    @Override
    public CompletableFuture<Judgements> judge(Rows rows, Set<Output> also, Duration within) {
      notes.judged(rows.count());
      return lease.judge(rows, also, within);
    }

    @Override
    public ModelVersion version() {
      return lease.version();
    }

    @Override
    public Manifest manifest() {
      return lease.manifest();
    }

    @Override
    public Set<Output> outputs() {
      return lease.outputs();
    }

    @Override
    public void close() {
      lease.close();
    }
  }

  @Override
  public List<ModelVersion> versions() {
    return host.versions();
  }

  @Override
  public List<ModelVersion> versions(String name) {
    return host.versions(name);
  }

  @Override
  public ModelVersion add(String name, Path artifact, boolean promoted, String by) {
    return host.add(name, artifact, promoted, by);
  }

  @Override
  public ModelVersion promote(String name, int version, String by) {
    return host.promote(name, version, by);
  }

  @Override
  public ModelVersion rollBack(String name, String by) {
    return host.rollBack(name, by);
  }

  @Override
  public void load(String name, String by) {
    host.load(name, by);
  }

  @Override
  public void unload(String name, String by) {
    host.unload(name, by);
  }

  @Override
  public ModelVersion moveThreshold(String name, Function<Manifest, Threshold> next, String by) {
    return host.moveThreshold(name, next, by);
  }

  @Override
  public ModelVersion undoThreshold(String name, String by) {
    return host.undoThreshold(name, by);
  }

  @Override
  public List<AuditEntry> audit(String name) {
    return host.audit(name);
  }
}
