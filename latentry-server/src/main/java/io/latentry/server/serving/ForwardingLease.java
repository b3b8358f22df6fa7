package io.latentry.server.serving;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A lease that hands everything on to another, as {@link ForwardingHost} does. */
public abstract class ForwardingLease implements ModelLease {
  private final ModelLease lease;

  protected ForwardingLease(ModelLease lease) {
    this.lease = lease;
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
  public CompletableFuture<Judgements> judge(Samples samples, Set<Output> also, Duration within) {
    return lease.judge(samples, also, within);
  }

  @Override
  public CompletableFuture<Judgements> judgeUntold(
      Samples samples, Set<Output> also, Duration within) {
    return lease.judgeUntold(samples, also, within);
  }

  @Override
  public void tell(Samples samples, Judgements told) {
    lease.tell(samples, told);
  }

  @Override
  public void close() {
    lease.close();
  }
}
