package io.latentry.server.batching;

import io.latentry.core.data.Samples;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Samples that wait for their verdicts.
 *
 * @param version as it stood when they came; its threshold is the one they are judged by
 * @param heard whether a tap hears the verdicts
 * @param deadlineNanos by which they must be on their way
 */
public record Request(
    ModelVersion version,
    Samples samples,
    Duration within,
    long deadlineNanos,
    boolean heard,
    CompletableFuture<Judgements> verdicts) {

  boolean isOver() {
    return verdicts.isDone();
  }

  boolean isLate(long nanos) {
    return nanos - deadlineNanos > 0;
  }

  void refuseAsLate() {
    refuse(
        Refusal.DEADLINE,
        "rows waited longer than the "
            + within.toMillis()
            + " ms that the caller gives them; try again later, or give them longer");
  }

  void refuse(Refusal refusal, String message) {
    fail(new RefusedException(refusal, message));
  }

  void fail(Throwable failure) {
    boolean unused = verdicts.completeExceptionally(failure);
  }
}
