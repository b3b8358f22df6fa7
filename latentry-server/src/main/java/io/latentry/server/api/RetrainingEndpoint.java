package io.latentry.server.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.promotion.ShadowTrial;
import io.latentry.server.registry.RetrainingRun;
import io.latentry.server.retraining.Retrainer;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The retrainings of a model: what became of them, another one, and none for now. */
final class RetrainingEndpoint {
  private final ModelHost host;
  private final Retrainer retrainer;

  RetrainingEndpoint(ModelHost host, Retrainer retrainer) {
    this.host = host;
    this.retrainer = retrainer;
  }

  /**
   * @param next by the schedule; null if there is none, or it is paused
   * @param runs the latest first
   */
  record Listed(String model, boolean on, boolean paused, @Nullable String next, List<Run> runs) {}

  /**
   * @param challenger version that came of it; null if none did
   * @param trial in shadow; null if there was none
   */
  record Run(
      String id,
      RetrainingRun.Cause cause,
      String by,
      RetrainingRun.State state,
      String startedAt,
      @Nullable String endedAt,
      int champion,
      @Nullable Integer challenger,
      String words,
      @Nullable ShadowTrial trial) {
    static Run of(RetrainingRun run) {
      return new Run(
          run.id(),
          run.cause(),
          run.by(),
          run.state(),
          run.startedAt().toString(),
          run.endedAt().map(Instant::toString).orElse(null),
          run.champion(),
          run.challenger().isPresent() ? run.challenger().getAsInt() : null,
          run.words(),
          run.trial().rows() == 0 ? null : run.trial());
    }
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
  HttpResponse pause(ServiceRequestContext context, boolean paused, String by) {
    String model = known(context);
    retrainer.pause(model, paused, by);
    return ApiJson.ok(listed(model));
  }
}
