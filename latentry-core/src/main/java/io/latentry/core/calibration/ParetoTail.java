package io.latentry.core.calibration;

import io.latentry.core.evaluation.OrderStatistics;
import java.util.Arrays;

/**
 * The tail of a sample above {@code start} as a generalised Pareto distribution: {@code P(excess >
 * y) = (1 + shape * y / scale) ** (-1 / shape)} (Pickands 1975).
 *
 * @param tailShare share of the sample above {@code start}
 * @param excesses values above {@code start}
 * @param distance Kolmogorov-Smirnov distance between the excesses and the fit, 0 to 1
 */
public record ParetoTail(
    double start,
    double tailShare,
    int excesses,
    double shape,
    double scale,
    Method method,
    double distance) {

  /** How shape and scale were found; the first that gives a usable answer. */
  public enum Method {
    /** Maximum likelihood, as a search over one parameter (Grimshaw 1993). */
    MAXIMUM_LIKELIHOOD,
    /** Probability-weighted moments (Hosking and Wallis 1987). */
    WEIGHTED_MOMENTS,
    /** Shape 0. */
    EXPONENTIAL
  }

  /** The share of the sample that counts as its tail. */
  public static final double TAIL_SHARE = 0.1;

  /** Fewer excesses than this say too little about a shape. */
  public static final int FEWEST_EXCESSES = 20;

  // Below -0.5 the likelihood is irregular; above 1 the tail has no mean.
  private static final double LOWEST_SHAPE = -0.5;
  private static final double HIGHEST_SHAPE = 1;

  /**
   * Fits the tail of {@code sorted}.
   *
   * @param sorted ascending, finite
   */
  public static ParetoTail fit(double[] sorted) {
    double start = OrderStatistics.quantile(sorted, 1 - TAIL_SHARE);
    double[] excesses = Arrays.stream(sorted).filter(v -> v > start).map(v -> v - start).toArray();
    if (excesses.length < FEWEST_EXCESSES) {
      throw new IllegalArgumentException(
          "excesses: "
              + excesses.length
              + " above "
              + start
              + " (expected: >= "
              + FEWEST_EXCESSES
              + ")");
    }
    double tailShare = (double) excesses.length / sorted.length;
    double mean = Arrays.stream(excesses).sum() / excesses.length;
    double[] unit = Arrays.stream(excesses).map(y -> y / mean).toArray();
    Shape shape = maximumLikelihood(unit);
    if (!shape.isUsable(unit)) {
      shape = weightedMoments(unit);
    }
    if (!shape.isUsable(unit)) {
      shape = new Shape(0, 1, Method.EXPONENTIAL);
    }
    return new ParetoTail(
        start,
        tailShare,
        excesses.length,
        shape.shape,
        shape.scale * mean,
        shape.method,
        shape.distance(unit));
  }

  /** The value that the distribution exceeds with probability {@code rate}, below tailShare. */
  public double quantileAbove(double rate) {
    if (!(rate > 0 && rate < tailShare)) {
      throw new IllegalArgumentException(
          "rate: " + rate + " (expected: above 0 and below the tail's share " + tailShare + ")");
    }
    double logTimes = Math.log(tailShare / rate);
    return start
        + scale * (Math.abs(shape) < 1e-9 ? logTimes : Math.expm1(shape * logTimes) / shape);
  }

  private record Shape(double shape, double scale, Method method) {
    boolean isUsable(double[] excesses) {
      return shape >= LOWEST_SHAPE
          && shape <= HIGHEST_SHAPE
          && scale > 0
          && Double.isFinite(scale)
          && 1 + shape * excesses[excesses.length - 1] / scale > 0;
    }

    double distance(double[] excesses) {
      double largest = 0;
      for (int i = 0; i < excesses.length; i++) {
        double expected = 1 - survival(excesses[i]);
        double below = (double) i / excesses.length;
        double above = (i + 1.0) / excesses.length;
        largest = Math.max(largest, Math.max(expected - below, above - expected));
      }
      return largest;
    }

    private double survival(double excess) {
      return Math.abs(shape) < 1e-9
          ? Math.exp(-excess / scale)
          : Math.exp(-Math.log1p(shape * excess / scale) / shape);
    }
  }

  /**
   * With {@code theta = shape / scale}, the likelihood's best shape for a given theta is {@code
   * mean(log(1 + theta * y))}, which leaves one parameter to search.
   *
   * @param excesses ascending, mean 1
   */
  private static Shape maximumLikelihood(double[] excesses) {
    double largest = excesses[excesses.length - 1];
    double best = Double.NEGATIVE_INFINITY;
    double[] grid = thetas(largest);
    int bestIndex = 0;
    for (int i = 0; i < grid.length; i++) {
      double likelihood = profile(excesses, grid[i]);
      if (likelihood > best) {
        best = likelihood;
        bestIndex = i;
      }
    }
    double low = grid[Math.max(0, bestIndex - 1)];
    double high = grid[Math.min(grid.length - 1, bestIndex + 1)];
    double golden = (Math.sqrt(5) - 1) / 2;
    for (int i = 0; i < 60; i++) {
      double left = high - golden * (high - low);
      double right = low + golden * (high - low);
      if (profile(excesses, left) >= profile(excesses, right)) {
        high = right;
      } else {
        low = left;
      }
    }
    double theta = (low + high) / 2;
    if (Math.abs(theta) < 1e-9) {
      return new Shape(0, 1, Method.MAXIMUM_LIKELIHOOD);
    }
    double shape = shapeAt(excesses, theta);
    return new Shape(shape, shape / theta, Method.MAXIMUM_LIKELIHOOD);
  }

  /** Candidates of theta, ascending, dense around 0; all keep {@code 1 + theta * y} positive. */
  private static double[] thetas(double largest) {
    int half = 60;
    double[] grid = new double[2 * half + 1];
    for (int i = 0; i < half; i++) {
      double size = Math.pow(10, -4 + 5.5 * i / (half - 1));
      grid[half + 1 + i] = size;
      grid[half - 1 - i] = -Math.pow(10, -4.0 * (half - 1 - i) / (half - 1)) * 0.999999 / largest;
    }
    return grid;
  }

  /** Mean log-likelihood at the best shape for {@code theta}; -infinity where it is not usable. */
  private static double profile(double[] excesses, double theta) {
    if (Math.abs(theta) < 1e-9) {
      return -1;
    }
    double shape = shapeAt(excesses, theta);
    double scale = shape / theta;
    if (shape < LOWEST_SHAPE || shape > HIGHEST_SHAPE || !(scale > 0)) {
      return Double.NEGATIVE_INFINITY;
    }
    return -Math.log(scale) - shape - 1;
  }

  private static double shapeAt(double[] excesses, double theta) {
    double sum = 0;
    for (double y : excesses) {
      sum += Math.log1p(theta * y);
    }
    return sum / excesses.length;
  }

  private static Shape weightedMoments(double[] excesses) {
    int n = excesses.length;
    double mean = 0;
    double weighted = 0;
    for (int i = 0; i < n; i++) {
      mean += excesses[i] / n;
      weighted += excesses[i] * (n - 1.0 - i) / (n - 1.0) / n;
    }
    double shape = 2 - mean / (mean - 2 * weighted);
    double scale = 2 * mean * weighted / (mean - 2 * weighted);
    return new Shape(shape, scale, Method.WEIGHTED_MOMENTS);
  }
}
