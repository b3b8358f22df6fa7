package io.latentry.server.registry;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Windows of maintenance that were set while the service ran. */
public final class MaintenanceWindows {
  private final Store store;
  private final Audit audit;

  /**
   * A window.
   *
   * @param definition JSON
   * @param removedAt from when on it counts no more
   */
  public record Stored(
      String id,
      String definition,
      Instant createdAt,
      String createdBy,
      Optional<Instant> removedAt) {}

  MaintenanceWindows(Store store, Audit audit) {
    this.store = store;
    this.audit = audit;
  }

  /** Those that were removed included, the oldest first. */
  public List<Stored> all() {
    return store.asked(
        handle ->
            handle
                .createQuery("SELECT * FROM maintenance_window ORDER BY created_at, id")
                .map(
                    (row, context) -> {
                      long removed = row.getLong("removed_at");
                      @Nullable Instant at = row.wasNull() ? null : Instant.ofEpochMilli(removed);
                      return new Stored(
                          row.getString("id"),
                          row.getString("definition"),
                          Instant.ofEpochMilli(row.getLong("created_at")),
                          row.getString("created_by"),
                          Optional.ofNullable(at));
                    })
                .list());
  }

  /**
   * @param detail for the audit
   */
  public void add(Stored window, String detail) {
    store.done(
        handle -> {
          int unused =
              handle.execute(
                  "INSERT INTO maintenance_window (id, definition, created_at, created_by) VALUES"
                      + " (?, ?, ?, ?)",
                  window.id(),
                  window.definition(),
                  window.createdAt().toEpochMilli(),
                  window.createdBy());
          audit.record(handle, Audit.SERVICE, 0, "add_maintenance", window.createdBy(), detail);
        });
  }

  /** Returns whether there was such a window that counted still. */
  public boolean remove(String id, Instant at, String by, String detail) {
    return store.changed(
        handle -> {
          boolean removed = remove(handle, id, at);
          if (removed) {
            audit.record(handle, Audit.SERVICE, 0, "end_maintenance", by, detail);
          }
          return removed;
        });
  }

  private static boolean remove(Handle handle, String id, Instant at) {
    return handle.execute(
            "UPDATE maintenance_window SET removed_at = ? WHERE id = ? AND removed_at IS NULL",
            at.toEpochMilli(),
            id)
        > 0;
  }

  /** Drops those that were removed before. */
  public void forget(Instant before) {
    store.done(
        handle ->
            handle.execute(
                "DELETE FROM maintenance_window WHERE removed_at < ?", before.toEpochMilli()));
  }
}
