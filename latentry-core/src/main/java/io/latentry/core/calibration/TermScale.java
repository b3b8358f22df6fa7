package io.latentry.core.calibration;

import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.evaluation.SampleMoments;
import io.latentry.core.graph.Ops;

/**
 * How a term in nats becomes a figure that can be mixed: {@code transform((term - center) /
 * spread)}, centre and spread fitted on held-out normal rows.
 */
public record TermScale(
    Normalization normalization, double center, double spread, Transform transform) {

  /**
   * Least spread, relative to the centre: terms agree over engines to a few 1e-6, and scores must
   * to 1e-4.
   */
  private static final double LEAST_SPREAD = 0.25;

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
    ASINH;

    /** Whether every transformed term is above zero, as a product takes it. */
    public boolean isPositive() {
      return this == SIGMOID || this == SOFTPLUS;
    }
  }

  public TermScale {
    if (!(spread > 0) || !Double.isFinite(center) || !Double.isFinite(spread)) {
      throw new IllegalArgumentException(
          "center, spread: " + center + ", " + spread + " (expected: finite, spread > 0)");
    }
  }

  /**
   * Fits centre and spread. Where the spread asked for is lost to rounding at the terms' own size
   * (the scale is applied in float32), the standard deviation stands in, and then 1 nat.
   *
   * @param normalTerm nats, of held-out normal rows, all finite
   */
  public static TermScale fit(
      Normalization normalization, Transform transform, double[] normalTerm) {
    double[] sorted = OrderStatistics.sorted("normalTerm", normalTerm);
    SampleMoments moments = SampleMoments.of(sorted);
    double deviation = moments.standardDeviation();
    double center =
        switch (normalization) {
          case Z_SCORE -> moments.mean();
          case ROBUST -> OrderStatistics.quantile(sorted, 0.5);
          case MIN_MAX -> sorted[0];
        };
    double spread =
        switch (normalization) {
          case Z_SCORE -> deviation;
          case ROBUST ->
              OrderStatistics.quantile(sorted, 0.75) - OrderStatistics.quantile(sorted, 0.25);
          case MIN_MAX -> sorted[sorted.length - 1] - sorted[0];
        };
    double resolution = Math.max(Math.ulp((float) center), Float.MIN_NORMAL);
    if (!(spread > resolution)) {
      spread = deviation > resolution ? deviation : Math.max(1, resolution);
    }
    if (deviation > resolution) {
      // Repeated rows have hardly any spread; dividing by it would turn rounding into a score.
      spread = Math.max(spread, LEAST_SPREAD * Math.max(1, Math.abs(center)));
    }
    return new TermScale(normalization, center, spread, transform);
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
