package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.server.batching.Batcher;
import io.latentry.server.batching.Request;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An open artifact with its queue. Leases and requests hold it; once it is retired, the last of
 * them to let go closes it. While it is not proven, requests wait in the queue.
 */
final class LoadedVersion {
  /** A wait beyond this is one for ever; the sum with a point in time must not overflow. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(365);

  private final int number;
  private final Scorer scorer;
  private final Batcher batcher;
  private final Supplier<ModelVersion> version;
  private final LongSupplier nanoTime;
  private final Runnable whenClosed;
  private int holders;
  private boolean retired;
  private long retiredNanos;
  private boolean closed;
  private volatile long usedNanos;
  private volatile boolean broken;

  /** Comes when it is proven, if it was not from the beginning. */
  private volatile Opener.@Nullable Proof proof;

  /** Done when it answers, or never will. */
  private final CompletableFuture<Boolean> settled = new CompletableFuture<>();

  /**
   * @param version as it stands when asked
   * @param whenClosed is told when the memory has been given back
   */
  LoadedVersion(
      int number,
      Scorer scorer,
      Batcher batcher,
      Supplier<ModelVersion> version,
      LongSupplier nanoTime,
      Runnable whenClosed) {
    this.number = number;
    this.scorer = scorer;
    this.batcher = batcher;
    this.version = version;
    this.nanoTime = nanoTime;
    this.whenClosed = whenClosed;
    this.usedNanos = nanoTime.getAsLong();
    if (scorer.isProven()) {
      boolean unused = settled.complete(true);
    } else {
      batcher.hold();
    }
  }

  /** Whether it answers; otherwise requests wait until it does. */
  boolean answers() {
    return settled.isDone();
  }

  /**
   * It is held until the proof has come, so that nobody closes what is being run.
   *
   * @param opener makes it
   * @param artifact what it was opened from
   * @param loader where {@code then} is done
   * @param then what is done with the scorer, or with why it cannot be used
   */
  void prove(
      Opener opener,
      Opener.Artifact artifact,
      Executor loader,
      BiConsumer<Opener.Proof, @Nullable ArtifactException> then) {
    if (!tryHold()) {
      return;
    }
    Opener.Proof begun = opener.prove(artifact, scorer);
    proof = begun;
    var unused =
        begun
            .result()
            .whenComplete((proven, failure) -> release())
            .whenCompleteAsync((proven, failure) -> then.accept(begun, fault(failure)), loader);
  }

  private static @Nullable ArtifactException fault(@Nullable Throwable failure) {
    if (failure == null) {
      return null;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ArtifactException refused
        ? refused
        : new ArtifactException("cannot be proven: " + cause, cause);
  }

  /** It answers from now on. */
  void letAnswer() {
    boolean unused = settled.complete(true);
    batcher.letGo();
  }

  /** It answers nothing; whatever waits is told why. */
  void refuse(RefusedException reason) {
    batcher.refuse(reason);
    boolean unused = settled.complete(false);
  }

  /** The next look opens it anew, or has another version stand in. */
  void breakDown() {
    broken = true;
  }

  /** Has it proven before all that waits. */
  void urge() {
    Opener.Proof waiting = proof;
    if (waiting != null && !answers()) {
      waiting.urge();
    }
  }

  /** Has it proven before all that waits, and waits until it answers or never will. */
  void awaitAnswers(Duration limit) throws InterruptedException {
    urge();
    try {
      Object unused = settled.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException notYet) {
      // Whoever asks for it is told how it stands.
    }
  }

  int number() {
    return number;
  }

  Scorer scorer() {
    return scorer;
  }

  /** When it was last asked, by {@link System#nanoTime}. */
  long usedNanos() {
    return usedNanos;
  }

  /** Whether its engine could not be loaded when it was asked. */
  boolean isBroken() {
    return broken;
  }

  int queuedRows() {
    return batcher.queuedRows();
  }

  /** As it stands. */
  ModelVersion version() {
    return version.get();
  }

  /** Lends it out, unless it is retired. */
  synchronized boolean tryHold() {
    if (retired) {
      return false;
    }
    holders++;
    return true;
  }

  /** A lease, or a request, lets go. */
  void release() {
    boolean last;
    synchronized (this) {
      holders--;
      last = retired && holders == 0;
    }
    if (last) {
      close();
    }
  }

  /** Lends no more; closes now or with the last holder. */
  void retire() {
    boolean last;
    synchronized (this) {
      if (!retired) {
        retired = true;
        retiredNanos = nanoTime.getAsLong();
      }
      last = holders == 0;
    }
    if (last) {
      close();
    }
  }

  /** Whether its holders have kept it for longer than {@code limit} since it was retired. */
  synchronized boolean isOverdue(Duration limit) {
    return retired && nanoTime.getAsLong() - retiredNanos > limit.toNanos();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Gives the memory back; requests that wait are refused. */
  void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      notifyAll();
    }
    batcher.close();
    whenClosed.run();
  }

  /** Waits for the last holder, or until {@code deadlineNanos}. */
  synchronized void awaitClosed(long deadlineNanos) throws InterruptedException {
    long left = deadlineNanos - nanoTime.getAsLong();
    while (!closed && left > 0) {
      wait(Math.max(1, left / 1_000_000));
      left = deadlineNanos - nanoTime.getAsLong();
    }
  }

  /** As {@link ModelLease#judge}; {@code also} is one of {@link Scorer#outputs}. */
  CompletableFuture<Judgements> judge(Samples samples, Set<Output> also, Duration within) {
    return judge(samples, also, within, true);
  }

  /** As {@link ModelLease#judgeUntold}. */
  CompletableFuture<Judgements> judgeUntold(Samples samples, Set<Output> also, Duration within) {
    return judge(samples, also, within, false);
  }

  private CompletableFuture<Judgements> judge(
      Samples samples, Set<Output> also, Duration within, boolean heard) {
    ModelVersion asked = version();
    usedNanos = nanoTime.getAsLong();
    urge();
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(batcher.unloaded());
      }
      holders++;
    }
    Duration wait = within.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : within;
    CompletableFuture<Judgements> verdicts = new CompletableFuture<>();
    CompletableFuture<Judgements> unused =
        verdicts.whenComplete(
            (judgements, failure) -> {
              if (failure != null && failure.getCause() instanceof ArtifactException) {
                broken = true;
              }
              release();
            });
    batcher.submit(
        new Request(asked, samples, wait, nanoTime.getAsLong() + wait.toNanos(), heard, verdicts),
        also);
    return verdicts;
  }

  /** As {@link ModelLease#tell}. */
  void tell(Samples samples, Judgements told) {
    batcher.tell(version(), samples, told);
  }
}
