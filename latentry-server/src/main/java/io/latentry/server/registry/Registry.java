package io.latentry.server.registry;

import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.calibration.Threshold;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The models of a service and their history, in a database. Every change is one transaction, its
 * audit entry included. Thread-safe.
 *
 * <p>A service is the only writer of its store: {@link StoreLock} keeps others out, and where it
 * was lost and another came, a change by the one before is refused all the same, since whoever
 * opens the store to write takes the next turn.
 *
 * <p>Every method throws {@link RegistryException} if the database cannot be used.
 */
public final class Registry {
  private static final int MOST_AUDIT_ENTRIES = 1_000;
  private static final long NO_TURN = 0;

  private final Jdbi jdbi;
  private final StoreAddress address;
  private final Clock clock;
  private final long turn;

  private Registry(Jdbi jdbi, StoreAddress address, Clock clock, long turn) {
    this.jdbi = jdbi;
    this.address = address;
    this.clock = clock;
    this.turn = turn;
  }

  /** Opens the store to write, and makes its tables if it has none. */
  public static Registry open(StoreAddress address, Clock clock) {
    return toRead(address, clock).toWrite();
  }

  /**
   * The same beside a store folder; if that is not the store's own, nothing is written.
   *
   * @param hasChampion whether the file of a model's champion can be had, in the folder or
   *     otherwise
   * @throws RegistryException if the folder belongs to another database
   */
  public static Registry open(
      StoreAddress address, Clock clock, Path folder, Predicate<RegisteredModel> hasChampion) {
    Registry store = toRead(address, clock);
    StoreId.require(folder, address, store.id(), store.models(), hasChampion);
    return store.toWrite();
  }

  private static Registry toRead(StoreAddress address, Clock clock) {
    return new Registry(Database.open(address), address, clock, NO_TURN);
  }

  private Registry toWrite() {
    long next =
        asked(
            handle -> {
              int unused = handle.execute("UPDATE store SET turn = turn + 1");
              return handle.createQuery("SELECT turn FROM store").mapTo(Long.class).one();
            });
    return new Registry(jdbi, address, clock, next);
  }

  private String id() {
    return asked(handle -> handle.createQuery("SELECT id FROM store").mapTo(String.class).one());
  }

  /**
   * Whether changes are taken.
   *
   * @throws RegistryException if somebody else has opened the store to write since
   */
  public void requireTurn() {
    done(handle -> {});
  }

  /** Every model, by name. */
  public List<RegisteredModel> models() {
    return asked(ModelRows::all);
  }

  public Optional<RegisteredModel> model(String name) {
    return asked(handle -> ModelRows.one(handle, name));
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
    return changed(
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
            insertThreshold(handle, name, number, place, thresholds.get(place));
          }
          record(handle, name, number, "add", by, "digest " + digest);
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
    done(
        handle -> {
          RegisteredModel model = require(handle, name);
          crown(handle, name, number, Optional.of(model.champion()));
          record(handle, name, number, action, by, detail);
        });
  }

  /** Makes the topmost former champion the champion again; the model is to answer. */
  public void rollBack(String name, String by) {
    done(
        handle -> {
          RegisteredModel model = require(handle, name);
          int number = model.formerChampion().orElseThrow();
          handle.execute(
              "DELETE FROM former_champion WHERE model = ? AND place = ?",
              name,
              model.formerChampions().size() - 1);
          crown(handle, name, number, Optional.empty());
          record(handle, name, number, "roll_back", by, "was version " + model.champion());
        });
  }

  /**
   * Makes an earlier version the champion because the champion cannot be used; it and those between
   * are no former champions to roll back to.
   */
  public void fallBack(String name, int number, String by, String detail) {
    done(
        handle -> {
          List<Integer> former = require(handle, name).formerChampions();
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
    done(
        handle -> {
          int champion = require(handle, name).champion();
          handle.execute("UPDATE model SET served = ? WHERE name = ?", served, name);
          record(handle, name, champion, served ? "load" : "unload", by, detail);
        });
  }

  /** Notes that NAME.onnx is in the folder of models, and what it is. */
  public void fileTaken(String name, String digest) {
    done(
        handle ->
            handle.execute(
                "UPDATE model SET file_digest = ?, file_present = ? WHERE name = ?",
                digest,
                true,
                name));
  }

  /** Notes that NAME.onnx is no longer in the folder of models. */
  public void fileGone(String name) {
    done(handle -> handle.execute("UPDATE model SET file_present = ? WHERE name = ?", false, name));
  }

  /** Puts another threshold in force. */
  public void moveThreshold(String name, int number, Threshold next, String by) {
    done(
        handle -> {
          List<Threshold> thresholds = thresholds(handle, name, number);
          insertThreshold(handle, name, number, thresholds.size(), next);
          record(
              handle,
              name,
              number,
              "threshold",
              by,
              "from " + thresholds.get(thresholds.size() - 1).score() + " to " + next.score());
        });
  }

  /** Takes the threshold in force away; there must be one before it. */
  public void undoThreshold(String name, int number, String by) {
    done(
        handle -> {
          List<Threshold> thresholds = thresholds(handle, name, number);
          int top = thresholds.size() - 1;
          Threshold before = thresholds.get(top - 1);
          handle.execute(
              "DELETE FROM threshold WHERE model = ? AND version = ? AND place = ?",
              name,
              number,
              top);
          record(
              handle,
              name,
              number,
              "undo_threshold",
              by,
              "from " + thresholds.get(top).score() + " back to " + before.score());
        });
  }

  /** Notes something that changed nothing else. */
  public void note(String name, int version, String action, String by, String detail) {
    done(handle -> record(handle, name, version, action, by, detail));
  }

  /** What was done with a model, newest first; the latest {@value #MOST_AUDIT_ENTRIES}. */
  public List<AuditEntry> audit(String name) {
    return asked(
        handle ->
            handle
                .createQuery(
                    "SELECT at, version, action, by_whom, detail FROM audit WHERE model = :name"
                        + " ORDER BY id DESC LIMIT "
                        + MOST_AUDIT_ENTRIES)
                .bind("name", name)
                .map(
                    (row, context) ->
                        new AuditEntry(
                            Instant.parse(row.getString("at")),
                            name,
                            row.getInt("version"),
                            row.getString("action"),
                            row.getString("by_whom"),
                            row.getString("detail")))
                .list());
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

  private static String before(Optional<RegisteredModel> model) {
    return model.map(m -> "was version " + m.champion()).orElse("the first version");
  }

  private static RegisteredModel require(Handle handle, String name) {
    return ModelRows.one(handle, name)
        .orElseThrow(
            () -> new IllegalArgumentException("model: '" + name + "' (expected: a known one)"));
  }

  private static List<Threshold> thresholds(Handle handle, String name, int number) {
    return require(handle, name).version(number).orElseThrow().thresholds();
  }

  private static void insertThreshold(
      Handle handle, String name, int number, int place, Threshold threshold) {
    handle.execute(
        "INSERT INTO threshold (model, version, place, threshold) VALUES (?, ?, ?, ?)",
        name,
        number,
        place,
        ArtifactJson.write(threshold));
  }

  private void record(
      Handle handle, String name, int version, String action, String by, String detail) {
    handle.execute(
        "INSERT INTO audit (at, model, version, action, by_whom, detail) VALUES (?, ?, ?, ?, ?,"
            + " ?)",
        clock.instant().toString(),
        name,
        version,
        action,
        by,
        detail);
  }

  private void done(Consumer<Handle> work) {
    Object unused =
        changed(
            handle -> {
              work.accept(handle);
              return true;
            });
  }

  private <V> V changed(Function<Handle, V> work) {
    return asked(
        handle -> {
          // Written, not only read, so that it and the next one's turn cannot pass each other.
          if (handle.execute("UPDATE store SET turn = turn WHERE turn = ?", turn) == 0) {
            throw new RegistryException(
                "store: "
                    + address
                    + ": another service has taken it over (expected: one service for a database);"
                    + " this one answers as before and changes nothing; stop one of them, and"
                    + " restart this one if it is to stay",
                null);
          }
          return work.apply(handle);
        });
  }

  private <V> V asked(Function<Handle, V> work) {
    try {
      return jdbi.inTransaction(work::apply);
    } catch (JdbiException e) {
      throw new RegistryException("store: " + address + ": " + Database.words(e), e);
    }
  }
}
