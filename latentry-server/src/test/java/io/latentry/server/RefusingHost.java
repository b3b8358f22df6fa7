package io.latentry.server;

import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ForwardingHost;
import io.latentry.server.serving.ForwardingLease;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** A host that refuses rows when it is told to, as another does under load. */
public final class RefusingHost extends ForwardingHost {
  private final AtomicReference<RefusedException> nextRefusal = new AtomicReference<>();

  private final AtomicReference<RefusedException> nextUntoldRefusal = new AtomicReference<>();
  private final AtomicReference<Error> nextError = new AtomicReference<>();

  private volatile Runnable beforeChanges = () -> {};

  RefusingHost(ModelHost host) {
    super(host);
  }

  /** The next call of {@link ModelLease#judge} fails so. */
  public void refuseNext(Refusal refusal, String message) {
    nextRefusal.set(new RefusedException(refusal, message));
  }

  /** The next call of {@link ModelLease#judgeUntold} fails so. */
  public void refuseNextUntold(Refusal refusal, String message) {
    nextUntoldRefusal.set(new RefusedException(refusal, message));
  }

  /** The next call of {@link ModelLease#judge} throws it. */
  public void breakNext(Error error) {
    nextError.set(error);
  }

  /**
   * Of what somebody does between a decision on a champion and what comes of it.
   *
   * @param what before each promotion and rollback; what it throws refuses that
   */
  public void beforeChanges(Runnable what) {
    beforeChanges = what;
  }

  @Override
  public ModelVersion promote(String name, int version, String by, String why) {
    beforeChanges.run();
    return super.promote(name, version, by, why);
  }

  @Override
  public ModelVersion promote(String name, int version, int over, String by, String why) {
    beforeChanges.run();
    return super.promote(name, version, over, by, why);
  }

  @Override
  public ModelVersion rollBack(String name, String by, String why) {
    beforeChanges.run();
    return super.rollBack(name, by, why);
  }

  @Override
  public ModelVersion rollBack(String name, int from, String by, String why) {
    beforeChanges.run();
    return super.rollBack(name, from, by, why);
  }

  @Override
  public ModelLease lend(String name, OptionalInt version) {
    return new ForwardingLease(super.lend(name, version)) {
      @Override
      public CompletableFuture<Judgements> judge(
          Samples samples, Set<Output> also, Duration within) {
        Error error = nextError.getAndSet(null);
        if (error != null) {
          throw error;
        }
        RefusedException refusal = nextRefusal.getAndSet(null);
        return refusal != null
            ? CompletableFuture.failedFuture(refusal)
            : super.judge(samples, also, within);
      }

      @Override
      public CompletableFuture<Judgements> judgeUntold(
          Samples samples, Set<Output> also, Duration within) {
        RefusedException refusal = nextUntoldRefusal.getAndSet(null);
        return refusal != null
            ? CompletableFuture.failedFuture(refusal)
            : super.judgeUntold(samples, also, within);
      }
    };
  }
}
