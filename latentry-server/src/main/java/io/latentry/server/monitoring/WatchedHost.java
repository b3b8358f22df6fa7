package io.latentry.server.monitoring;

import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.server.door.BrokenOff;
import io.latentry.server.serving.ForwardingHost;
import io.latentry.server.serving.ForwardingLease;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A host that counts verdicts and keeps the latest anomalies for the page, whatever door they were
 * asked for by. Thread-safe.
 */
public final class WatchedHost extends ForwardingHost {
  private final RequestStatistics statistics = new RequestStatistics(System::nanoTime);
  private final RecentAnomalies anomalies;

  /**
   * @param mostAnomalies that are kept; 0 for none
   */
  public WatchedHost(ModelHost host, Clock clock, int mostAnomalies) {
    super(host);
    this.anomalies = new RecentAnomalies(host, clock, mostAnomalies);
  }

  public RequestStatistics statistics() {
    return statistics;
  }

  public RecentAnomalies anomalies() {
    return anomalies;
  }

  @Override
  public ModelLease lend(String name, OptionalInt version) {
    return new WatchedLease(super.lend(name, version), ServiceRequestContext.currentOrNull());
  }

  /** Counted as a request once rows are to be judged: doors lend models to look at them, too. */
  private final class WatchedLease extends ForwardingLease {
    private final @Nullable ServiceRequestContext context;
    private final AtomicBoolean counted = new AtomicBoolean();

    WatchedLease(ModelLease lease, @Nullable ServiceRequestContext context) {
      super(lease);
      this.context = context;
    }

    @Override
    public CompletableFuture<Judgements> judge(Rows rows, Set<Output> also, Duration within) {
      if (context != null && counted.compareAndSet(false, true)) {
        count(context, version().name());
      }
      return super.judge(rows, also, within).whenComplete((judged, failed) -> watch(rows, judged));
    }

    private void watch(Rows rows, @Nullable Judgements judged) {
      if (judged != null) {
        ModelVersion version = version();
        statistics.judged(
            version.name(),
            judged.count(Verdict.NORMAL),
            judged.count(Verdict.ANOMALY),
            judged.count(Verdict.UNSCORABLE));
        anomalies.offer(version, rows, judged);
      }
    }
  }

  private void count(ServiceRequestContext context, String model) {
    Object unused =
        context
            .log()
            .whenComplete()
            .thenAccept(
                (RequestLog log) ->
                    statistics.answered(model, log.totalDurationNanos(), failed(log)));
  }

  /** An answer that breaks off because the caller goes away is no failure. */
  private static boolean failed(RequestLog log) {
    @Nullable Throwable cause = log.responseCause();
    return log.responseHeaders().status().isServerError()
        || (BrokenOff.isAnswer(log) && cause != null && !BrokenOff.is(cause));
  }
}
