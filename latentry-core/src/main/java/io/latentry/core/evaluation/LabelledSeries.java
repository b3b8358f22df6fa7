package io.latentry.core.evaluation;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The judged points of one key in the order of time, with what each truly was.
 *
 * @param scores {@code [points]}, higher is stranger; NaN where the point could not be judged
 * @param anomalous {@code [points]}
 * @param covered the time from the first point to where the one after the last is due; empty if the
 *     points have no times
 */
public record LabelledSeries(double[] scores, boolean[] anomalous, Optional<Duration> covered) {

  public LabelledSeries {
    if (scores.length != anomalous.length) {
      throw new IllegalArgumentException(
          "anomalous: "
              + anomalous.length
              + " points (expected: "
              + scores.length
              + ", as scores)");
    }
  }

  /** Points without times. */
  public static LabelledSeries of(double[] scores, boolean[] anomalous) {
    return new LabelledSeries(scores, anomalous, Optional.empty());
  }

  public int points() {
    return scores.length;
  }

  /** The labelled events, in order. */
  public List<Span> events() {
    return Span.runsOf(anomalous);
  }

  /** Which points are above {@code threshold}; one without a score is not. */
  boolean[] alarms(double threshold) {
    boolean[] alarms = new boolean[scores.length];
    for (int t = 0; t < alarms.length; t++) {
      alarms[t] = scores[t] > threshold;
    }
    return alarms;
  }

  /** Without the points that have no score: their neighbours close up. */
  LabelledSeries judged() {
    int[] kept = IntStream.range(0, scores.length).filter(t -> !Double.isNaN(scores[t])).toArray();
    return kept.length == scores.length ? this : at(kept);
  }

  /** The {@code length} points from {@code start} on, without times. */
  LabelledSeries slice(int start, int length) {
    return of(
        Arrays.copyOfRange(scores, start, start + length),
        Arrays.copyOfRange(anomalous, start, start + length));
  }

  private LabelledSeries at(int[] places) {
    boolean[] labels = new boolean[places.length];
    for (int i = 0; i < places.length; i++) {
      labels[i] = anomalous[places[i]];
    }
    return new LabelledSeries(
        IntStream.of(places).mapToDouble(t -> scores[t]).toArray(), labels, covered);
  }

  private int count(boolean anomalies) {
    int count = 0;
    for (boolean label : anomalous) {
      count += label == anomalies ? 1 : 0;
    }
    return count;
  }

  /** The scores of all points of one kind. */
  static double[] scoresOf(List<LabelledSeries> keys, boolean anomalies) {
    double[] all = new double[keys.stream().mapToInt(key -> key.count(anomalies)).sum()];
    int filled = 0;
    for (LabelledSeries key : keys) {
      for (int t = 0; t < key.points(); t++) {
        if (key.anomalous[t] == anomalies) {
          all[filled++] = key.scores[t];
        }
      }
    }
    return all;
  }
}
