package io.latentry.core.promotion;

import io.latentry.core.evaluation.OrderStatistics;
import java.util.Arrays;

/**
 * Up to which score an alarm of the champion is the tail of a normal that moved.
 *
 * <p>Leaving out all that the champion alarms on would cut the tail off the normal: what is left
 * has no row above its threshold, the next threshold comes to lie lower, and the promise is broken
 * a little more with every retraining. Keeping all would learn the anomalies. What tells the two
 * apart is the bulk: where normal moved, the rows without an alarm moved with it; where anomalies
 * came in, they did not.
 *
 * <p>So the quartiles of the scores without an alarm are compared with those of the calibration
 * below the threshold. The threshold is moved as they moved, and what lies between both counts
 * among the rows of the bulk; this goes on until nothing moves. Anomalies beyond the threshold move
 * no quartile, and so nothing of them is taken in.
 */
public final class MovedTail {
  private static final int MOST_ROUNDS = 20;

  /** The bulk may have become this many times as wide, in scores; more is another normal. */
  private static final double MOST_WIDENING = 2;

  private MovedTail() {}

  /**
   * The score up to which a row belongs to the normal of now; at least {@code threshold}.
   *
   * @param calibration the champion's scores of its normal rows, ascending
   * @param recent the champion's scores of rows of now, finite
   */
  public static double bound(double[] calibration, double threshold, double[] recent) {
    double[] reference = upTo(calibration, threshold);
    double[] sorted = OrderStatistics.sorted("recent", recent);
    double bound = threshold;
    if (reference.length == 0) {
      return bound;
    }
    double middle = at(reference, 0.5);
    double width = at(reference, 0.75) - at(reference, 0.25);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double[] bulk = upTo(sorted, bound);
      if (bulk.length == 0) {
        return bound;
      }
      double widening =
          width > 0
              ? Math.max(1, Math.min(MOST_WIDENING, (at(bulk, 0.75) - at(bulk, 0.25)) / width))
              : 1;
      double moved = at(bulk, 0.5) + (threshold - middle) * widening;
      if (!(moved > bound)) {
        return bound;
      }
      bound = moved;
    }
    return bound;
  }

  private static double at(double[] sorted, double level) {
    return OrderStatistics.quantile(sorted, level);
  }

  private static double[] upTo(double[] sorted, double bound) {
    return Arrays.stream(sorted).filter(score -> score <= bound).toArray();
  }
}
