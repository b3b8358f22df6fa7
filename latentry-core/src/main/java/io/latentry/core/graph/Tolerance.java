package io.latentry.core.graph;

/** How far two engines may differ in what one graph says of one row. */
public final class Tolerance {

  /** The most by which an output may differ, relative to {@code max(1, |expected|)}. */
  public static final double RELATIVE = 1e-4;

  private Tolerance() {}

  /** Whether rounding alone may have made two values of one output, {@code lower <= higher}. */
  public static boolean ties(double lower, double higher) {
    return higher - lower <= of(lower);
  }

  /** By how much an output may differ from {@code expected}. */
  public static double of(double expected) {
    return RELATIVE * Math.max(1, Math.abs(expected));
  }
}
