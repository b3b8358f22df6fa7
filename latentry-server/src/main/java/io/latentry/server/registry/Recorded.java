package io.latentry.server.registry;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** What was seen of the versions, hour by hour. */
public final class Recorded {
  private static final String COUNTS =
      "SELECT model, version, hour, source, judged, alarms, unscorable, promised, at_most";

  private static final byte[] NOT_ASKED = {};

  private final Store store;

  Recorded(Store store) {
    this.store = store;
  }

  /** Writes hours, in place of what their sources wrote of them before; all or none. */
  public void put(List<RecordedHour> hours) {
    store.done(handle -> put(handle, hours));
  }

  private static void put(Handle handle, List<RecordedHour> hours) {
    try (PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO recorded_hour (model, version, hour, source, judged, alarms, unscorable,"
                + " promised, at_most, profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT"
                + " (model, version, hour, source) DO UPDATE SET judged = excluded.judged, alarms ="
                + " excluded.alarms, unscorable = excluded.unscorable, promised ="
                + " excluded.promised, at_most = excluded.at_most, profile = excluded.profile")) {
      for (RecordedHour of : hours) {
        PreparedBatch unused =
            batch.add(
                of.model(),
                of.version(),
                of.hour(),
                of.source(),
                of.judged(),
                of.alarms(),
                of.unscorable(),
                of.promised(),
                of.atMost(),
                of.profile());
      }
      int[] unused = batch.execute();
    }
  }

  /** The counts of a version from an hour on, by hour; without profiles. */
  public List<RecordedHour> counts(String model, int version, long from) {
    return store.asked(handle -> read(handle, COUNTS, model, version, from, false));
  }

  /** The same with profiles. */
  public List<RecordedHour> hours(String model, int version, long from) {
    return store.asked(handle -> read(handle, COUNTS + ", profile", model, version, from, true));
  }

  /** Drops the hours before {@code hour}. */
  public void forget(long hour) {
    store.done(handle -> handle.execute("DELETE FROM recorded_hour WHERE hour < ?", hour));
  }

  private static List<RecordedHour> read(
      Handle handle, String select, String model, int version, long from, boolean profiles) {
    return handle
        .createQuery(
            select
                + " FROM recorded_hour WHERE model = :model AND version = :version AND hour >= :from"
                + " ORDER BY hour, source")
        .bind("model", model)
        .bind("version", version)
        .bind("from", from)
        .map(
            (row, context) ->
                new RecordedHour(
                    row.getString("model"),
                    row.getInt("version"),
                    row.getLong("hour"),
                    row.getString("source"),
                    row.getLong("judged"),
                    row.getLong("alarms"),
                    row.getLong("unscorable"),
                    row.getDouble("promised"),
                    row.getDouble("at_most"),
                    profiles ? row.getBytes("profile") : NOT_ASKED))
        .list();
  }
}
