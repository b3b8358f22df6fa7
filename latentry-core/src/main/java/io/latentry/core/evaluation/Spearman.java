package io.latentry.core.evaluation;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Agreement of two rankings. */
public final class Spearman {
  private Spearman() {}

  /**
   * Rank correlation in [-1, 1], tied values sharing their mean rank; NaN if either is constant.
   */
  public static double correlation(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "b: " + b.length + " values (expected: " + a.length + ", as a)");
    }
    double[] ranksA = ranks(a);
    double[] ranksB = ranks(b);
    double middle = (a.length - 1) / 2.0;
    double both = 0;
    double onlyA = 0;
    double onlyB = 0;
    for (int i = 0; i < a.length; i++) {
      both += (ranksA[i] - middle) * (ranksB[i] - middle);
      onlyA += (ranksA[i] - middle) * (ranksA[i] - middle);
      onlyB += (ranksB[i] - middle) * (ranksB[i] - middle);
    }
    return both / Math.sqrt(onlyA * onlyB);
  }

  private static double[] ranks(double[] values) {
    for (double value : values) {
      Areas.requireNumber("scores", value);
    }
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] ranks = new double[values.length];
    int from = 0;
    while (from < order.length) {
      int to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
