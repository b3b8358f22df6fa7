package io.latentry.server.serving;

import io.latentry.core.calibration.Threshold;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A version of a model as it stands.
 *
 * @param version counted from 1
 * @param digest SHA-256 of the file, hexadecimal
 * @param addedBy a key's name, or {@code file}
 * @param reason why it is in that state; empty if there is nothing to say
 * @param threshold in force; empty if the version was never loaded
 * @param thresholdHistory what was in force before, newest last
 */
public record ModelVersion(
    String name,
    int version,
    String digest,
    long bytes,
    Instant addedAt,
    String addedBy,
    Role role,
    State state,
    String reason,
    Optional<Threshold> threshold,
    List<Threshold> thresholdHistory) {

  /** What a version is among those of its model. */
  public enum Role {
    /** Answers when no version is named. */
    CHAMPION,
    /** Newer than the champion; answers when it is named. */
    CANDIDATE,
    /** Was the champion, or a candidate that another overtook. */
    RETIRED
  }

  /** Whether a version answers. */
  public enum State {
    LOADING,
    /** Checked and not proven: a request has it proven first, and waits for that. */
    UNPROVEN,
    READY,
    /** Lends no more, waits for requests under way. */
    UNLOADING,
    UNLOADED,
    /** Its file cannot be used. */
    FAILED
  }
}
