package io.latentry.server.registry;

import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.Threshold;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The thresholds of each version: the one in force, and the latest of those that were, since all of
 * them are read whenever a model is. The audit has every move.
 */
public final class Thresholds {
  private final Store store;
  private final Audit audit;
  private final Ledger ledger;

  Thresholds(Store store, Audit audit, Ledger ledger) {
    this.store = store;
    this.audit = audit;
    this.ledger = ledger;
  }

  /** Puts another threshold in force, and forgets what can no longer be gone back to. */
  public void move(String name, int number, Threshold next, String by) {
    store.done(
        handle -> {
          List<Threshold> thresholds = of(handle, name, number);
          int place = top(handle, name, number) + 1;
          insert(handle, name, number, place, next);
          handle.execute(
              "DELETE FROM threshold WHERE model = ? AND version = ? AND place < ?",
              name,
              number,
              place - Manifest.Thresholds.KEPT);
          record(
              handle,
              name,
              number,
              "threshold",
              by,
              words(thresholds.get(thresholds.size() - 1), " to ", next));
        });
  }

  /** Takes the threshold in force away; there must be one before it. */
  public void undo(String name, int number, String by) {
    store.done(
        handle -> {
          List<Threshold> thresholds = of(handle, name, number);
          int last = thresholds.size() - 1;
          Threshold before = thresholds.get(last - 1);
          handle.execute(
              "DELETE FROM threshold WHERE model = ? AND version = ? AND place = ?",
              name,
              number,
              top(handle, name, number));
          record(
              handle,
              name,
              number,
              "undo_threshold",
              by,
              words(thresholds.get(last), " back to ", before));
        });
  }

  private void record(
      Handle handle, String name, int number, String action, String by, String detail) {
    audit.record(handle, name, number, action, by, detail);
    if (ModelRows.require(handle, name).champion() == number) {
      ledger.record(handle, name, action, by, detail);
    }
  }

  private static String words(Threshold from, String towards, Threshold to) {
    String scores = "from " + from.score() + towards + to.score();
    return from.segments().equals(to.segments())
        ? scores
        : scores + ", segments " + SegmentThreshold.words(to.segments());
  }

  private static List<Threshold> of(Handle handle, String name, int number) {
    return ModelRows.require(handle, name).version(number).orElseThrow().thresholds();
  }

  /** Where the threshold in force stands; those before it stand below. */
  private static int top(Handle handle, String name, int number) {
    return handle
        .createQuery("SELECT MAX(place) FROM threshold WHERE model = ? AND version = ?")
        .bind(0, name)
        .bind(1, number)
        .mapTo(Integer.class)
        .one();
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
