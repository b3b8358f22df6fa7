package io.latentry.server.registry;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What was done with the models and by whom. */
public final class Audit {
  /** In place of a model, of what concerns none or several; no model is called so. */
  public static final String SERVICE = "*";

  private static final int MOST_ENTRIES = 1_000;

  private final Store store;
  private final Clock clock;

  Audit(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Notes something that changed nothing else. */
  public void note(String name, int version, String action, String by, String detail) {
    store.done(handle -> record(handle, name, version, action, by, detail));
  }

  /** What was done with a model, newest first; the latest {@value #MOST_ENTRIES}. */
  public List<AuditEntry> of(String name) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT at, version, action, by_whom, detail FROM audit WHERE model = :name"
                        + " ORDER BY id DESC LIMIT "
                        + MOST_ENTRIES)
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

  /** Notes it in the transaction of the change. */
  void record(Handle handle, String name, int version, String action, String by, String detail) {
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
}
