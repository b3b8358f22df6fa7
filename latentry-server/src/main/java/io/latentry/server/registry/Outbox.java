package io.latentry.server.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * What receivers are to be told: the alerts that hold, and the messages on their way.
 *
 * <p>That an alert begins or ends, and the messages of it, are one change, so that nothing is lost
 * between them. A message is taken under a lease: who took it and died leaves it to the next.
 */
public final class Outbox {
  private static final String WAITING = "waiting";
  private static final String SENT = "sent";
  private static final String DROPPED = "dropped";
  private static final long MAX_SEQ = Long.MAX_VALUE;
  private static final int MOST_REASON = 300;

  private final Store store;

  /**
   * An alert that holds.
   *
   * @param notice JSON
   */
  public record Alert(String key, String model, Instant startsAt, String notice) {}

  /**
   * A message for one receiver.
   *
   * @param id the same whenever the same is told again
   * @param notice JSON
   * @param attempts that failed
   */
  public record Message(
      long seq,
      String id,
      String destination,
      String alert,
      Instant createdAt,
      String notice,
      int attempts) {}

  Outbox(Store store) {
    this.store = store;
  }

  /** Those that hold, the oldest first. */
  public List<Alert> alerts() {
    return store.asked(
        handle ->
            handle
                .createQuery("SELECT * FROM alert ORDER BY starts_at, alert_key")
                .map(
                    (row, context) ->
                        new Alert(
                            row.getString("alert_key"),
                            row.getString("model"),
                            Instant.ofEpochMilli(row.getLong("starts_at")),
                            row.getString("notice")))
                .list());
  }

  /**
   * An alert holds from now on, and these receivers are to be told; nothing if it holds already.
   *
   * @param id of the message
   */
  public void begin(Alert alert, String id, List<String> destinations, Instant now) {
    store.done(
        handle -> {
          int begun =
              handle.execute(
                  "INSERT INTO alert (alert_key, model, starts_at, notice) VALUES (?, ?, ?, ?) ON"
                      + " CONFLICT (alert_key) DO NOTHING",
                  alert.key(),
                  alert.model(),
                  alert.startsAt().toEpochMilli(),
                  alert.notice());
          if (begun > 0) {
            put(handle, alert.key(), id, alert.notice(), destinations, now);
          }
        });
  }

  /** What an alert that holds says by now; nobody is told of that by itself. */
  public void update(String key, String notice) {
    store.done(
        handle -> handle.execute("UPDATE alert SET notice = ? WHERE alert_key = ?", notice, key));
  }

  /** An alert holds no more, and these receivers are to be told; nothing if it does not hold. */
  public void end(String key, String id, String notice, List<String> destinations, Instant now) {
    store.done(
        handle -> {
          if (handle.execute("DELETE FROM alert WHERE alert_key = ?", key) > 0) {
            put(handle, key, id, notice, destinations, now);
          }
        });
  }

  private static void put(
      Handle handle, String key, String id, String notice, List<String> to, Instant now) {
    for (String destination : to) {
      int unused =
          handle.execute(
              "INSERT INTO outbox (seq, id, destination, alert_key, created_at, notice, state,"
                  + " attempts, next_at, leased_until) SELECT COALESCE(MAX(seq), 0) + 1, ?, ?, ?,"
                  + " ?, ?, ?, 0, ?, 0 FROM outbox WHERE 1 = 1 ON CONFLICT (id, destination) DO"
                  + " NOTHING",
              id,
              destination,
              key,
              now.toEpochMilli(),
              notice,
              WAITING,
              now.toEpochMilli());
    }
  }

  /** Whether a message for a receiver is due. */
  public boolean isDue(String destination, Instant now) {
    return store.asked(handle -> due(handle, destination, now).isPresent());
  }

  /**
   * Takes the next message that is due for a receiver: of an alert the first that is not sent yet.
   *
   * @param owner who takes it
   * @param until when it is free again unless {@link #sent} or {@link #failed} was said of it
   */
  public Optional<Message> take(String destination, String owner, Instant now, Instant until) {
    return store.changed(
        handle -> {
          Optional<Message> next = due(handle, destination, now);
          next.ifPresent(
              message ->
                  handle.execute(
                      "UPDATE outbox SET leased_by = ?, leased_until = ? WHERE seq = ?",
                      owner,
                      until.toEpochMilli(),
                      message.seq()));
          return next;
        });
  }

  private static Optional<Message> due(Handle handle, String destination, Instant now) {
    return handle
        .createQuery(
            "SELECT * FROM outbox o WHERE destination = :destination AND state = 'waiting' AND"
                + " next_at <= :now AND leased_until <= :now AND NOT EXISTS (SELECT 1 FROM outbox"
                + " earlier WHERE earlier.alert_key = o.alert_key AND earlier.destination ="
                + " o.destination AND earlier.state = 'waiting' AND earlier.seq < o.seq) ORDER BY"
                + " seq LIMIT 1")
        .bind("destination", destination)
        .bind("now", now.toEpochMilli())
        .map((row, context) -> message(row))
        .findOne();
  }

  /** A receiver has it. It is kept, so that the same is not told again. */
  public void sent(Message message, String owner) {
    store.done(
        handle ->
            handle.execute(
                "UPDATE outbox SET state = ?, leased_until = 0 WHERE seq = ? AND leased_by = ?",
                SENT,
                message.seq(),
                owner));
  }

  /** A receiver does not have it; it is due again later. */
  public void failed(Message message, String owner, String reason, Instant nextAt) {
    store.done(
        handle ->
            handle.execute(
                "UPDATE outbox SET attempts = attempts + 1, next_at = ?, leased_until = 0, reason ="
                    + " ? WHERE seq = ? AND leased_by = ?",
                nextAt.toEpochMilli(),
                reason.length() > MOST_REASON ? reason.substring(0, MOST_REASON) : reason,
                message.seq(),
                owner));
  }

  /**
   * Gives up what waits since before {@code before}, what is for receivers that there are not any
   * more, and of each receiver the oldest beyond {@code most}; and forgets what was sent or given
   * up before then.
   *
   * @return how many were given up, by receiver
   */
  public Map<String, Long> drop(Instant before, int most, Set<String> destinations, Instant now) {
    return store.changed(
        handle -> {
          int unusedForgotten =
              handle.execute(
                  "DELETE FROM outbox WHERE state <> 'waiting' AND created_at < ?",
                  before.toEpochMilli());
          Map<String, Long> dropped = new TreeMap<>();
          for (String destination : waitingOf(handle).keySet()) {
            long last =
                destinations.contains(destination) ? oldest(handle, destination, most) : MAX_SEQ;
            int given =
                handle.execute(
                    "UPDATE outbox SET state = ? WHERE destination = ? AND state = 'waiting' AND"
                        + " leased_until <= ? AND (created_at < ? OR seq <= ?)",
                    DROPPED,
                    destination,
                    now.toEpochMilli(),
                    before.toEpochMilli(),
                    last);
            if (given > 0) {
              dropped.put(destination, (long) given);
            }
          }
          return dropped;
        });
  }

  /** The last message of a receiver that is one too many, or none. */
  private static long oldest(Handle handle, String destination, int most) {
    return handle
        .createQuery(
            "SELECT seq FROM outbox WHERE destination = :destination AND state = 'waiting' ORDER BY"
                + " seq DESC LIMIT 1 OFFSET "
                + most)
        .bind("destination", destination)
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  /** How many messages wait, by receiver. */
  public Map<String, Long> waiting() {
    return store.asked(Outbox::waitingOf);
  }

  private static Map<String, Long> waitingOf(Handle handle) {
    return handle
        .createQuery(
            "SELECT destination, COUNT(*) AS many FROM outbox WHERE state = 'waiting' GROUP BY"
                + " destination")
        .map((row, context) -> Map.entry(row.getString("destination"), row.getLong("many")))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Message message(ResultSet row) throws SQLException {
    return new Message(
        row.getLong("seq"),
        row.getString("id"),
        row.getString("destination"),
        row.getString("alert_key"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getString("notice"),
        row.getInt("attempts"));
  }
}
