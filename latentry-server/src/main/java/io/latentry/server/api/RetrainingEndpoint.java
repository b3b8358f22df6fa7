package io.latentry.server.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.promotion.ShadowTrial;
import io.latentry.server.registry.Ledger;
import io.latentry.server.registry.RetrainingRun;
import io.latentry.server.retraining.Retrainer;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The retrainings of a model: what became of them, another one, and none for now; and its ledger.
 */
final class RetrainingEndpoint {
  private final ModelHost host;
  private final Retrainer retrainer;

  RetrainingEndpoint(ModelHost host, Retrainer retrainer) {
    this.host = host;
    this.retrainer = retrainer;
  }

  /**
   * @param next by the schedule; null if there is none, or it is paused
   * @param triggers what has it retrained without anybody's word, for people
   * @param runs the latest first
   */
  record Listed(
      String model,
      boolean on,
      boolean paused,
      @Nullable String next,
      List<String> triggers,
      List<Run> runs) {}

  /**
   * @param reason the figures of the cause, for people; empty of a run from before there were any
   * @param challenger version that came of it; null if none did
   * @param trial in shadow or as a canary; null if there was none
   * @param decision SHA-256 of the decision of its gate; null if there was none
   */
  record Run(
      String id,
      RetrainingRun.Cause cause,
      String reason,
      String by,
      RetrainingRun.State state,
      String startedAt,
      @Nullable String endedAt,
      int champion,
      @Nullable Integer challenger,
      String words,
      @Nullable ShadowTrial trial,
      @Nullable String decision) {
    static Run of(RetrainingRun run) {
      return new Run(
          run.id(),
          run.cause(),
          run.reason(),
          run.by(),
          run.state(),
          run.startedAt().toString(),
          run.endedAt().map(Instant::toString).orElse(null),
          run.champion(),
          run.challenger().isPresent() ? run.challenger().getAsInt() : null,
          run.words(),
          run.trial().rows() == 0 ? null : run.trial(),
          run.decision().orElse(null));
    }
  }

  /**
   * @param at the moment that was asked for; null if all was
   * @param entries newest first; of a moment the one that held then, or none
   */
  record Ledgers(String model, @Nullable String at, List<Entry> entries) {}

  /**
   * @param threshold null where the ledger began later
   * @param canary a version that answered {@code canaryPercent} of the requests; null without one
   * @param evidence SHA-256 of the decision of its retraining; null if it came otherwise
   */
  record Entry(
      long id,
      String at,
      int version,
      String digest,
      boolean served,
      @Nullable Double threshold,
      @Nullable Integer canary,
      int canaryPercent,
      String action,
      String by,
      String why,
      @Nullable String evidence) {
    static Entry of(Ledger.Entry entry) {
      return new Entry(
          entry.id(),
          entry.at().toString(),
          entry.version(),
          entry.digest(),
          entry.served(),
          entry.threshold().isPresent() ? entry.threshold().getAsDouble() : null,
          entry.canary().isPresent() ? entry.canary().getAsInt() : null,
          entry.canaryPercent(),
          entry.action(),
          entry.by(),
          entry.why(),
          entry.evidence().orElse(null));
    }
  }

  /** Which version answered when, or at the moment that {@code at} says. */
  HttpResponse ledger(ServiceRequestContext context) {
    String model = Paths.model(context);
    QueryParams query = context.queryParams();
    for (String name : query.names()) {
      if (!name.equals("at")) {
        throw new RefusedException(
            Refusal.BAD_INPUT, "query parameter '" + name + "': unknown (expected: at)");
      }
    }
    if (!query.contains("at")) {
      return ApiJson.ok(
          new Ledgers(model, null, host.ledger(model).stream().map(Entry::of).toList()));
    }
    Instant at = RecordedEndpoint.moment(query, "at", Instant.EPOCH);
    return ApiJson.ok(
        new Ledgers(model, at.toString(), host.ledger(model, at).stream().map(Entry::of).toList()));
  }

  HttpResponse list(ServiceRequestContext context) {
    return ApiJson.ok(listed(known(context)));
  }

  private Listed listed(String model) {
    return new Listed(
        model,
        retrainer.isOn(),
        retrainer.isPaused(model),
        retrainer.next(model).map(Instant::toString).orElse(null),
        retrainer.triggers(),
        retrainer.latest(model).stream().map(Run::of).toList());
  }

  private String known(ServiceRequestContext context) {
    String model = Paths.model(context);
    List<ModelVersion> unused = host.versions(model);
    return model;
  }

  /**
   * @param by who asks, for the audit
   */
  HttpResponse start(ServiceRequestContext context, String by) {
    return ApiJson.ok(Run.of(retrainer.start(known(context), by)));
  }

  /**
   * @param by who asks, for the audit
   */
  HttpResponse approve(ServiceRequestContext context, String by) {
    return ApiJson.ok(Run.of(retrainer.approve(known(context), by)));
  }

  /**
   * @param by who asks, for the audit
   */
  HttpResponse pause(ServiceRequestContext context, boolean paused, String by) {
    String model = known(context);
    retrainer.pause(model, paused, by);
    return ApiJson.ok(listed(model));
  }
}
