package io.latentry.server.registry;

import io.latentry.core.promotion.ShadowTrial;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A retraining, from its start to what became of the challenger.
 *
 * @param cause why it was started
 * @param by who started it: a key's name, or {@code retraining} itself
 * @param champion the version that was in force
 * @param challenger the version that came of it
 * @param process of the child, and when that was started, so that it is known again
 * @param words how it ended, or stands, as a sentence
 * @param trial in shadow
 */
public record RetrainingRun(
    String id,
    String model,
    Cause cause,
    String by,
    int champion,
    State state,
    Instant startedAt,
    Optional<Instant> endedAt,
    OptionalInt challenger,
    Optional<ChildProcess> process,
    String words,
    ShadowTrial trial) {

  /** Why a retraining was started. */
  public enum Cause {
    SCHEDULE,
    DRIFT,
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
    /** The challenger waits for somebody to promote it. */
    WAITING,
    PROMOTED,
    /** The challenger was given up. */
    DROPPED,
    /** The champion before is the champion again. */
    ROLLED_BACK;

    /** Whether something may still become of it. */
    public boolean isOpen() {
      return this == RUNNING || this == SHADOW || this == WAITING;
    }
  }

  /** A process by its number, which another may have later, and its start. */
  public record ChildProcess(long pid, Instant startedAt) {}

  /** The same in another state. */
  public RetrainingRun now(State next, Instant at, String how) {
    return new RetrainingRun(
        id,
        model,
        cause,
        by,
        champion,
        next,
        startedAt,
        next.isOpen() ? Optional.empty() : Optional.of(at),
        challenger,
        next == State.RUNNING ? process : Optional.empty(),
        how,
        trial);
  }

  /** The same with its challenger. */
  public RetrainingRun with(int version) {
    return new RetrainingRun(
        id,
        model,
        cause,
        by,
        champion,
        state,
        startedAt,
        endedAt,
        OptionalInt.of(version),
        process,
        words,
        trial);
  }

  /** The same with its process. */
  public RetrainingRun with(ChildProcess child) {
    return new RetrainingRun(
        id,
        model,
        cause,
        by,
        champion,
        state,
        startedAt,
        endedAt,
        challenger,
        Optional.of(child),
        words,
        trial);
  }

  /** The same with its trial. */
  public RetrainingRun with(ShadowTrial so) {
    return new RetrainingRun(
        id, model, cause, by, champion, state, startedAt, endedAt, challenger, process, words, so);
  }
}
