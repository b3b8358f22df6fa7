package io.latentry.pipeline.report;

import io.latentry.core.series.Decimation;
import java.util.Arrays;
import java.util.List;

/**
 * A stretch of held-out points, one after the other, as the model saw them come.
 *
 * @param channel that contributes most
 * @param step what a point is, in words, such as {@code point every 5 min}
 * @param actual {@code double[points]}: the channel's values; NaN is missing
 * @param expected {@code double[points]}: what the model expected of it
 * @param spread {@link io.latentry.core.series.ExpectedBand#reach} of both
 * @param score {@code double[points]}: that is compared with the threshold
 */
public record SeriesStretch(
    String channel,
    String step,
    double[] actual,
    double[] expected,
    double spread,
    double[] score) {

  /** Points of a drawn line; more are drawn by the least and the largest of each bucket. */
  private static final int MOST_DRAWN = 1_200;

  /**
   * {@code {point, value}} each: all values, or of equal stretches the least and the largest, in
   * the order in which they came, so that no spike is lost.
   */
  static List<double[]> drawn(double[] values) {
    return Arrays.stream(Decimation.minMax(values, MOST_DRAWN))
        .mapToObj(at -> point(values, at))
        .toList();
  }

  private static double[] point(double[] values, int at) {
    return new double[] {at, Double.isNaN(values[at]) ? values[at] : Figures.plotted(values[at])};
  }

  /** The same values, all of them moved. */
  static double[] moved(double[] values, double by) {
    double[] moved = new double[values.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = values[i] + by;
    }
    return moved;
  }
}
