package io.latentry.core.drift;

import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.evaluation.SampleMoments;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;

/**
 * How numbers of now differ from a reference.
 *
 * <p>Two tests look: that of Kolmogorov and Smirnov sees what moved, a chi-square test on the
 * reference's tenths sees what became wider, narrower or double-humped. The smaller p-value counts,
 * doubled. A p-value falls with the rows whatever the change, so the effect is told apart from it:
 * the distance of Wasserstein between the two, without the outermost half percent on either side,
 * in units of the reference's spread. What chance alone would show between two samples of these
 * sizes is taken off it, in squares, so that it does not depend on the rows.
 *
 * @param pValue of both tests together
 * @param distance in spreads of the reference, 0 or more
 * @param upward the part of the distance by which values went up, 0 or more
 * @param moved by how many spreads the middle of the values went up; below 0, down
 * @param widening the spread of now over that of the reference
 * @param factor by what the reference is to be multiplied to give the values of now, as after a
 *     change of unit; NaN if no one number does
 * @param kolmogorovSmirnov the largest difference of both cumulated distributions, 0 to 1
 * @param stabilityIndex the population stability index over the reference's tenths, freed of what
 *     chance alone would show
 */
public record NumericShift(
    double pValue,
    double distance,
    double upward,
    double moved,
    double widening,
    double factor,
    double kolmogorovSmirnov,
    double stabilityIndex) {

  private static final int BINS = 10;

  /** Quantile levels at which both are compared, and what is left out on either side. */
  private static final int LEVELS = 396;

  private static final double TRIMMED = 0.005;

  /** Half of what one standard deviation to either side holds of a normal distribution. */
  private static final double LOWER = 0.15865525393145707;

  private static final double MEAN_SIZE_SQUARED = 2 / Math.PI;

  /** A factor nearer to 1 is told as a move. */
  private static final double LEAST_FACTOR = 1.5;

  /** How well a factor must turn the reference into the values of now. */
  private static final double LIKE = 0.2;

  /**
   * @param reference ascending, finite, with a {@link #spread} above 0
   * @param now ascending, finite, at least one
   * @param sizes independent values on either side, at most as many as there are
   */
  public static NumericShift between(double[] reference, double[] now, SampleSizes sizes) {
    double spread = spread(reference);
    if (!(spread > 0) || now.length == 0) {
      throw new IllegalArgumentException(
          "values: spread %s, %d now (expected: above 0, and at least one)"
              .formatted(spread, now.length));
    }
    double distance = 0;
    double moved = 0;
    for (int i = 0; i < LEVELS; i++) {
      double difference = (at(now, level(i)) - at(reference, level(i))) / spread;
      distance += Math.abs(difference) / LEVELS;
      moved += difference / LEVELS;
    }
    double chance = chance(reference, sizes) / spread;
    var test =
        KolmogorovSmirnovTest.withDefaults()
            .test(asFew(reference, sizes.reference()), asFew(now, sizes.now()));
    double[][] shares = tenths(reference, now);
    double chi = CategoryShift.chiSquare(shares[0], shares[1], sizes)[0];
    return new NumericShift(
        Math.min(1, 2 * Math.min(test.getPValue(), chi)),
        beyond(distance, chance),
        beyond((distance + moved) / 2, chance / 2),
        moved,
        spread(now) / spread,
        factor(reference, now, spread),
        test.getStatistic(),
        stabilityIndex(shares, sizes));
  }

  /**
   * Half the width of the middle 68 % of the values, which is the standard deviation of normal
   * ones; the standard deviation itself where most values are the same; 0 where all are.
   *
   * @param sorted ascending, at least one
   */
  public static double spread(double[] sorted) {
    double half = (at(sorted, 1 - LOWER) - at(sorted, LOWER)) / 2;
    return half > 0 ? half : SampleMoments.of(sorted).standardDeviation();
  }

  /**
   * The least shift of a normal distribution that the test of Kolmogorov and Smirnov sees every
   * other time, in spreads.
   *
   * @param pValue that is needed for it
   */
  public static double visible(SampleSizes sizes, double pValue) {
    // Twice, since two tests share the p-value.
    double largest = Math.sqrt(Math.log(2 / (pValue / 2)) / 2 * sizes.variance());
    return largest >= 1
        ? Double.POSITIVE_INFINITY
        : 2 * NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + largest) / 2);
  }

  private static double beyond(double seen, double chance) {
    return Math.sqrt(Math.max(0, seen * seen - chance * chance));
  }

  /** The distance that chance alone would show, in the values' own unit. */
  private static double chance(double[] reference, SampleSizes sizes) {
    int from = (int) (TRIMMED * reference.length);
    double sum = 0;
    for (int i = from; i + 1 < reference.length - from; i++) {
      double below = (i + 1.0) / reference.length;
      sum +=
          (reference[i + 1] - reference[i])
              * Math.sqrt(MEAN_SIZE_SQUARED * below * (1 - below) * sizes.variance());
    }
    return sum;
  }

  /** As many values of the same distribution as count. */
  private static double[] asFew(double[] sorted, double size) {
    return OrderStatistics.evenlySpaced(sorted, (int) Math.max(2, Math.round(size)));
  }

  /** Shares of either side in the reference's tenths; fewer where values are the same. */
  private static double[][] tenths(double[] reference, double[] now) {
    double[] edges =
        IntStream.range(1, BINS)
            .mapToDouble(i -> at(reference, (double) i / BINS))
            .distinct()
            .toArray();
    double[][] shares = new double[2][edges.length + 1];
    for (double value : reference) {
      shares[0][bin(edges, value)] += 1.0 / reference.length;
    }
    for (double value : now) {
      shares[1][bin(edges, value)] += 1.0 / now.length;
    }
    return shares;
  }

  /** An edge belongs to the bin below it. */
  private static int bin(double[] edges, double value) {
    int place = Arrays.binarySearch(edges, value);
    return place < 0 ? -place - 1 : place;
  }

  private static double stabilityIndex(double[][] shares, SampleSizes sizes) {
    int bins = shares[0].length;
    double index = 0;
    for (int i = 0; i < bins; i++) {
      // Half a row more in each bin, so that an empty one has a logarithm.
      double first = (shares[0][i] * sizes.reference() + 0.5) / (sizes.reference() + 0.5 * bins);
      double second = (shares[1][i] * sizes.now() + 0.5) / (sizes.now() + 0.5 * bins);
      index += (second - first) * Math.log(second / first);
    }
    return Math.max(0, index - (bins - 1) * sizes.variance());
  }

  private static double factor(double[] reference, double[] now, double spread) {
    if (at(reference, TRIMMED) * at(reference, 1 - TRIMMED) <= 0) {
      // Values about 0 have no factor that a shift would not explain.
      return Double.NaN;
    }
    double[] ratios = new double[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      ratios[i] = at(now, level(i)) / at(reference, level(i));
    }
    Arrays.sort(ratios);
    double factor = OrderStatistics.quantile(ratios, 0.5);
    if (!(factor > 0) || Math.abs(Math.log(factor)) < Math.log(LEAST_FACTOR)) {
      return Double.NaN;
    }
    double left = 0;
    for (int i = 0; i < LEVELS; i++) {
      left += Math.abs(at(now, level(i)) / factor - at(reference, level(i))) / spread / LEVELS;
    }
    return left <= LIKE ? factor : Double.NaN;
  }

  private static double level(int i) {
    return TRIMMED + (i + 0.5) / LEVELS * (1 - 2 * TRIMMED);
  }

  private static double at(double[] sorted, double level) {
    return OrderStatistics.quantile(sorted, level);
  }
}
