package io.latentry.server.operations;

import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ForwardingHost;
import io.latentry.server.serving.ForwardingLease;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A host that notes which model a request asked and with how many rows, whatever door it came by.
 */
final class ObservedHost extends ForwardingHost {
  ObservedHost(ModelHost host) {
    super(host);
  }

  @Override
  public ModelLease lend(String name, OptionalInt version) {
    ModelLease lease = super.lend(name, version);
    @Nullable RequestNotes notes = RequestNotes.current();
    if (notes == null) {
      return lease;
    }
    notes.asked(name);
    return new NotedLease(lease, notes);
  }

  private static final class NotedLease extends ForwardingLease {
    private final RequestNotes notes;
    private final AtomicBoolean judging = new AtomicBoolean();

    NotedLease(ModelLease lease, RequestNotes notes) {
      super(lease);
      this.notes = notes;
    }

    @Override
    public CompletableFuture<Judgements> judge(Samples samples, Set<Output> also, Duration within) {
      note(samples);
      return super.judge(samples, also, within);
    }

    @Override
    public CompletableFuture<Judgements> judgeUntold(
        Samples samples, Set<Output> also, Duration within) {
      note(samples);
      return super.judgeUntold(samples, also, within);
    }

    private void note(Samples samples) {
      notes.judged(samples.count());
      // Doors lend models to look at them, too.
      if (judging.compareAndSet(false, true)) {
        notes.judging(version());
      }
    }
  }
}
