package io.latentry.core.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The volumes under the ROC and the precision-recall surface: areas over the points of a series
 * that forgive a score for being strange a little before or after what was labelled, averaged over
 * how much is forgiven.
 *
 * <p>For each window {@code w} of 0 to the largest, every event is widened by {@code w / 2} points
 * (rounded down) to either side. A point {@code d} points off the event counts {@code sqrt(1 - d /
 * w)} of an anomaly; within reach of two events it counts 1. With {@code hits} the anomalous points
 * above a threshold, {@code near} the weights of the points around that are above it, and {@code P}
 * anomalous points of {@code n}:
 *
 * <pre>
 * P'        = P + near / 2
 * recall    = min(1, (hits + near) / P') * (share of widened events with a point above)
 * precision = (hits + near) / (points above)
 * false     = ((points above) - hits - near) / (n - P')
 * </pre>
 *
 * The curves turn at {@value #THRESHOLDS} scores evenly spaced by rank. That is how TSB-AD computes
 * its figures (Liu and Paparrizos 2024), so that ours stand beside them; the few steps are coarse
 * where the anomalies are fewer than one point in as many. Widened events that meet are one.
 *
 * <p>There is no point adjustment here or anywhere else in this package: calling a whole event
 * found, and each of its points a hit, for one point above the threshold makes random scores look
 * excellent on long events (Kim, Choi, Choi, Lee and Yoon 2022).
 *
 * @param roc NaN without an anomalous or a normal point
 * @param pr likewise
 * @see <a href="https://arxiv.org/abs/2502.13318">Boniol and others 2025</a>, who after Paparrizos
 *     and others 2022 define both and tell how to compute them quickly
 */
public record Volumes(double roc, double pr) {
  /** Points at which the curves turn. */
  public static final int THRESHOLDS = 250;

  /**
   * Of one series.
   *
   * @param scores {@code [points]} in the order of time, no NaN
   * @param anomalous {@code [points]}
   * @param largestWindow in points, 0 or more; the period of the series, as a rule
   */
  public static Volumes of(double[] scores, boolean[] anomalous, int largestWindow) {
    return of(List.of(LabelledSeries.of(scores, anomalous)), largestWindow);
  }

  /** Of several keys together; no event reaches over to another key. */
  public static Volumes of(List<LabelledSeries> keys, int largestWindow) {
    if (largestWindow < 0) {
      throw new IllegalArgumentException(
          "largestWindow: " + largestWindow + " (expected: 0 or more points)");
    }
    Surface surface = new Surface(keys, largestWindow / 2);
    if (surface.anomalies == 0 || surface.anomalies == surface.points) {
      return new Volumes(Double.NaN, Double.NaN);
    }
    double roc = 0;
    double pr = 0;
    for (int window = 0; window <= largestWindow; window++) {
      surface.widenTo(window);
      Volumes areas = surface.areas();
      roc += areas.roc;
      pr += areas.pr;
    }
    return new Volumes(roc / (largestWindow + 1), pr / (largestWindow + 1));
  }

  /**
   * The curves at one window after another. What a point has to do with them is where it first is
   * above a threshold, from the highest down, and how far it is from events.
   */
  private static final class Surface {
    private final List<Reach> reaches = new ArrayList<>();
    private final int points;
    private final int anomalies;

    /** {@code [THRESHOLDS]}, points at or above each; and the anomalous ones among them. */
    private final int[] above = new int[THRESHOLDS];

    private final int[] hits = new int[THRESHOLDS];

    /** {@code [THRESHOLDS]}, weights and widened events that come in at each, at this window. */
    private final double[] near = new double[THRESHOLDS];

    private final int[] found = new int[THRESHOLDS];
    private int widened;

    Surface(List<LabelledSeries> keys, int furthest) {
      double[] thresholds = thresholds(keys);
      int count = 0;
      for (LabelledSeries key : keys) {
        int[] first = new int[key.points()];
        count += first.length;
        for (int t = 0; t < first.length; t++) {
          first[t] = firstReached(thresholds, key.scores()[t]);
          above[first[t]]++;
          hits[first[t]] += key.anomalous()[t] ? 1 : 0;
        }
        reaches.add(new Reach(first, key.events(), key.anomalous(), furthest));
      }
      for (int j = 1; j < THRESHOLDS; j++) {
        above[j] += above[j - 1];
        hits[j] += hits[j - 1];
      }
      points = count;
      anomalies = hits[THRESHOLDS - 1];
    }

    private static double[] thresholds(List<LabelledSeries> keys) {
      double[] ascending = new double[keys.stream().mapToInt(LabelledSeries::points).sum()];
      int filled = 0;
      for (LabelledSeries key : keys) {
        System.arraycopy(key.scores(), 0, ascending, filled, key.points());
        filled += key.points();
      }
      Arrays.sort(ascending);
      double[] thresholds = new double[THRESHOLDS];
      double step = (ascending.length - 1.0) / (THRESHOLDS - 1);
      for (int j = 0; j < THRESHOLDS && ascending.length > 0; j++) {
        int rank = j == THRESHOLDS - 1 ? ascending.length - 1 : (int) (j * step);
        thresholds[j] = ascending[ascending.length - 1 - rank];
      }
      return thresholds;
    }

    private static int firstReached(double[] descending, double score) {
      Areas.requireNumber("scores", score);
      int low = 0;
      int high = descending.length - 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (descending[middle] <= score) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return low;
    }

    /** To be called with windows in their order, each once. */
    void widenTo(int window) {
      Arrays.fill(near, 0);
      Arrays.fill(found, 0);
      widened = 0;
      for (Reach reach : reaches) {
        reach.addNear(window, near);
        widened += reach.addFound(window / 2, found);
      }
    }

    /** The areas under both curves at this window. */
    Volumes areas() {
      double roc = 0;
      double pr = 0;
      double recallBefore = 0;
      double falseBefore = 0;
      double nearSum = 0;
      int foundSum = 0;
      for (int j = 0; j < THRESHOLDS; j++) {
        nearSum += near[j];
        foundSum += found[j];
        double positives = anomalies + nearSum / 2;
        double caught = hits[j] + nearSum;
        double recall = Math.min(1, caught / positives) * foundSum / widened;
        double falseShare = (above[j] - caught) / (points - positives);
        roc += (falseShare - falseBefore) * (recall + recallBefore) / 2;
        pr += (recall - recallBefore) * caught / above[j];
        recallBefore = recall;
        falseBefore = falseShare;
      }
      // The curve ends at (1, 1), whatever the last threshold gave.
      return new Volumes(roc + (1 - falseBefore) * (1 + recallBefore) / 2, pr);
    }
  }

  /** One key's points around its events. */
  private static final class Reach {
    /** {@code [points]}, the threshold at which each first is above. */
    private final int[] first;

    private final List<Span> events;

    /** {@code [events]}, the first threshold that a point of the widened event is above. */
    private final int[] earliest;

    private int half;

    /** The normal points in reach, and how far the nearest and the next event are from each. */
    private final int[] around;

    private final int[] nearest;
    private final int[] next;

    Reach(int[] first, List<Span> events, boolean[] anomalous, int furthest) {
      this.first = first;
      this.events = events;
      this.earliest =
          events.stream()
              .mapToInt(
                  event ->
                      Arrays.stream(first, event.first(), event.last() + 1).min().orElseThrow())
              .toArray();
      this.nearest = new int[first.length];
      this.next = new int[first.length];
      Arrays.fill(nearest, Integer.MAX_VALUE);
      Arrays.fill(next, Integer.MAX_VALUE);
      for (Span event : events) {
        for (int d = 1; d <= furthest; d++) {
          note(event.last() + d, d);
          note(event.first() - d, d);
        }
      }
      this.around =
          IntStream.range(0, first.length)
              .filter(t -> !anomalous[t] && nearest[t] <= furthest)
              .toArray();
    }

    private void note(int point, int distance) {
      if (point < 0 || point >= first.length) {
        return;
      }
      next[point] = Math.min(next[point], Math.max(nearest[point], distance));
      nearest[point] = Math.min(nearest[point], distance);
    }

    /** Adds the weights of the points around events, each where it first is above. */
    void addNear(int window, double[] near) {
      int reach = window / 2;
      for (int point : around) {
        if (nearest[point] <= reach) {
          boolean between = next[point] <= reach;
          near[first[point]] += between ? 1 : Math.sqrt(1 - (double) nearest[point] / window);
        }
      }
    }

    /** Counts the widened events, each where its first point is above. Returns how many. */
    int addFound(int newHalf, int[] found) {
      while (half < newHalf) {
        half++;
        for (int e = 0; e < earliest.length; e++) {
          earliest[e] = Math.min(earliest[e], firstOf(events.get(e).first() - half));
          earliest[e] = Math.min(earliest[e], firstOf(events.get(e).last() + half));
        }
      }
      int count = 0;
      int joined = THRESHOLDS;
      for (int e = 0; e < earliest.length; e++) {
        joined = Math.min(joined, earliest[e]);
        boolean meetsNext =
            e + 1 < earliest.length
                && events.get(e).last() + half >= events.get(e + 1).first() - half;
        if (!meetsNext) {
          found[joined]++;
          joined = THRESHOLDS;
          count++;
        }
      }
      return count;
    }

    private int firstOf(int point) {
      return point < 0 || point >= first.length ? THRESHOLDS : first[point];
    }
  }
}
