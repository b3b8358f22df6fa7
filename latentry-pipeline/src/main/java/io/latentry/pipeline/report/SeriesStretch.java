package io.latentry.pipeline.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of held-out points, one after the other, as the model saw them come.
 *
 * @param channel that contributes most
 * @param step from one point to the next, in words
 * @param actual {@code double[points]}: the channel's values; NaN is missing
 * @param expected {@code double[points]}: what the model expected of it
 * @param spread three times the usual distance of both
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
    List<double[]> points = new ArrayList<>();
    int buckets = Math.min(values.length, MOST_DRAWN / 2);
    for (int b = 0; b < buckets; b++) {
      int from = (int) ((long) b * values.length / buckets);
      int to = (int) ((long) (b + 1) * values.length / buckets);
      int least = from;
      int largest = from;
      for (int i = from; i < to; i++) {
        least = values[i] < values[least] ? i : least;
        largest = values[i] > values[largest] ? i : largest;
      }
      points.add(point(values, Math.min(least, largest)));
      if (least != largest) {
        points.add(point(values, Math.max(least, largest)));
      }
    }
    return points;
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
