package io.latentry.server.registry;

import io.latentry.core.promotion.ShadowTrial;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A retraining, from its start to what became of the challenger.
 *
 * @param cause what had it started, and {@code reason} the figures of that, as a sentence
 * @param by who started it: a key's name, or {@code retraining} itself
 * @param champion the version that was in force
 * @param challenger the version that came of it
 * @param process of the child, and when that was started, so that it is known again
 * @param words how it ended, or stands, as a sentence
 * @param trial in shadow; from the canary on, that of the canary
 * @param decision SHA-256 of the decision of its gate, hexadecimal
 * @param canaryPercent of the requests, which the challenger answers; 0 before a canary
 */
public record RetrainingRun(
    String id,
    String model,
    Cause cause,
    String reason,
    String by,
    int champion,
    State state,
    Instant startedAt,
    Optional<Instant> endedAt,
    OptionalInt challenger,
    Optional<ChildProcess> process,
    String words,
    ShadowTrial trial,
    Optional<String> decision,
    int canaryPercent) {

  /** What had a retraining started. */
  public enum Cause {
    SCHEDULE,
    /** The champion came too long ago. */
    AGE,
    DRIFT,
    /** The champion had more alarms than promised for too long. */
    BROKEN_PROMISE,
    /** The champion has judged many rows since. */
    ROWS,
    MANUAL
  }

  /** How a retraining stands. */
  public enum State {
    RUNNING,
    /** The gate refused: the champion stays. */
    REFUSED,
    /** It could not be ended. */
    FAILED,
    /** The challenger judges what the champion judges, and nobody hears it. */
    SHADOW,
    /** The challenger answers a share of the requests. */
    CANARY,
    /** The challenger waits for somebody to promote it. */
    WAITING,
    PROMOTED,
    /** The challenger was given up. */
    DROPPED,
    /** The champion before is the champion again. */
    ROLLED_BACK;

    /** Whether something may still become of it. */
    public boolean isOpen() {
      return this == RUNNING || this == SHADOW || this == CANARY || this == WAITING;
    }
  }

  /** A process by its number, which another may have later, and its start. */
  public record ChildProcess(long pid, Instant startedAt) {}

  /** A run that has begun. */
  public static RetrainingRun begun(
      String id,
      String model,
      Cause cause,
      String reason,
      String by,
      int champion,
      Instant at,
      String words) {
    return new RetrainingRun(
        id,
        model,
        cause,
        reason,
        by,
        champion,
        State.RUNNING,
        at,
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        words,
        ShadowTrial.NONE,
        Optional.empty(),
        0);
  }

  /** The same in another state. */
  public RetrainingRun now(State next, Instant at, String how) {
    return new RetrainingRun(
        id,
        model,
        cause,
        reason,
        by,
        champion,
        next,
        startedAt,
        next.isOpen() ? Optional.empty() : Optional.of(at),
        challenger,
        next == State.RUNNING ? process : Optional.empty(),
        how,
        trial,
        decision,
        canaryPercent);
  }

  /** The same with its challenger. */
  public RetrainingRun with(int version) {
    return with(OptionalInt.of(version), process, trial, decision, canaryPercent);
  }

  /** The same with its process. */
  public RetrainingRun with(ChildProcess child) {
    return with(challenger, Optional.of(child), trial, decision, canaryPercent);
  }

  /** The same with its trial. */
  public RetrainingRun with(ShadowTrial so) {
    return with(challenger, process, so, decision, canaryPercent);
  }

  /** The same with the digest of its decision. */
  public RetrainingRun decided(Optional<String> digest) {
    return with(challenger, process, trial, digest, canaryPercent);
  }

  /** The same whose challenger answers a share of the requests; its trial begins anew. */
  public RetrainingRun sharing(int percent) {
    return with(challenger, process, ShadowTrial.NONE, decision, percent);
  }

  private RetrainingRun with(
      OptionalInt version,
      Optional<ChildProcess> child,
      ShadowTrial so,
      Optional<String> digest,
      int percent) {
    return new RetrainingRun(
        id, model, cause, reason, by, champion, state, startedAt, endedAt, version, child, words,
        so, digest, percent);
  }
}
