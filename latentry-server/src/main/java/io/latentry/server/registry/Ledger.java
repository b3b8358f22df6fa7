package io.latentry.server.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;

/**
 * Which version of a model answered when, and why. An entry is added in the transaction of the
 * change that it tells of, with all that holds from then on; the database refuses to change or
 * delete one.
 */
public final class Ledger {
  private static final int MOST_ENTRIES = 1_000;

  private final Store store;
  private final Clock clock;

  Ledger(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * What answers from a moment on.
   *
   * @param id larger than that of every entry before
   * @param at by the clock of the service, which may have gone back since the entry before
   * @param version the champion
   * @param digest SHA-256 of its file, hexadecimal
   * @param served whether it answers
   * @param threshold in force; empty where the ledger began later
   * @param canary a version that answers a share of the requests
   * @param canaryPercent that share; 0 without one
   * @param action such as {@code promote}, {@code roll_back}, {@code threshold}, {@code canary}
   * @param by a key's name, or {@code retraining}, {@code file}, {@code service}
   * @param why in words
   * @param evidence SHA-256 of the decision of the retraining that the version came of
   */
  public record Entry(
      long id,
      Instant at,
      String model,
      int version,
      String digest,
      boolean served,
      OptionalDouble threshold,
      OptionalInt canary,
      int canaryPercent,
      String action,
      String by,
      String why,
      Optional<String> evidence) {}

  /** The entries of a model, newest first; the latest {@value #MOST_ENTRIES}. */
  public List<Entry> of(String model) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM ledger WHERE model = :model ORDER BY id DESC LIMIT "
                        + MOST_ENTRIES)
                .bind("model", model)
                .map((row, context) -> read(row))
                .list());
  }

  /**
   * What answered at a moment: the entry that was written last of those not later. Where the clock
   * went back a moment came twice, and the later answer counts.
   *
   * @return empty if the model was not known then
   */
  public Optional<Entry> at(String model, Instant moment) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM ledger WHERE model = :model AND at <= :at ORDER BY id DESC"
                        + " LIMIT 1")
                .bind("model", model)
                .bind("at", moment.toEpochMilli())
                .map((row, context) -> read(row))
                .findOne());
  }

  /** How the present champion became it; empty if the ledger began later. */
  public Optional<Entry> crowned(String model) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM ledger WHERE model = :model AND action IN ('promote',"
                        + " 'roll_back', 'fall_back') ORDER BY id DESC LIMIT 1")
                .bind("model", model)
                .map((row, context) -> read(row))
                .findOne());
  }

  /**
   * Adds what holds by now, in the transaction that made it so.
   *
   * @param action of {@link Entry}
   */
  void record(Handle handle, String name, String action, String by, String why) {
    RegisteredModel model = ModelRows.require(handle, name);
    RegisteredVersion champion =
        model
            .version(model.champion())
            .orElseThrow(
                () ->
                    new RegistryException(
                        "model '" + name + "': no version " + model.champion(), null));
    Optional<Share> share = share(handle, name, model.champion());
    handle.execute(
        "INSERT INTO ledger (at, model, version, digest, served, threshold, canary, canary_percent,"
            + " action, by_whom, why, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        clock.instant().toEpochMilli(),
        name,
        champion.number(),
        champion.digest(),
        model.served(),
        champion.thresholdInForce().score(),
        share.map(Share::version).orElse(null),
        share.map(Share::percent).orElse(0),
        action,
        by,
        why,
        decision(handle, name, share.map(Share::version).orElse(champion.number())).orElse(null));
  }

  private record Share(int version, int percent) {}

  /** What a retraining gives its challenger to answer. */
  private static Optional<Share> share(Handle handle, String model, int champion) {
    return handle
        .createQuery(
            "SELECT challenger, canary_percent FROM retraining WHERE model = :model AND state ="
                + " 'canary' AND champion = :champion ORDER BY started DESC LIMIT 1")
        .bind("model", model)
        .bind("champion", champion)
        .map((row, context) -> new Share(row.getInt("challenger"), row.getInt("canary_percent")))
        .findOne();
  }

  /** Of the run that a version came of, or of an entry before where that is forgotten. */
  private static Optional<String> decision(Handle handle, String model, int version) {
    return handle
        .createQuery(
            "SELECT decision FROM retraining WHERE model = :model AND challenger = :version AND"
                + " decision IS NOT NULL UNION SELECT evidence FROM ledger WHERE model = :model"
                + " AND (version = :version OR canary = :version) AND evidence IS NOT NULL"
                + " AND (canary IS NULL OR canary = :version) LIMIT 1")
        .bind("model", model)
        .bind("version", version)
        .mapTo(String.class)
        .findOne();
  }

  private static Entry read(ResultSet row) throws SQLException {
    double score = row.getDouble("threshold");
    OptionalDouble threshold = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(score);
    int version = row.getInt("canary");
    OptionalInt canary = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(version);
    return new Entry(
        row.getLong("id"),
        Instant.ofEpochMilli(row.getLong("at")),
        row.getString("model"),
        row.getInt("version"),
        row.getString("digest"),
        row.getBoolean("served"),
        threshold,
        canary,
        row.getInt("canary_percent"),
        row.getString("action"),
        row.getString("by_whom"),
        row.getString("why"),
        Optional.ofNullable(row.getString("evidence")));
  }
}
