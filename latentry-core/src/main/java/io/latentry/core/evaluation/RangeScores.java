package io.latentry.core.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Precision and recall of runs of alarms against labelled events: a long event counts no more than
 * a short one, and one that is found in pieces counts for less.
 *
 * <pre>
 * recall    = mean over events of  {@value #EXISTENCE} * (any of it found)
 *                                  + (1 - {@value #EXISTENCE}) * (share of its points found) / (runs of alarms that touch it, at least 1)
 * precision = mean over runs of alarms of  (share of its points in events) / (events that it touches, at least 1)
 * </pre>
 *
 * All points of a range count alike (flat bias).
 *
 * @param precision NaN without an alarm
 * @param recall NaN without an event
 * @see <a href="https://arxiv.org/abs/1803.03639">Tatbul, Lee, Zdonik, Alam and Gottschlich
 *     2018</a>
 */
public record RangeScores(double precision, double recall) {
  /** The part of an event's reward for being found at all, as in TSB-AD. */
  public static final double EXISTENCE = 0.2;

  /** Judges the points above {@code threshold}; one without a score is not. */
  public static RangeScores of(List<LabelledSeries> keys, double threshold) {
    Areas.requireNumber("threshold", threshold);
    List<Double> precisions = new ArrayList<>();
    List<Double> recalls = new ArrayList<>();
    for (LabelledSeries key : keys) {
      Span[] events = key.events().toArray(Span[]::new);
      Span[] alarms = Span.runsOf(key.alarms(threshold)).toArray(Span[]::new);
      Shared ofEvents = Shared.of(events, alarms);
      Shared ofAlarms = Shared.of(alarms, events);
      for (int e = 0; e < events.length; e++) {
        boolean found = ofEvents.touched[e] > 0;
        recalls.add((found ? EXISTENCE : 0) + (1 - EXISTENCE) * ofEvents.reward(e));
      }
      for (int a = 0; a < alarms.length; a++) {
        precisions.add(ofAlarms.reward(a));
      }
    }
    return new RangeScores(mean(precisions), mean(recalls));
  }

  /** The harmonic mean; 0 where one of them is 0 or there is no alarm, NaN without an event. */
  public double f1() {
    if (Double.isNaN(recall)) {
      return Double.NaN;
    }
    return !(precision > 0) || recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
  }

  /** What each of some ranges shares with others: points, and how many of the others it touches. */
  private record Shared(Span[] ranges, int[] points, int[] touched) {

    static Shared of(Span[] ranges, Span[] others) {
      int[] points = new int[ranges.length];
      int[] touched = new int[ranges.length];
      int from = 0;
      for (int r = 0; r < ranges.length; r++) {
        while (from < others.length && others[from].last() < ranges[r].first()) {
          from++;
        }
        for (int o = from; o < others.length && others[o].first() <= ranges[r].last(); o++) {
          points[r] += ranges[r].overlap(others[o]);
          touched[r]++;
        }
      }
      return new Shared(ranges, points, touched);
    }

    double reward(int range) {
      return (double) points[range] / ranges[range].length() / Math.max(1, touched[range]);
    }
  }
}
