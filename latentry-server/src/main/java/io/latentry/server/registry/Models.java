package io.latentry.server.registry;

import io.latentry.core.calibration.Threshold;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The models with their versions, and which of them is the champion. */
public final class Models {
  private final Store store;
  private final Audit audit;
  private final Ledger ledger;
  private final Clock clock;

  Models(Store store, Audit audit, Ledger ledger, Clock clock) {
    this.store = store;
    this.audit = audit;
    this.ledger = ledger;
    this.clock = clock;
  }

  /** Every model, by name. */
  public List<RegisteredModel> all() {
    return store.asked(ModelRows::all);
  }

  public Optional<RegisteredModel> find(String name) {
    return store.asked(handle -> ModelRows.one(handle, name));
  }

  /**
   * Adds a version. A model's first version becomes its champion in any case.
   *
   * @param digest of a file that the {@link ArtifactStore} has
   * @param thresholds oldest first; the last one is in force
   * @return its number
   */
  public int add(
      String name,
      String digest,
      long bytes,
      List<Threshold> thresholds,
      boolean promoted,
      String by) {
    return store.changed(
        handle -> {
          Optional<RegisteredModel> model = ModelRows.one(handle, name);
          int number = model.map(m -> m.versions().size() + 1).orElse(1);
          boolean leads = promoted || model.isEmpty();
          handle.execute(
              "INSERT INTO version (model, number, digest, bytes, added_at, added_by,"
                  + " was_champion) VALUES (?, ?, ?, ?, ?, ?, ?)",
              name,
              number,
              digest,
              bytes,
              clock.instant().toString(),
              by,
              false);
          for (int place = 0; place < thresholds.size(); place++) {
            Thresholds.insert(handle, name, number, place, thresholds.get(place));
          }
          audit.record(handle, name, number, "add", by, "digest " + digest);
          if (model.isEmpty()) {
            handle.execute(
                "INSERT INTO model (name, champion, served, file_present) VALUES (?, ?, ?, ?)",
                name,
                number,
                true,
                false);
          }
          if (leads) {
            crown(handle, name, number, model.map(RegisteredModel::champion));
            record(handle, name, number, "promote", by, before(model));
          }
          return number;
        });
  }

  /**
   * Makes a version the champion; the model is to answer.
   *
   * @param action such as {@code promote}
   */
  public void promote(String name, int number, String action, String by, String detail) {
    store.done(
        handle -> {
          RegisteredModel model = ModelRows.require(handle, name);
          crown(handle, name, number, Optional.of(model.champion()));
          record(handle, name, number, action, by, detail);
        });
  }

  /**
   * Makes the topmost former champion the champion again; the model is to answer.
   *
   * @param why in words; may be empty
   */
  public void rollBack(String name, String by, String why) {
    store.done(
        handle -> {
          RegisteredModel model = ModelRows.require(handle, name);
          int number = model.formerChampion().orElseThrow();
          handle.execute(
              "DELETE FROM former_champion WHERE model = ? AND place = ?",
              name,
              model.formerChampions().size() - 1);
          crown(handle, name, number, Optional.empty());
          String was = "was version " + model.champion();
          record(handle, name, number, "roll_back", by, why.isEmpty() ? was : was + "; " + why);
        });
  }

  /**
   * Makes an earlier version the champion because the champion cannot be used; it and those between
   * are no former champions to roll back to.
   */
  public void fallBack(String name, int number, String by, String detail) {
    store.done(
        handle -> {
          List<Integer> former = ModelRows.require(handle, name).formerChampions();
          handle.execute(
              "DELETE FROM former_champion WHERE model = ? AND place >= ?",
              name,
              Math.max(0, former.lastIndexOf(number)));
          crown(handle, name, number, Optional.empty());
          record(handle, name, number, "fall_back", by, detail);
        });
  }

  /** Whether the model is to answer. */
  public void serve(String name, boolean served, String by, String detail) {
    store.done(
        handle -> {
          int champion = ModelRows.require(handle, name).champion();
          handle.execute("UPDATE model SET served = ? WHERE name = ?", served, name);
          record(handle, name, champion, served ? "load" : "unload", by, detail);
        });
  }

  /** Notes that NAME.onnx is in the folder of models, and what it is. */
  public void fileTaken(String name, String digest) {
    store.done(
        handle ->
            handle.execute(
                "UPDATE model SET file_digest = ?, file_present = ? WHERE name = ?",
                digest,
                true,
                name));
  }

  /** Notes that NAME.onnx is no longer in the folder of models. */
  public void fileGone(String name) {
    store.done(
        handle -> handle.execute("UPDATE model SET file_present = ? WHERE name = ?", false, name));
  }

  /** Makes {@code number} the champion; {@code former} goes on the stack of former ones. */
  private static void crown(Handle handle, String name, int number, Optional<Integer> former) {
    handle.execute("UPDATE model SET champion = ?, served = ? WHERE name = ?", number, true, name);
    handle.execute(
        "UPDATE version SET was_champion = ? WHERE model = ? AND number = ?", true, name, number);
    former.ifPresent(
        version ->
            handle.execute(
                "INSERT INTO former_champion (model, place, version) SELECT ?, COUNT(*), ? FROM"
                    + " former_champion WHERE model = ?",
                name,
                version,
                name));
  }

  /** Of what answers from now on. */
  private void record(
      Handle handle, String name, int number, String action, String by, String detail) {
    audit.record(handle, name, number, action, by, detail);
    ledger.record(handle, name, action, by, detail);
  }

  private static String before(Optional<RegisteredModel> model) {
    return model.map(m -> "was version " + m.champion()).orElse("the first version");
  }
}
