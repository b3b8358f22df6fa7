package io.latentry.core.drift;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;
import org.apache.commons.statistics.inference.FisherExactTest;

/**
 * How a share of rows differs between two sides, such as that of missing values.
 *
 * @param reference share of the reference rows, 0 to 1
 * @param now share of the rows of now
 * @param pValue of Fisher's exact test, two-sided
 */
public record ShareShift(double reference, double now, double pValue) {
  /** Beyond so many rows a side counts as so many: more would not tell more. */
  private static final double MOST_ROWS = 200_000;

  /**
   * @param referenceHits of {@code referenceRows}
   * @param hits of {@code rows}
   * @param sizes independent rows on either side, at most as many as there are
   */
  public static ShareShift between(
      long referenceHits, long referenceRows, long hits, long rows, SampleSizes sizes) {
    if (referenceHits < 0 || referenceHits > referenceRows || hits < 0 || hits > rows) {
      throw new IllegalArgumentException(
          "hits: %d of %d and %d of %d (expected: 0 to the number of rows)"
              .formatted(referenceHits, referenceRows, hits, rows));
    }
    double before = (double) referenceHits / referenceRows;
    double after = (double) hits / rows;
    int[] first = table(before, sizes.reference());
    int[] second = table(after, sizes.now());
    boolean same = first[0] + second[0] == 0 || first[1] + second[1] == 0;
    double p =
        same ? 1 : FisherExactTest.withDefaults().test(new int[][] {first, second}).getPValue();
    return new ShareShift(before, after, Math.min(1, p));
  }

  /**
   * How likely a share as large or larger would be if the true one were {@code most}, by the exact
   * binomial test.
   *
   * @param rows independent ones behind {@code share}
   */
  public static double pValueAbove(double share, double rows, double most) {
    int[] counts = table(share, rows);
    return BinomialTest.withDefaults()
        .with(AlternativeHypothesis.GREATER_THAN)
        .test(counts[0] + counts[1], counts[0], most)
        .getPValue();
  }

  /**
   * How likely a share as small or smaller would be if the true one were {@code least}, by the
   * exact binomial test.
   *
   * @param rows independent ones behind {@code share}
   */
  public static double pValueBelow(double share, double rows, double least) {
    int[] counts = table(share, rows);
    return BinomialTest.withDefaults()
        .with(AlternativeHypothesis.LESS_THAN)
        .test(counts[0] + counts[1], counts[0], least)
        .getPValue();
  }

  /**
   * How likely two counts that are as likely as each other would differ as much or more, by the
   * exact binomial test; 1 if both are 0.
   */
  public static double pValueOfDifference(int one, int other) {
    return one + other == 0
        ? 1
        : BinomialTest.withDefaults().test(one + other, one, 0.5).getPValue();
  }

  /** By how much the share grew; below 0 if it fell. */
  public double difference() {
    return now - reference;
  }

  private static int[] table(double share, double size) {
    int rows = (int) Math.max(1, Math.round(Math.min(MOST_ROWS, size)));
    int hits = (int) Math.round(share * rows);
    return new int[] {hits, rows - hits};
  }
}
