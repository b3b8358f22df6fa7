package io.latentry.core.drift;

import java.util.Arrays;

/**
 * Figures of texts, as comparable as those of training rows: how rare a training row's text is was
 * measured without that row, of a new row it is measured against all of them, so that the same text
 * has two figures that lie a little apart. Where many rows have the same text that would be another
 * value in all of them.
 */
public final class TextFigures {
  /** By a smaller share a figure is not another. */
  private static final double SAME = 0.01;

  private TextFigures() {}

  /**
   * The figures of now, each as the nearest normal one if that differs by less than a hundredth.
   *
   * @param normal ascending, finite
   * @param now finite, in any order
   */
  public static double[] asNormal(double[] normal, double[] now) {
    return Arrays.stream(now).map(figure -> asNormal(normal, figure)).toArray();
  }

  private static double asNormal(double[] normal, double figure) {
    int place = Arrays.binarySearch(normal, figure);
    if (place >= 0 || normal.length == 0) {
      return figure;
    }
    int above = -place - 1;
    double high = normal[Math.min(above, normal.length - 1)];
    double low = normal[Math.max(above - 1, 0)];
    double nearest = figure - low <= high - figure ? low : high;
    return Math.abs(nearest - figure) <= SAME * Math.abs(nearest) ? nearest : figure;
  }
}
