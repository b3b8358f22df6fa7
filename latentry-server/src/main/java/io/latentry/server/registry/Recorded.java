package io.latentry.server.registry;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** What was seen of the versions and of segments of their rows, hour by hour. */
public final class Recorded {
  private static final String COUNTS =
      "SELECT model, version, segment, hour, source, judged, alarms, unscorable, promised, at_most";

  private static final String RECORDED = "recorded_hour";
  private static final String SET_ASIDE = "set_aside_hour";
  private static final String OF_WHOLE = " AND segment = ''";
  private static final String OF_SEGMENTS = " AND segment <> ''";
  private static final byte[] NOT_ASKED = {};

  private final Store store;

  Recorded(Store store) {
    this.store = store;
  }

  /** Writes hours, in place of what their sources wrote of them before; all or none. */
  public void put(List<RecordedHour> hours) {
    store.done(handle -> put(handle, RECORDED, hours));
  }

  /**
   * The same of rows that were judged while a window of maintenance was open: they are kept apart,
   * so that no baseline is made of them.
   */
  public void put(List<RecordedHour> hours, List<RecordedHour> setAside) {
    store.done(
        handle -> {
          put(handle, RECORDED, hours);
          put(handle, SET_ASIDE, setAside);
        });
  }

  private static void put(Handle handle, String table, List<RecordedHour> hours) {
    if (hours.isEmpty()) {
      return;
    }
    try (PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO "
                + table
                + " (model, version, segment, hour, source, judged, alarms, unscorable, promised,"
                + " at_most, profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (model,"
                + " version, segment, hour, source) DO UPDATE SET judged = excluded.judged, alarms"
                + " = excluded.alarms, unscorable = excluded.unscorable, promised ="
                + " excluded.promised, at_most = excluded.at_most, profile = excluded.profile")) {
      for (RecordedHour of : hours) {
        PreparedBatch unused =
            batch.add(
                of.model(),
                of.version(),
                of.segment(),
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

  /** The counts of all rows of a version from an hour on, by hour; without profiles. */
  public List<RecordedHour> counts(String model, int version, long from) {
    return store.asked(
        handle -> read(select(handle, COUNTS, RECORDED, OF_WHOLE, model, version, from), false));
  }

  /** Rows of a version with a verdict, from an hour on. */
  public long judged(String model, int version, long from) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT COALESCE(SUM(judged), 0) FROM "
                        + RECORDED
                        + " WHERE model = :model AND version = :version AND hour >= :from"
                        + OF_WHOLE)
                .bind("model", model)
                .bind("version", version)
                .bind("from", from)
                .mapTo(Long.class)
                .one());
  }

  /** The same with profiles. */
  public List<RecordedHour> hours(String model, int version, long from) {
    return hours(model, version, RecordedHour.WHOLE, from);
  }

  /** The same of a segment. */
  public List<RecordedHour> hours(String model, int version, String segment, long from) {
    return store.asked(
        handle ->
            read(
                select(
                        handle,
                        COUNTS + ", profile",
                        RECORDED,
                        " AND segment = :segment",
                        model,
                        version,
                        from)
                    .bind("segment", segment),
                true));
  }

  /** The counts of every segment, by hour; without profiles. */
  public List<RecordedHour> segmentCounts(String model, int version, long from) {
    return store.asked(
        handle -> read(select(handle, COUNTS, RECORDED, OF_SEGMENTS, model, version, from), false));
  }

  /** The segments that anything is known of, set aside or not, by name. */
  public List<String> segments(String model, int version) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT segment FROM recorded_hour WHERE model = :model AND version = :version"
                        + OF_SEGMENTS
                        + " UNION SELECT segment FROM set_aside_hour WHERE model = :model AND"
                        + " version = :version"
                        + OF_SEGMENTS
                        + " ORDER BY segment")
                .bind("model", model)
                .bind("version", version)
                .mapTo(String.class)
                .list());
  }

  /** The counts of rows that were set aside, by hour; without profiles. */
  public List<RecordedHour> setAside(String model, int version, long from) {
    return store.asked(
        handle -> read(select(handle, COUNTS, SET_ASIDE, OF_WHOLE, model, version, from), false));
  }

  /** The same of every segment. */
  public List<RecordedHour> setAsideOfSegments(String model, int version, long from) {
    return store.asked(
        handle ->
            read(select(handle, COUNTS, SET_ASIDE, OF_SEGMENTS, model, version, from), false));
  }

  /**
   * Requests against what was agreed of their latency.
   *
   * @param latest number of the last bucket, since 1970
   * @param requests by bucket, its number modulo how many there are; likewise {@code slow}
   */
  public record SlaCount(
      String model,
      String door,
      String sla,
      long latest,
      boolean breached,
      long[] requests,
      long[] slow) {}

  /** Writes them in place of all that were written before. */
  public void putSla(List<SlaCount> counts) {
    store.done(
        handle -> {
          int unused = handle.execute("DELETE FROM sla_count");
          for (SlaCount of : counts) {
            unused =
                handle.execute(
                    "INSERT INTO sla_count (model, door, sla, latest, breached, requests, slow)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    of.model(),
                    of.door(),
                    of.sla(),
                    of.latest(),
                    of.breached() ? 1 : 0,
                    text(of.requests()),
                    text(of.slow()));
          }
        });
  }

  /** As they were written last. */
  public List<SlaCount> sla() {
    return store.asked(
        handle ->
            handle
                .createQuery("SELECT * FROM sla_count ORDER BY model, door, sla")
                .map(
                    (row, context) ->
                        new SlaCount(
                            row.getString("model"),
                            row.getString("door"),
                            row.getString("sla"),
                            row.getLong("latest"),
                            row.getInt("breached") == 1,
                            numbers(row.getString("requests")),
                            numbers(row.getString("slow"))))
                .list());
  }

  private static String text(long[] numbers) {
    return Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(","));
  }

  private static long[] numbers(String text) {
    return Arrays.stream(text.split(",", -1)).mapToLong(Long::parseLong).toArray();
  }

  /** Drops the hours before {@code hour}. */
  public void forget(long hour) {
    store.done(
        handle -> {
          int unused = handle.execute("DELETE FROM recorded_hour WHERE hour < ?", hour);
          int unusedToo = handle.execute("DELETE FROM set_aside_hour WHERE hour < ?", hour);
        });
  }

  private static Query select(
      Handle handle,
      String select,
      String table,
      String which,
      String model,
      int version,
      long from) {
    return handle
        .createQuery(
            select
                + " FROM "
                + table
                + " WHERE model = :model AND version = :version AND hour >= :from"
                + which
                + " ORDER BY hour, source")
        .bind("model", model)
        .bind("version", version)
        .bind("from", from);
  }

  private static List<RecordedHour> read(Query query, boolean profiles) {
    return query
        .map(
            (row, context) ->
                new RecordedHour(
                    row.getString("model"),
                    row.getInt("version"),
                    row.getString("segment"),
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
