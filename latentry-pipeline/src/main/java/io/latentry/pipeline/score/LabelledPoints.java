package io.latentry.pipeline.score;

import io.latentry.core.evaluation.LabelledSeries;
import io.latentry.core.evaluation.SeriesEvaluation;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.series.PointIndex;
import io.latentry.scoring.Judgements;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The points of labelled series as they are judged, key by key. */
final class LabelledPoints {
  /** The draws behind the intervals would take minutes for more. */
  private static final int MOST_POINTS = 200_000;

  private final @Nullable SeriesSettings settings;
  private final String normal;
  private final Map<String, Key> keys = new LinkedHashMap<>();
  private long count;
  private boolean anomalous;

  private static final class Key {
    private double[] scores = new double[1024];
    private boolean[] anomalous = new boolean[1024];
    private boolean[] raised = new boolean[1024];
    private double first = Double.NaN;
    private double last = Double.NaN;
    private int count;

    void add(double score, boolean isAnomaly, boolean isAlarm, double time) {
      if (count == scores.length) {
        scores = Arrays.copyOf(scores, 2 * count);
        anomalous = Arrays.copyOf(anomalous, 2 * count);
        raised = Arrays.copyOf(raised, 2 * count);
      }
      scores[count] = score;
      raised[count] = isAlarm;
      anomalous[count++] = isAnomaly;
      first = Double.isNaN(first) ? time : first;
      last = time;
    }
  }

  LabelledPoints(@Nullable SeriesSettings settings, String normal) {
    this.settings = settings;
    this.normal = normal;
  }

  /** Points without a time or a label are in no series. */
  void add(int[] rows, PointIndex index, RowBatch batch, Judgements judged) {
    for (int i = 0; i < rows.length && count <= MOST_POINTS; i++) {
      String label = batch.kept()[0][i];
      double time = index.time(rows[i]);
      if (!label.isEmpty() && !Double.isNaN(time)) {
        boolean isAnomaly = !label.equals(normal);
        anomalous |= isAnomaly;
        count++;
        keys.computeIfAbsent(index.key(rows[i]), key -> new Key())
            .add(judged.score(i), isAnomaly, judged.verdict(i) == Verdict.ANOMALY, time);
      }
    }
  }

  /** Nothing if there is no event, or there are so many points that it would take minutes. */
  Optional<SeriesEvaluation> evaluation(double threshold, int window) {
    if (!anomalous || count > MOST_POINTS || settings == null) {
      return Optional.empty();
    }
    List<LabelledSeries> series = new ArrayList<>();
    for (Key key : keys.values()) {
      series.add(
          new LabelledSeries(
              Arrays.copyOf(key.scores, key.count),
              Arrays.copyOf(key.anomalous, key.count),
              covered(key, settings),
              Optional.of(Arrays.copyOf(key.raised, key.count))));
    }
    return Optional.of(SeriesEvaluation.of(series, threshold, window, 0));
  }

  private static Optional<Duration> covered(Key key, SeriesSettings settings) {
    if (!settings.clock().tellsTime()) {
      return Optional.empty();
    }
    double units = key.last - key.first + settings.interval();
    return Optional.of(Duration.ofMillis(Math.round(units * settings.clock().milliseconds())));
  }
}
