package io.latentry.core.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a detector is worth on labelled rows. Intervals are 95 %: Clopper-Pearson for the rates,
 * {@link Areas} says which for the areas.
 *
 * @param normals judged normal rows
 * @param anomalies judged anomalies
 * @param unscorable rows without a score; they count in no other figure
 * @param recall share of judged anomalies above the threshold
 * @param falseAlarmRate share of judged normal rows above the threshold
 * @param roc false-alarm rate (x) against recall (y), ascending, at most {@value #MOST_POINTS}
 * @param precisionRecall recall (x) against precision (y), ascending, at most {@value #MOST_POINTS}
 */
public record Evaluation(
    int normals,
    int anomalies,
    int unscorable,
    double threshold,
    Interval auroc,
    Interval auprc,
    Interval recall,
    Interval falseAlarmRate,
    List<Point> roc,
    List<Point> precisionRecall) {

  /** The most points of a curve. */
  public static final int MOST_POINTS = 500;

  /** A point of a curve. */
  public record Point(double x, double y) {}

  public Evaluation {
    roc = List.copyOf(roc);
    precisionRecall = List.copyOf(precisionRecall);
  }

  /**
   * Judges {@code scores}.
   *
   * @param scores {@code [rows]}; NaN where the row could not be judged
   * @param isAnomaly {@code [rows]}
   */
  public static Evaluation of(double[] scores, boolean[] isAnomaly, double threshold) {
    if (scores.length != isAnomaly.length) {
      throw new IllegalArgumentException(
          "isAnomaly: " + isAnomaly.length + " rows (expected: " + scores.length + ", as scores)");
    }
    Areas.requireNumber("threshold", threshold);
    double[] normals = judged(scores, isAnomaly, false);
    double[] anomalies = judged(scores, isAnomaly, true);
    Arrays.sort(normals);
    Arrays.sort(anomalies);
    return new Evaluation(
        normals.length,
        anomalies.length,
        scores.length - normals.length - anomalies.length,
        threshold,
        Areas.aurocInterval(normals, anomalies),
        Areas.auprcInterval(normals, anomalies),
        ClopperPearson.interval(countAbove(anomalies, threshold), anomalies.length),
        ClopperPearson.interval(countAbove(normals, threshold), normals.length),
        rocPoints(normals, anomalies),
        precisionRecallPoints(normals, anomalies));
  }

  private static double[] judged(double[] scores, boolean[] isAnomaly, boolean label) {
    double[] kept = new double[scores.length];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (isAnomaly[i] == label && !Double.isNaN(scores[i])) {
        kept[count++] = scores[i];
      }
    }
    return Arrays.copyOf(kept, count);
  }

  private static int countAbove(double[] sorted, double threshold) {
    return sorted.length - Areas.countAtMost(sorted, threshold);
  }

  private static List<Point> rocPoints(double[] normals, double[] anomalies) {
    if (normals.length == 0 || anomalies.length == 0) {
      return List.of();
    }
    List<Point> points = new ArrayList<>();
    points.add(new Point(0, 0));
    for (double score : distinctDescending(normals, anomalies)) {
      points.add(
          new Point(
              (double) (normals.length - Areas.countBelow(normals, score)) / normals.length,
              (double) (anomalies.length - Areas.countBelow(anomalies, score)) / anomalies.length));
    }
    return points;
  }

  private static List<Point> precisionRecallPoints(double[] normals, double[] anomalies) {
    if (anomalies.length == 0) {
      return List.of();
    }
    List<Point> points = new ArrayList<>();
    for (double score : distinctDescending(normals, anomalies)) {
      double found = anomalies.length - Areas.countBelow(anomalies, score);
      double falseAlarms = normals.length - Areas.countBelow(normals, score);
      points.add(new Point(found / anomalies.length, found / (found + falseAlarms)));
    }
    return points;
  }

  /**
   * The scores at which a curve turns, thinned evenly by rank: those of both classes apart, so that
   * few anomalies among many normals keep their steps.
   */
  private static double[] distinctDescending(double[] normals, double[] anomalies) {
    double[] fromNormals = OrderStatistics.evenlySpaced(normals, MOST_POINTS / 2 - 1);
    double[] fromAnomalies = OrderStatistics.evenlySpaced(anomalies, MOST_POINTS / 2);
    double[] both = Arrays.copyOf(fromNormals, fromNormals.length + fromAnomalies.length);
    System.arraycopy(fromAnomalies, 0, both, fromNormals.length, fromAnomalies.length);
    double[] ascending = Arrays.stream(both).sorted().distinct().toArray();
    double[] descending = new double[ascending.length];
    for (int i = 0; i < ascending.length; i++) {
      descending[i] = ascending[ascending.length - 1 - i];
    }
    return descending;
  }
}
