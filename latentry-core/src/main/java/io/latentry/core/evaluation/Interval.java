package io.latentry.core.evaluation;

/** An estimate with its two-sided 95 % confidence interval. */
public record Interval(double estimate, double low, double high) {
  /** Standard errors to either side of a normal estimate. */
  public static final double Z_95 = 1.959963984540054;
}
