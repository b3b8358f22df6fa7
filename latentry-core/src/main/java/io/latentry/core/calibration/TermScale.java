package io.latentry.core.calibration;

import io.latentry.core.graph.Ops;

/**
 * How a term in nats becomes a figure that can be mixed: {@code transform((term - center) /
 * spread)}, centre and spread fitted on held-out normal rows.
 */
public record TermScale(
    Normalization normalization, double center, double spread, Transform transform) {

  /** What centre and spread are. */
  public enum Normalization {
    /** Mean and standard deviation. */
    Z_SCORE,
    /** Median and interquartile range. */
    ROBUST,
    /** Minimum and range. */
    MIN_MAX
  }

  /**
   * What is done to the normalised term; each is monotone, so none changes the order of rows by one
   * term.
   */
  public enum Transform {
    NONE,
    SIGMOID,
    SOFTPLUS,
    /** Linear near zero, logarithmic far out: no single term drowns the other. */
    ASINH
  }

  public TermScale {
    if (!(spread > 0) || !Double.isFinite(center) || !Double.isFinite(spread)) {
      throw new IllegalArgumentException(
          "center, spread: " + center + ", " + spread + " (expected: finite, spread > 0)");
    }
  }

  /** The normalised, transformed term; computed in float32 as the graph does. */
  public float apply(double term) {
    float z = ((float) term - (float) center) / (float) spread;
    return switch (transform) {
      case NONE -> z;
      case SIGMOID -> (float) (1 / (1 + Math.exp(-z)));
      case SOFTPLUS -> (float) (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
      case ASINH -> (float) Math.copySign(Math.log(Math.abs(z) + Math.sqrt((double) z * z + 1)), z);
    };
  }

  /** The same over a graph. */
  public <T> T apply(Ops<T> ops, T term) {
    T z = ops.div(ops.sub(term, ops.scalar((float) center)), ops.scalar((float) spread));
    return switch (transform) {
      case NONE -> z;
      case SIGMOID -> ops.sigmoid(z);
      case SOFTPLUS -> ops.softplus(z);
      case ASINH -> ops.asinh(z);
    };
  }
}
