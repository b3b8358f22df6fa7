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
 * @param raised {@code [points]}: at which an alarm was on, where that is more than a score above
 *     the threshold; empty where it is not
 */
public record LabelledSeries(
    double[] scores, boolean[] anomalous, Optional<Duration> covered, Optional<boolean[]> raised) {

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

  /** Points whose alarms are scores above a threshold. */
  public LabelledSeries(double[] scores, boolean[] anomalous, Optional<Duration> covered) {
    this(scores, anomalous, covered, Optional.empty());
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

  /** Which points are alarms: those above {@code threshold} unless alarms are told. */
  boolean[] alarms(double threshold) {
    if (raised.isPresent()) {
      return raised.get();
    }
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
    return new LabelledSeries(
        Arrays.copyOfRange(scores, start, start + length),
        Arrays.copyOfRange(anomalous, start, start + length),
        Optional.empty(),
        raised.map(all -> Arrays.copyOfRange(all, start, start + length)));
  }

  private LabelledSeries at(int[] places) {
    boolean[] labels = new boolean[places.length];
    boolean[] alarms = new boolean[raised.isPresent() ? places.length : 0];
    for (int i = 0; i < places.length; i++) {
      labels[i] = anomalous[places[i]];
      if (raised.isPresent()) {
        alarms[i] = raised.get()[places[i]];
      }
    }
    return new LabelledSeries(
        IntStream.of(places).mapToDouble(t -> scores[t]).toArray(),
        labels,
        covered,
        raised.map(unused -> alarms));
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
