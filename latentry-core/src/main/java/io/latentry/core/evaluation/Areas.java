package io.latentry.core.evaluation;

import java.util.Arrays;

/**
 * Ranking quality of scores, higher being stranger. Ties count half in the area under the ROC
 * curve, and enter the precision-recall curve together.
 */
public final class Areas {

  private Areas() {}

  /** The chance that an anomaly outscores a normal row; ties count half. NaN if either is none. */
  public static double auroc(double[] normals, double[] anomalies) {
    double sum = 0;
    double[] sorted = sortedOrThrow("normals", normals);
    for (double score : anomalies) {
      requireNumber("anomalies", score);
      sum += shareBelow(sorted, score);
    }
    return normals.length == 0 || anomalies.length == 0 ? Double.NaN : sum / anomalies.length;
  }

  /**
   * The AUROC with a 95 % interval by DeLong's variance on the logit scale. At exactly 0 or 1,
   * where that variance vanishes, the far end is that of the smaller class by Clopper-Pearson.
   */
  public static Interval aurocInterval(double[] normals, double[] anomalies) {
    double estimate = auroc(normals, anomalies);
    if (Double.isNaN(estimate)) {
      return new Interval(estimate, 0, 1);
    }
    Placements placements = Placements.of(normals, anomalies);
    double deviation = Math.sqrt(placements.variance());
    return onLogitScale(estimate, deviation, Math.min(normals.length, anomalies.length));
  }

  /**
   * Average precision: {@code sum{ (recall[k] - recall[k-1]) * precision[k] }} over distinct
   * scores, descending. NaN without an anomaly.
   */
  public static double auprc(double[] normals, double[] anomalies) {
    double[] normal = sortedOrThrow("normals", normals);
    double[] strange = sortedOrThrow("anomalies", anomalies);
    if (strange.length == 0) {
      return Double.NaN;
    }
    double sum = 0;
    int last = strange.length;
    while (last > 0) {
      double score = strange[last - 1];
      int first = countBelow(strange, score);
      int found = strange.length - first;
      int falseAlarms = normal.length - countBelow(normal, score);
      sum += (last - first) * ((double) found / (found + falseAlarms));
      last = first;
    }
    return sum / strange.length;
  }

  /**
   * The AUPRC with a 95 % interval on the logit scale, with {@code a (1 - a) / anomalies} as the
   * variance of the estimate {@code a}.
   */
  public static Interval auprcInterval(double[] normals, double[] anomalies) {
    double estimate = auprc(normals, anomalies);
    if (Double.isNaN(estimate)) {
      return new Interval(estimate, 0, 1);
    }
    double deviation = Math.sqrt(estimate * (1 - estimate) / anomalies.length);
    return onLogitScale(estimate, deviation, anomalies.length);
  }

  /** Values of {@code sorted} below {@code value}. */
  static int countBelow(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Values of {@code sorted} at or below {@code value}. */
  static int countAtMost(double[] sorted, double value) {
    return countBelow(sorted, Math.nextUp(value));
  }

  /** The share of {@code sorted} below {@code value}, ties by half. */
  static double shareBelow(double[] sorted, double value) {
    return (countBelow(sorted, value) + countAtMost(sorted, value)) / (2.0 * sorted.length);
  }

  static double[] sortedOrThrow(String name, double[] scores) {
    double[] sorted = scores.clone();
    for (double score : sorted) {
      requireNumber(name, score);
    }
    Arrays.sort(sorted);
    return sorted;
  }

  static void requireNumber(String name, double score) {
    if (Double.isNaN(score)) {
      throw new IllegalArgumentException(name + ": NaN (expected: scores of judged rows only)");
    }
  }

  private static Interval onLogitScale(double estimate, double deviation, int rows) {
    if (estimate >= 1) {
      return new Interval(1, ClopperPearson.lowerBound(rows, rows, 0.975), 1);
    }
    if (estimate <= 0) {
      return new Interval(0, 0, ClopperPearson.upperBound(0, rows, 0.975));
    }
    double centre = Math.log(estimate / (1 - estimate));
    double reach = Interval.Z_95 * deviation / (estimate * (1 - estimate));
    return new Interval(
        estimate, 1 / (1 + Math.exp(reach - centre)), 1 / (1 + Math.exp(-reach - centre)));
  }
}
