package io.latentry.server.monitoring;

import io.latentry.core.data.Samples;
import io.latentry.core.verdict.Feature;
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
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  private final VerdictTap next;
  private final Clock clock;
  private final int most;
  private final Set<Samples> underWay = ConcurrentHashMap.newKeySet();
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
   * @param next hears the same verdicts, but for those that were asked for to explain others
   * @param most how many are kept; 0 for none
   */
  public RecentAnomalies(VerdictTap next, Clock clock, int most) {
    this.next = next;
    this.clock = clock;
    this.most = most;
  }

  /** Anomalies are kept from now on; {@code models} is the host whose verdicts are heard. */
  public void explainBy(ModelHost models) {
    host = models;
  }

  @Override
  public void judged(ModelVersion of, Samples samples, Judgements judged) {
    if (underWay.contains(samples)) {
      return;
    }
    next.judged(of, samples, judged);
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
    if (strange.length > 0 && underWay.size() < MOST_UNDER_WAY && isRoomInThisSecond()) {
      explain(models, of, samples.select(strange));
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

  private void explain(ModelHost models, ModelVersion of, Samples anomalies) {
    ModelLease lease;
    try {
      lease = models.lend(of.name(), OptionalInt.of(of.version()));
    } catch (RefusedException unloadedMeanwhile) {
      return;
    }
    boolean unused = underWay.add(anomalies);
    judgeAgain(lease, anomalies);
  }

  private void judgeAgain(ModelLease lease, Samples anomalies) {
    Object unused =
        lease
            .judge(anomalies, FeatureReader.outputs(lease.outputs()), PATIENCE)
            .thenAccept(judged -> keep(lease, anomalies, judged))
            .whenComplete((done, failed) -> letGo(lease, anomalies));
  }

  private void letGo(ModelLease lease, Samples anomalies) {
    lease.close();
    boolean unused = underWay.remove(anomalies);
  }

  private void keep(ModelLease lease, Samples samples, Judgements judged) {
    FeatureReader reader = new FeatureReader(lease.manifest());
    ModelVersion version = lease.version();
    for (int row = 0; row < judged.count(); row++) {
      if (judged.verdict(row) == Verdict.ANOMALY) {
        add(
            new Anomaly(
                clock.instant().toString(),
                version.name(),
                version.version(),
                judged.score(row),
                judged.pValue(row),
                version.threshold().orElseThrow().score(),
                reader.top(samples, judged.scores(), row, FEATURES).stream()
                    .map(Reason::of)
                    .toList()));
      }
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
