package io.latentry.server.serving;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.registry.Ledger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** A host that hands everything on to another; what stands before one changes what it needs to. */
public abstract class ForwardingHost implements ModelHost {
  private final ModelHost host;

  protected ForwardingHost(ModelHost host) {
    this.host = host;
  }

  @Override
  public ModelLease lend(String name, OptionalInt version) {
    return host.lend(name, version);
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
  public ModelVersion promote(String name, int version, String by, String why) {
    return host.promote(name, version, by, why);
  }

  @Override
  public ModelVersion promote(String name, int version, int over, String by, String why) {
    return host.promote(name, version, over, by, why);
  }

  @Override
  public ModelVersion rollBack(String name, String by, String why) {
    return host.rollBack(name, by, why);
  }

  @Override
  public ModelVersion rollBack(String name, int from, String by, String why) {
    return host.rollBack(name, from, by, why);
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
  public ThresholdMove moveThreshold(String name, Function<Manifest, Threshold> next, String by) {
    return host.moveThreshold(name, next, by);
  }

  @Override
  public ThresholdMove undoThreshold(String name, String by) {
    return host.undoThreshold(name, by);
  }

  @Override
  public void note(String name, int version, String action, String by, String detail) {
    host.note(name, version, action, by, detail);
  }

  @Override
  public List<AuditEntry> audit(String name) {
    return host.audit(name);
  }

  @Override
  public List<Ledger.Entry> ledger(String name) {
    return host.ledger(name);
  }

  @Override
  public Optional<Ledger.Entry> ledger(String name, Instant at) {
    return host.ledger(name, at);
  }
}
