package io.latentry.server.registry;

import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.calibration.Threshold;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The thresholds of each version: those that were in force, and the one that is. */
public final class Thresholds {
  private final Store store;
  private final Audit audit;

  Thresholds(Store store, Audit audit) {
    this.store = store;
    this.audit = audit;
  }

  /** Puts another threshold in force. */
  public void move(String name, int number, Threshold next, String by) {
    store.done(
        handle -> {
          List<Threshold> thresholds = of(handle, name, number);
          insert(handle, name, number, thresholds.size(), next);
          audit.record(
              handle,
              name,
              number,
              "threshold",
              by,
              "from " + thresholds.get(thresholds.size() - 1).score() + " to " + next.score());
        });
  }

  /** Takes the threshold in force away; there must be one before it. */
  public void undo(String name, int number, String by) {
    store.done(
        handle -> {
          List<Threshold> thresholds = of(handle, name, number);
          int top = thresholds.size() - 1;
          Threshold before = thresholds.get(top - 1);
          handle.execute(
              "DELETE FROM threshold WHERE model = ? AND version = ? AND place = ?",
              name,
              number,
              top);
          audit.record(
              handle,
              name,
              number,
              "undo_threshold",
              by,
              "from " + thresholds.get(top).score() + " back to " + before.score());
        });
  }

  private static List<Threshold> of(Handle handle, String name, int number) {
    return ModelRows.require(handle, name).version(number).orElseThrow().thresholds();
  }

  static void insert(Handle handle, String name, int number, int place, Threshold threshold) {
    handle.execute(
        "INSERT INTO threshold (model, version, place, threshold) VALUES (?, ?, ?, ?)",
        name,
        number,
        place,
        ArtifactJson.write(threshold));
  }
}
