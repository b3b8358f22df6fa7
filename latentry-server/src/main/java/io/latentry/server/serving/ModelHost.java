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

/** The models of a service, by name and version. Thread-safe. */
public interface ModelHost {

  /** Every version that is known, by name, then version, oldest first; loaded or not. */
  List<ModelVersion> versions();

  /**
   * The versions of one model, oldest first.
   *
   * @throws RefusedException {@link Refusal#UNKNOWN} if there is no such model
   */
  List<ModelVersion> versions(String name);

  /**
   * A version, or the champion if none is named, lent until the lease is closed: no reload takes it
   * away from a request under way.
   *
   * @throws RefusedException {@link Refusal#UNKNOWN} if there is no such version, {@link
   *     Refusal#NOT_READY} if it is not loaded
   */
  ModelLease lend(String name, OptionalInt version);

  /**
   * Takes an artifact in as the next version of {@code name}, loaded and proven. The file is
   * copied.
   *
   * @param promoted whether it becomes the champion; a model's first version does in any case
   * @param by who asked for it, for the audit
   * @throws RefusedException {@link Refusal#BAD_INPUT} if the file is no artifact, or none for this
   *     model
   */
  ModelVersion add(String name, Path artifact, boolean promoted, String by);

  /** Makes a version the champion; what was, stays loaded. Refuses one that cannot be loaded. */
  default ModelVersion promote(String name, int version, String by) {
    return promote(name, version, by, "asked for");
  }

  /**
   * The same.
   *
   * @param why for the audit and the ledger
   */
  ModelVersion promote(String name, int version, String by, String why);

  /**
   * The same, if {@code over} is the champion still.
   *
   * @throws RefusedException {@link Refusal#CONFLICT} if another version is by now
   */
  ModelVersion promote(String name, int version, int over, String by, String why);

  /** Makes the champion before this one the champion again. */
  default ModelVersion rollBack(String name, String by) {
    return rollBack(name, by, "asked for");
  }

  /**
   * The same.
   *
   * @param why for the audit and the ledger
   */
  ModelVersion rollBack(String name, String by, String why);

  /**
   * The same, if {@code from} is the champion still.
   *
   * @throws RefusedException {@link Refusal#CONFLICT} if another version is by now
   */
  ModelVersion rollBack(String name, int from, String by, String why);

  /** Loads every version of a model that is to be loaded (the champion, and candidates). */
  void load(String name, String by);

  /** Stops lending a model out; requests under way finish. */
  void unload(String name, String by);

  /**
   * Puts another threshold in force for the champion; the one so far joins the history.
   *
   * @param next the threshold, of the champion's manifest
   */
  ThresholdMove moveThreshold(String name, Function<Manifest, Threshold> next, String by);

  /**
   * Takes back the latest move.
   *
   * @throws RefusedException {@link Refusal#CONFLICT} if there is none
   */
  ThresholdMove undoThreshold(String name, String by);

  /**
   * Notes in the audit what is about to be done with a model elsewhere than here.
   *
   * @param action such as {@code forget_key}
   * @throws RefusedException {@link Refusal#NOT_READY} if the store takes no changes
   */
  void note(String name, int version, String action, String by, String detail);

  /** What was done with a model and by whom, newest first. */
  List<AuditEntry> audit(String name);

  /** Which version answered when, and why, newest first. */
  List<Ledger.Entry> ledger(String name);

  /** What answered at a moment; empty if the model was not known then. */
  Optional<Ledger.Entry> ledger(String name, Instant at);
}
