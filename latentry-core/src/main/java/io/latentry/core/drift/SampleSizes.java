package io.latentry.core.drift;

/**
 * How many independent rows stand on either side of a comparison: rows that follow each other in
 * time say less than as many on their own.
 *
 * @param reference above 0
 * @param now above 0
 */
public record SampleSizes(double reference, double now) {
  public SampleSizes {
    if (!(reference > 0 && now > 0) || Double.isInfinite(reference) || Double.isInfinite(now)) {
      throw new IllegalArgumentException(
          "rows: " + reference + " and " + now + " (expected: more than 0 on either side)");
    }
  }

  /** What either side adds to the variance of a difference of shares. */
  double variance() {
    return 1 / reference + 1 / now;
  }
}
