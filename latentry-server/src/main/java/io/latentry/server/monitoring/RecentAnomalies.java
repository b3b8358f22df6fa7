package io.latentry.server.monitoring;

import io.latentry.core.data.Samples;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.VerdictTap;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The latest anomalies with what made them strange, in memory alone. That is asked for beside the
 * verdict, and only while few others wait for it: under load some are left out, and no caller ever
 * waits for it. Thread-safe.
 */
public final class RecentAnomalies implements VerdictTap {
  private static final int MOST_OF_A_REQUEST = 5;
  private static final int MOST_UNDER_WAY = 4;

  /** Requests; nobody reads faster, and each costs the engine as much as a request does. */
  private static final int MOST_A_SECOND = 20;

  private static final int FEATURES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Clock clock;
  private final int most;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Deque<Anomaly> newestFirst = new ArrayDeque<>();
  private volatile @Nullable ModelHost host;
  private long second;
  private int inThisSecond;

  /**
   * @param share of the score, by size; may be negative
   */
  record Reason(String name, String actual, String expected, String normalRange, double share) {
    static Reason of(Feature feature) {
      return new Reason(
          feature.name(),
          feature.actual(),
          feature.expected(),
          feature.normalRange(),
          feature.share());
    }
  }

  /** An anomaly with the columns that contribute most. */
  record Anomaly(
      String at,
      String model,
      int version,
      double score,
      double pValue,
      double threshold,
      List<Reason> features) {}

  /**
   * @param recorded whether anomalies are kept at all
   */
  record Document(boolean recorded, List<Anomaly> anomalies) {}

  /**
   * @param most how many are kept; 0 for none
   */
  public RecentAnomalies(Clock clock, int most) {
    this.clock = clock;
    this.most = most;
  }

  /** Anomalies are kept from now on; {@code models} is the host whose verdicts are heard. */
  public void explainBy(ModelHost models) {
    host = models;
  }

  @Override
  public void judged(ModelVersion of, Samples samples, Judgements judged) {
    ModelHost models = host;
    if (models != null && most > 0) {
      offer(models, of, samples, judged);
    }
  }

  private void offer(ModelHost models, ModelVersion of, Samples samples, Judgements judged) {
    int[] strange =
        IntStream.range(0, judged.count())
            .filter(row -> judged.verdict(row) == Verdict.ANOMALY)
            .limit(MOST_OF_A_REQUEST)
            .toArray();
    if (strange.length > 0 && underWay.get() < MOST_UNDER_WAY && isRoomInThisSecond()) {
      explain(
          models,
          of,
          samples.select(strange),
          new Told(
              Arrays.stream(strange).mapToObj(judged::get).toList(),
              Arrays.stream(strange).mapToObj(judged::threshold).toList()));
    }
  }

  private synchronized boolean isRoomInThisSecond() {
    long now = clock.instant().getEpochSecond();
    if (now != second) {
      second = now;
      inThisSecond = 0;
    }
    inThisSecond++;
    return inThisSecond <= MOST_A_SECOND;
  }

  /**
   * What callers were told of anomalies; of points of a series it is not what their windows have by
   * themselves.
   */
  private record Told(List<Judgement> judgements, List<Double> thresholds) {}

  private void explain(ModelHost models, ModelVersion of, Samples anomalies, Told told) {
    ModelLease lease;
    try {
      lease = models.lend(of.name(), OptionalInt.of(of.version()));
    } catch (RefusedException unloadedMeanwhile) {
      return;
    }
    int unused = underWay.incrementAndGet();
    judgeAgain(lease, anomalies, told);
  }

  private void judgeAgain(ModelLease lease, Samples anomalies, Told told) {
    Object unused =
        lease
            .judgeUntold(anomalies, FeatureReader.outputs(lease.outputs()), PATIENCE)
            .thenAccept(judged -> keep(lease, anomalies, told, judged))
            .whenComplete((done, failed) -> letGo(lease));
  }

  private void letGo(ModelLease lease) {
    lease.close();
    int unused = underWay.decrementAndGet();
  }

  private void keep(ModelLease lease, Samples samples, Told told, Judgements judged) {
    FeatureReader reader = new FeatureReader(lease.manifest());
    ModelVersion version = lease.version();
    for (int row = 0; row < judged.count(); row++) {
      Judgement judgement = told.judgements().get(row);
      add(
          new Anomaly(
              clock.instant().toString(),
              version.name(),
              version.version(),
              judgement.score(),
              judgement.pValue(),
              told.thresholds().get(row),
              reader.top(samples, judged.scores(), row, FEATURES).stream()
                  .map(Reason::of)
                  .toList()));
    }
  }

  private synchronized void add(Anomaly anomaly) {
    newestFirst.addFirst(anomaly);
    while (newestFirst.size() > most) {
      newestFirst.removeLast();
    }
  }

  public synchronized Document document() {
    return new Document(most > 0, new ArrayList<>(newestFirst));
  }
}
