package io.latentry.core.evaluation;

import java.util.Arrays;

/**
 * Mean and spread of some values; NaN of none.
 *
 * @param squaredDeviations sum of the squared distances from the mean, by a second pass, so that a
 *     large mean does not swallow a small spread
 */
public record SampleMoments(int count, double mean, double squaredDeviations) {

  public static SampleMoments of(double[] values) {
    double mean = Arrays.stream(values).sum() / values.length;
    return new SampleMoments(
        values.length, mean, Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum());
  }

  /** Of these values alone: divided by their number. */
  public double standardDeviation() {
    return Math.sqrt(squaredDeviations / count);
  }

  /** Of what the values were drawn from: divided by one less than their number; 0 of one value. */
  public double sampleVariance() {
    return squaredDeviations / Math.max(1, count - 1);
  }
}
