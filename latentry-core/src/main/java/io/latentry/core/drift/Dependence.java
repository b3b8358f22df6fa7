package io.latentry.core.drift;

import io.latentry.core.calibration.DesignEffect;
import io.latentry.core.evaluation.OrderStatistics;
import java.util.Arrays;
import java.util.List;

/**
 * How much values that follow each other in time go together, and with that how many independent
 * ones they are worth, by {@link DesignEffect}.
 *
 * <p>A random share {@code p} of the rows goes together less than all of them: where all rows count
 * as one in {@code 1 + d}, the share counts as one in {@code 1 + p * d}.
 *
 * @param excess {@code d}: of all rows, none left out; 0 if they have nothing to do with each other
 */
public record Dependence(double excess) {
  /** Of rows that have nothing to do with each other. */
  public static final Dependence NONE = new Dependence(0);

  /** Smaller ones are what chance shows of independent values. */
  private static final double LEAST_FACTOR = 1.15;

  /** Enough to tell, and few enough to compare all lags. */
  private static final int MOST_VALUES = 4_000;

  /**
   * @param inOrder of time, finite: a random share of all values
   * @param keptShare that share, above 0, at most 1
   */
  public static Dependence of(double[] inOrder, double keptShare) {
    if (!(keptShare > 0 && keptShare <= 1)) {
      throw new IllegalArgumentException(
          "keptShare: " + keptShare + " (expected: above 0, at most 1)");
    }
    if (inOrder.length < 2) {
      return NONE;
    }
    double[] some = inOrder;
    if (inOrder.length > MOST_VALUES) {
      some = new double[MOST_VALUES];
      for (int i = 0; i < MOST_VALUES; i++) {
        some[i] = inOrder[OrderStatistics.rank(i, MOST_VALUES, inOrder.length)];
      }
    }
    double share = keptShare * some.length / inOrder.length;
    double[] sorted = some.clone();
    Arrays.sort(sorted);
    // Below the median, so that of ones and zeros something is above, whichever are more; the
    // levels that are tried beside it take the other case.
    double below = Math.nextDown(OrderStatistics.quantile(sorted, 0.5));
    double factor = DesignEffect.of(List.of(some), below).factor();
    return factor < LEAST_FACTOR ? NONE : new Dependence((factor - 1) / share);
  }

  /** The stronger of both: a share that is 0 or 1 tells nothing of how its rows go together. */
  public Dependence or(Dependence other) {
    return excess >= other.excess ? this : other;
  }

  /** Independent values that a random share of the rows is worth. */
  public double independent(double values, double keptShare) {
    return values / (1 + Math.min(1, keptShare) * excess);
  }
}
