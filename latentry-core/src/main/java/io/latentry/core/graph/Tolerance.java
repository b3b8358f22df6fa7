package io.latentry.core.graph;

/** How far two engines may differ in what one graph says of one row. */
public final class Tolerance {

  /** The most by which an output may differ, relative to {@code max(1, |expected|)}. */
  public static final double RELATIVE = 1e-4;

  private Tolerance() {}

  /** By how much an output may differ from {@code expected}. */
  public static double of(double expected) {
    return RELATIVE * Math.max(1, Math.abs(expected));
  }
}
