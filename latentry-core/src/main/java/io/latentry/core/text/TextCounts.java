package io.latentry.core.text;

import java.util.Arrays;

/**
 * In how many training texts the pieces of a grain stand, by the bucket of a piece's hash; pieces
 * that share a bucket share a count. Immutable.
 *
 * @param rows by bucket; {@value #BUCKETS} of them
 */
public record TextCounts(TextGrain grain, int[] rows) {
  /** Whatever the texts are like, so that a column costs a bounded part of the file. */
  public static final int BUCKETS = 1 << 12;

  public TextCounts {
    if (rows.length != BUCKETS) {
      throw new IllegalArgumentException(
          "counts: %d buckets (expected: %d)".formatted(rows.length, BUCKETS));
    }
    for (int count : rows) {
      if (count < 0) {
        throw new IllegalArgumentException("counts: " + count + " (expected: 0 or more)");
      }
    }
    rows = rows.clone();
  }

  /** As a copy. */
  @Override
  public int[] rows() {
    return rows.clone();
  }

  int of(int bucket) {
    return rows[bucket];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextCounts counts
        && grain == counts.grain
        && Arrays.equals(rows, counts.rows);
  }

  @Override
  public int hashCode() {
    return 31 * grain.hashCode() + Arrays.hashCode(rows);
  }

  @Override
  public String toString() {
    return grain + " in " + Arrays.stream(rows).filter(count -> count > 0).count() + " buckets";
  }
}
