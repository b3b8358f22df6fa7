package io.latentry.pipeline.clean;

import java.util.Arrays;

/**
 * The cut that sets a few high figures furthest apart from all others: the difference of the means
 * of both sides in units of both their standard deviations.
 *
 * @param cut the lowest figure beyond; infinite if there is none
 * @param apart 0 if there is none
 */
public record TwoHills(double cut, double apart) {
  /** Fewer are stray ones, more are another kind of usual. */
  private static final double LEAST_SHARE = 0.01;

  private static final double MOST_SHARE = 0.3;
  private static final int FEWEST = 5;

  /**
   * @param figures finite, at least one
   */
  public static TwoHills of(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int first = firstBeyond(sorted);
    return first == sorted.length
        ? new TwoHills(Double.POSITIVE_INFINITY, 0)
        : new TwoHills(
            sorted[first], apart(Sums.of(sorted, 0, first), Sums.of(sorted, first, sorted.length)));
  }

  /** The first place beyond the best cut of ascending figures; their number if there is none. */
  private static int firstBeyond(double[] sorted) {
    int count = sorted.length;
    int best = count;
    double furthest = 0;
    Sums below = Sums.of(sorted, 0, count);
    Sums beyond = new Sums();
    int fewest = Math.max(FEWEST, (int) (LEAST_SHARE * count));
    for (int first = count - 1; first >= (1 - MOST_SHARE) * count && first > 0; first--) {
      below.add(sorted[first], -1);
      beyond.add(sorted[first], 1);
      if (count - first >= fewest && sorted[first] > sorted[first - 1]) {
        double apart = apart(below, beyond);
        if (apart > furthest) {
          furthest = apart;
          best = first;
        }
      }
    }
    return best;
  }

  private static double apart(Sums below, Sums beyond) {
    double variance = Math.max(1e-12, below.variance() + beyond.variance());
    return (beyond.mean() - below.mean()) / Math.sqrt(variance);
  }

  /** Count, sum and sum of squares. */
  private static final class Sums {
    private double count;
    private double sum;
    private double squares;

    static Sums of(double[] values, int from, int to) {
      Sums sums = new Sums();
      for (int i = from; i < to; i++) {
        sums.add(values[i], 1);
      }
      return sums;
    }

    void add(double value, int times) {
      count += times;
      sum += times * value;
      squares += times * value * value;
    }

    double mean() {
      return sum / count;
    }

    double variance() {
      return Math.max(0, squares / count - mean() * mean());
    }
  }
}
