package io.latentry.core.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.inference.ChiSquareTest;

/**
 * How the mix of categories differs between two sides.
 *
 * @param pValue of the chi-square test of homogeneity; categories of which too few rows are
 *     expected on either side count as one
 * @param changed the least share of rows that would have to be of another category for both mixes
 *     to be the same (total variation), 0 to 1. What chance alone would show between two samples of
 *     these sizes is taken off, in squares, so that the figure does not depend on the rows
 * @param cramersV the same as an association between side and category, 0 to 1
 */
public record CategoryShift(double pValue, double changed, double cramersV) {
  /** By the usual rule, so that the test keeps its level. */
  private static final double FEWEST_EXPECTED = 5;

  private static final double MOST_ROWS = 1_000_000;

  /** Of the size of a normal deviate, on average: {@code sqrt(2 / pi)}, squared. */
  private static final double MEAN_SIZE_SQUARED = 2 / Math.PI;

  /**
   * @param reference {@code [categories]}: how often each was seen; one that is new has 0
   * @param now {@code [categories]}, likewise
   * @param sizes independent rows on either side, at most as many as there are
   * @throws IllegalArgumentException if a side has no row, or other categories than the other
   */
  public static CategoryShift between(double[] reference, double[] now, SampleSizes sizes) {
    double before = Arrays.stream(reference).sum();
    double after = Arrays.stream(now).sum();
    if (reference.length != now.length || !(before > 0) || !(after > 0)) {
      throw new IllegalArgumentException(
          "categories: %d of %s rows and %d of %s rows (expected: the same, and rows)"
              .formatted(reference.length, before, now.length, after));
    }
    double changed = 0;
    double chance = 0;
    for (int i = 0; i < now.length; i++) {
      double first = reference[i] / before;
      double second = now[i] / after;
      changed += Math.abs(first - second) / 2;
      double pooled = pooled(first, second, sizes);
      chance += Math.sqrt(MEAN_SIZE_SQUARED * pooled * (1 - pooled) * sizes.variance()) / 2;
    }
    double[] first = Arrays.stream(reference).map(count -> count / before).toArray();
    double[] second = Arrays.stream(now).map(count -> count / after).toArray();
    double[] test = chiSquare(first, second, sizes);
    return new CategoryShift(
        test[0], Math.sqrt(Math.max(0, changed * changed - chance * chance)), test[1]);
  }

  /**
   * The p-value of the chi-square test, and Cramer's V.
   *
   * @param first {@code [categories]}, shares, which add up to 1
   */
  static double[] chiSquare(double[] first, double[] second, SampleSizes sizes) {
    double before = Math.min(MOST_ROWS, sizes.reference());
    double after = Math.min(MOST_ROWS, sizes.now());
    List<long[]> table = new ArrayList<>();
    double[] rest = new double[2];
    for (int i = 0; i < first.length; i++) {
      double expected = pooled(first[i], second[i], sizes) * Math.min(before, after);
      if (expected >= FEWEST_EXPECTED) {
        table.add(counts(first[i], second[i], before, after));
      } else {
        rest[0] += first[i];
        rest[1] += second[i];
      }
    }
    long[] others = counts(rest[0], rest[1], before, after);
    if (others[0] + others[1] > 0) {
      table.add(others);
    }
    long[] left = table.stream().mapToLong(row -> row[0]).toArray();
    long[] right = table.stream().mapToLong(row -> row[1]).toArray();
    double rows = (double) Arrays.stream(left).sum() + Arrays.stream(right).sum();
    if (table.size() < 2 || Arrays.stream(left).sum() == 0 || Arrays.stream(right).sum() == 0) {
      return new double[] {1, 0};
    }
    var result = ChiSquareTest.withDefaults().test(new long[][] {left, right});
    return new double[] {result.getPValue(), Math.sqrt(Math.min(1, result.getStatistic() / rows))};
  }

  private static long[] counts(double first, double second, double before, double after) {
    return new long[] {Math.round(first * before), Math.round(second * after)};
  }

  private static double pooled(double first, double second, SampleSizes sizes) {
    return (first * sizes.reference() + second * sizes.now()) / (sizes.reference() + sizes.now());
  }
}
