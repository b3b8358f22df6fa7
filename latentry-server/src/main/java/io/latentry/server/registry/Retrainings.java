package io.latentry.server.registry;

import io.latentry.core.promotion.ShadowTrial;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The retrainings, and the models that are not to be retrained for now. */
public final class Retrainings {
  private static final int MOST = 200;

  private final Store store;
  private final Audit audit;
  private final Ledger ledger;

  Retrainings(Store store, Audit audit, Ledger ledger) {
    this.store = store;
    this.audit = audit;
    this.ledger = ledger;
  }

  /** Writes a run in place of what was written of it before, and notes what became of it. */
  public void put(RetrainingRun run) {
    store.done(handle -> put(handle, run));
  }

  private static void put(Handle handle, RetrainingRun run) {
    int unused =
        handle
            .createUpdate(
                "INSERT INTO retraining (id, model, cause, reason, by_whom, champion, state,"
                    + " started, ended, challenger, pid, pid_started, words, trial_rows, alarms,"
                    + " challenger_alarms, both_alarms, unscorable, challenger_unscorable,"
                    + " decision, canary_percent) VALUES (:id, :model, :cause, :reason, :by,"
                    + " :champion, :state, :started, :ended, :challenger, :pid, :pidStarted,"
                    + " :words, :rows, :alarms, :challengerAlarms, :both, :unscorable,"
                    + " :challengerUnscorable, :decision, :percent) ON CONFLICT (id) DO UPDATE SET"
                    + " state = excluded.state, ended = excluded.ended, challenger ="
                    + " excluded.challenger, pid = excluded.pid, pid_started ="
                    + " excluded.pid_started, words = excluded.words, trial_rows ="
                    + " excluded.trial_rows, alarms = excluded.alarms, challenger_alarms ="
                    + " excluded.challenger_alarms, both_alarms = excluded.both_alarms, unscorable"
                    + " = excluded.unscorable, challenger_unscorable ="
                    + " excluded.challenger_unscorable, decision = excluded.decision,"
                    + " canary_percent = excluded.canary_percent")
            .bind("id", run.id())
            .bind("model", run.model())
            .bind("cause", word(run.cause()))
            .bind("reason", run.reason())
            .bind("by", run.by())
            .bind("champion", run.champion())
            .bind("state", word(run.state()))
            .bind("started", run.startedAt().toEpochMilli())
            .bind("ended", run.endedAt().map(Instant::toEpochMilli).orElse(null))
            .bind("challenger", run.challenger().isPresent() ? run.challenger().getAsInt() : null)
            .bind("pid", run.process().map(RetrainingRun.ChildProcess::pid).orElse(null))
            .bind(
                "pidStarted",
                run.process().map(child -> child.startedAt().toEpochMilli()).orElse(null))
            .bind("words", run.words())
            .bind("rows", run.trial().rows())
            .bind("alarms", run.trial().alarms())
            .bind("challengerAlarms", run.trial().challengerAlarms())
            .bind("both", run.trial().both())
            .bind("unscorable", run.trial().unscorable())
            .bind("challengerUnscorable", run.trial().challengerUnscorable())
            .bind("decision", run.decision().orElse(null))
            .bind("percent", run.canaryPercent())
            .execute();
  }

  /**
   * The same, with an entry in the audit; and in the ledger where the challenger answers a share of
   * the requests from now on, or does no more.
   *
   * @param by who did it
   */
  public void noted(RetrainingRun run, String by) {
    store.done(
        handle -> {
          boolean shared = isCanary(handle, run.id());
          put(handle, run);
          boolean shares = run.state() == RetrainingRun.State.CANARY;
          if (shared != shares) {
            ledger.record(handle, run.model(), shares ? "canary" : "canary_end", by, run.words());
          }
          audit.record(
              handle,
              run.model(),
              run.challenger().orElse(run.champion()),
              "retraining_" + word(run.state()),
              by,
              run.words());
        });
  }

  private static boolean isCanary(Handle handle, String id) {
    return handle
        .createQuery("SELECT COUNT(*) FROM retraining WHERE id = :id AND state = 'canary'")
        .bind("id", id)
        .mapTo(Long.class)
        .one()
        .equals(1L);
  }

  /** The latest of a model, the latest first. */
  public List<RetrainingRun> latest(String model) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM retraining WHERE model = :model ORDER BY started DESC, id LIMIT "
                        + MOST)
                .bind("model", model)
                .map((row, context) -> read(row))
                .list());
  }

  /** Those of all models of which something may still become, and those promoted since. */
  public List<RetrainingRun> open(Instant promotedSince) {
    return store.asked(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM retraining WHERE state IN ('running', 'shadow', 'canary',"
                        + " 'waiting') OR"
                        + " (state = 'promoted' AND ended >= :since) ORDER BY started, id")
                .bind("since", promotedSince.toEpochMilli())
                .map((row, context) -> read(row))
                .list());
  }

  private static RetrainingRun read(ResultSet row) throws SQLException {
    long pid = row.getLong("pid");
    Optional<RetrainingRun.ChildProcess> process =
        row.wasNull()
            ? Optional.empty()
            : Optional.of(
                new RetrainingRun.ChildProcess(
                    pid, Instant.ofEpochMilli(row.getLong("pid_started"))));
    int challenger = row.getInt("challenger");
    OptionalInt version = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(challenger);
    long ended = row.getLong("ended");
    Optional<Instant> end =
        row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ended));
    return new RetrainingRun(
        row.getString("id"),
        row.getString("model"),
        RetrainingRun.Cause.valueOf(row.getString("cause").toUpperCase(Locale.ROOT)),
        row.getString("reason"),
        row.getString("by_whom"),
        row.getInt("champion"),
        RetrainingRun.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        Instant.ofEpochMilli(row.getLong("started")),
        end,
        version,
        process,
        row.getString("words"),
        new ShadowTrial(
            row.getLong("trial_rows"),
            row.getLong("alarms"),
            row.getLong("challenger_alarms"),
            row.getLong("both_alarms"),
            row.getLong("unscorable"),
            row.getLong("challenger_unscorable")),
        Optional.ofNullable(row.getString("decision")),
        row.getInt("canary_percent"));
  }

  /**
   * Forgets runs that ended before a moment, the latest of each model left out. The audit and the
   * ledger keep what became of them.
   *
   * @return their ids
   */
  public List<String> forget(Instant before) {
    return store.changed(
        handle -> {
          List<String> old =
              handle
                  .createQuery(
                      "SELECT id FROM retraining r WHERE ended < :before AND EXISTS (SELECT 1 FROM"
                          + " retraining later WHERE later.model = r.model AND later.started >"
                          + " r.started)")
                  .bind("before", before.toEpochMilli())
                  .mapTo(String.class)
                  .list();
          for (String id : old) {
            int unused = handle.execute("DELETE FROM retraining WHERE id = ?", id);
          }
          return old;
        });
  }

  private static String word(Enum<?> of) {
    return of.name().toLowerCase(Locale.ROOT);
  }

  /** The models that are not to be retrained for now. */
  public Set<String> paused() {
    return store.asked(
        handle ->
            Set.copyOf(
                handle
                    .createQuery("SELECT model FROM retraining_pause")
                    .mapTo(String.class)
                    .list()));
  }

  /** Has a model not retrained for now, or again. */
  public void pause(String model, boolean paused, String by) {
    store.done(
        handle -> {
          int unused = handle.execute("DELETE FROM retraining_pause WHERE model = ?", model);
          if (paused) {
            unused = handle.execute("INSERT INTO retraining_pause (model) VALUES (?)", model);
          }
          audit.record(handle, model, 0, paused ? "retraining_pause" : "retraining_resume", by, "");
        });
  }
}
