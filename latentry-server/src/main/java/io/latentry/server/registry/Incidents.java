package io.latentry.server.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.Incident;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The incidents of the models, and what people said of them. */
public final class Incidents {
  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final Store store;
  private final Audit audit;

  /** What no query asks by. */
  private record Detail(long[] scores, List<Row> examples) {}

  private record Row(String at, double score, List<Incident.Cell> cells) {}

  Incidents(Store store, Audit audit) {
    this.store = store;
    this.audit = audit;
  }

  /**
   * Writes incidents in place of what was written of them before, all or none. What people said
   * stays, but one that was reopened is not acknowledged any more.
   */
  public void put(String model, int version, List<Incident> incidents) {
    put(model, version, incidents, incident -> Optional.empty());
  }

  /**
   * The same.
   *
   * @param maintenance the window that was open when an incident began
   */
  public void put(
      String model,
      int version,
      List<Incident> incidents,
      Function<Incident, Optional<String>> maintenance) {
    store.done(handle -> put(handle, model, version, incidents, maintenance));
  }

  private static void put(
      Handle handle,
      String model,
      int version,
      List<Incident> incidents,
      Function<Incident, Optional<String>> maintenance) {
    try (PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO incident (id, model, version, signature, segment, state, first_seen,"
                + " last_seen, alarms, peak, reopened, detail, maintenance) VALUES (?, ?, ?, ?, ?,"
                + " ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET acknowledged_by = CASE"
                + " WHEN excluded.reopened > incident.reopened THEN NULL ELSE"
                + " incident.acknowledged_by END, state = excluded.state, last_seen ="
                + " excluded.last_seen, alarms = excluded.alarms, peak = excluded.peak, reopened ="
                + " excluded.reopened, detail = excluded.detail")) {
      for (Incident of : incidents) {
        PreparedBatch unused =
            batch.add(
                of.id(),
                model,
                version,
                of.signature(),
                of.segment(),
                word(of.state()),
                of.firstSeen().toEpochMilli(),
                of.lastSeen().toEpochMilli(),
                of.alarms(),
                of.peak(),
                of.reopened(),
                detail(of),
                maintenance.apply(of).orElse(null));
      }
      int[] unused = batch.execute();
    }
  }

  /** Those of a version whose latest alarm came at {@code since} or later, the latest first. */
  public List<StoredIncident> of(String model, int version, Instant since) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM incident WHERE model = :model AND version = :version AND"
                        + " last_seen >= :since ORDER BY last_seen DESC, id")
                .bind("model", model)
                .bind("version", version)
                .bind("since", since.toEpochMilli())
                .map((row, context) -> stored(row))
                .list());
  }

  /** The latest of a model, of any version, the latest alarm first. */
  public List<StoredIncident> latest(String model, int most) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM incident WHERE model = :model ORDER BY last_seen DESC, id LIMIT "
                        + most)
                .bind("model", model)
                .map((row, context) -> stored(row))
                .list());
  }

  /**
   * Those of any model that called for somebody when they were written, with an alarm at {@code
   * since} or later.
   */
  public List<StoredIncident> calling(Instant since) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM incident WHERE state IN ('alerting', 'recovering') AND last_seen"
                        + " >= :since ORDER BY first_seen, id")
                .bind("since", since.toEpochMilli())
                .map((row, context) -> stored(row))
                .list());
  }

  public Optional<StoredIncident> find(String model, String id) {
    return store.asked(handle -> one(handle, model, id));
  }

  /** Notes who looks after an incident; empty if there is no such incident. */
  public Optional<StoredIncident> acknowledge(String model, String id, String by) {
    return changed(
        model,
        id,
        (handle, incident) -> {
          handle.execute("UPDATE incident SET acknowledged_by = ? WHERE id = ?", by, id);
          audit.record(
              handle,
              model,
              incident.version(),
              "acknowledge",
              by,
              "incident " + id + ", " + incident.incident().words());
        });
  }

  /** Notes what somebody says of an incident; empty if there is no such incident. */
  public Optional<StoredIncident> say(
      String model, String id, FeedbackWord word, String note, String by) {
    return changed(model, id, (handle, incident) -> say(handle, incident, word, note, by));
  }

  private void say(
      Handle handle, StoredIncident incident, FeedbackWord word, String note, String by) {
    String id = incident.incident().id();
    handle.execute(
        "UPDATE incident SET feedback = ?, feedback_by = ?, note = ? WHERE id = ?",
        word(word),
        by,
        note,
        id);
    audit.record(
        handle,
        incident.model(),
        incident.version(),
        "feedback",
        by,
        word(word) + " on incident " + id + ", " + incident.incident().words());
  }

  /**
   * Notes the same of every incident of a signature, of any version, that had an alarm at {@code
   * since} or later, all or none.
   *
   * @param segment those of it alone; empty for those of whatever segment
   * @return those, the latest alarm first
   */
  public List<StoredIncident> sayOfGroup(
      String model,
      String signature,
      Optional<String> segment,
      Instant since,
      FeedbackWord word,
      String note,
      String by) {
    return store.changed(
        handle -> {
          group(handle, model, signature, segment, since)
              .forEach(incident -> say(handle, incident, word, note, by));
          return group(handle, model, signature, segment, since);
        });
  }

  private static List<StoredIncident> group(
      Handle handle, String model, String signature, Optional<String> segment, Instant since) {
    return handle
        .createQuery(
            "SELECT * FROM incident WHERE model = :model AND signature = :signature AND last_seen"
                + " >= :since ORDER BY last_seen DESC, id")
        .bind("model", model)
        .bind("signature", signature)
        .bind("since", since.toEpochMilli())
        .map((row, context) -> stored(row))
        .filter(of -> segment.isEmpty() || of.incident().segment().equals(segment.get()))
        .list();
  }

  /**
   * What somebody said of a single alarm.
   *
   * @param signature of its incident
   */
  public record SaidOfAlarm(
      String incident,
      String signature,
      Instant at,
      double score,
      FeedbackWord word,
      String by,
      String note) {}

  /** Notes what somebody says of an alarm of an incident; empty if there is no such incident. */
  public Optional<StoredIncident> sayOfAlarm(
      String model,
      String id,
      Instant at,
      double score,
      FeedbackWord word,
      String note,
      String by) {
    return changed(
        model,
        id,
        (handle, incident) -> {
          handle.execute(
              "INSERT INTO alarm_feedback (incident, seen_at, score, feedback, feedback_by, note)"
                  + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (incident, seen_at, score) DO UPDATE"
                  + " SET feedback = excluded.feedback, feedback_by = excluded.feedback_by, note ="
                  + " excluded.note",
              id,
              at.toEpochMilli(),
              score,
              word(word),
              by,
              note);
          audit.record(
              handle,
              model,
              incident.version(),
              "feedback",
              by,
              word(word)
                  + " on the alarm of "
                  + at
                  + " of incident "
                  + id
                  + ", "
                  + incident.incident().words());
        });
  }

  /** What was said of single alarms of a version, of incidents with an alarm since then. */
  public List<SaidOfAlarm> saidOfAlarms(String model, int version, Instant since) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT alarm_feedback.*, incident.signature FROM alarm_feedback JOIN incident"
                        + " ON incident.id = alarm_feedback.incident WHERE incident.model = :model"
                        + " AND incident.version = :version AND incident.last_seen >= :since")
                .bind("model", model)
                .bind("version", version)
                .bind("since", since.toEpochMilli())
                .map(
                    (row, context) ->
                        new SaidOfAlarm(
                            row.getString("incident"),
                            row.getString("signature"),
                            Instant.ofEpochMilli(row.getLong("seen_at")),
                            row.getDouble("score"),
                            FeedbackWord.valueOf(
                                row.getString("feedback").toUpperCase(Locale.ROOT)),
                            row.getString("feedback_by"),
                            row.getString("note")))
                .list());
  }

  private interface Change {
    void make(Handle handle, StoredIncident incident);
  }

  private Optional<StoredIncident> changed(String model, String id, Change change) {
    return store.changed(
        handle -> {
          Optional<StoredIncident> before = one(handle, model, id);
          before.ifPresent(incident -> change.make(handle, incident));
          return one(handle, model, id);
        });
  }

  /** Drops those whose latest alarm came before, unless somebody said something of them. */
  public void forget(Instant before) {
    store.done(
        handle ->
            handle.execute(
                "DELETE FROM incident WHERE last_seen < ? AND feedback IS NULL AND id NOT IN"
                    + " (SELECT incident FROM alarm_feedback)",
                before.toEpochMilli()));
  }

  private static Optional<StoredIncident> one(Handle handle, String model, String id) {
    return handle
        .createQuery("SELECT * FROM incident WHERE model = :model AND id = :id")
        .bind("model", model)
        .bind("id", id)
        .map((row, context) -> stored(row))
        .findOne();
  }

  private static StoredIncident stored(ResultSet row) throws SQLException {
    Detail detail = detail(row.getString("detail"));
    Incident incident =
        new Incident(
            row.getString("id"),
            row.getString("signature"),
            row.getString("segment"),
            Incident.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
            Instant.ofEpochMilli(row.getLong("first_seen")),
            Instant.ofEpochMilli(row.getLong("last_seen")),
            row.getLong("alarms"),
            row.getDouble("peak"),
            row.getInt("reopened"),
            detail.scores(),
            detail.examples().stream()
                .map(e -> new Incident.Example(Instant.parse(e.at()), e.score(), e.cells()))
                .toList());
    return new StoredIncident(
        row.getString("model"),
        row.getInt("version"),
        incident,
        Optional.ofNullable(row.getString("acknowledged_by")),
        Optional.ofNullable(row.getString("feedback"))
            .map(word -> FeedbackWord.valueOf(word.toUpperCase(Locale.ROOT))),
        Optional.ofNullable(row.getString("feedback_by")),
        Optional.ofNullable(row.getString("note")).orElse(""),
        Optional.ofNullable(row.getString("maintenance")));
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static String detail(Incident of) {
    try {
      return JSON.writeValueAsString(
          new Detail(
              of.scores(),
              of.examples().stream()
                  .map(e -> new Row(e.at().toString(), e.score(), e.cells()))
                  .toList()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("incident: not writable as JSON", e);
    }
  }

  private static Detail detail(String json) {
    try {
      return JSON.readValue(json, Detail.class);
    } catch (JsonProcessingException e) {
      throw new RegistryException("store: an incident's detail is no JSON: " + e.getMessage(), e);
    }
  }
}
