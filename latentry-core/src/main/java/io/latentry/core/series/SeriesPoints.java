package io.latentry.core.series;

import io.latentry.core.data.Rows;

/**
 * Points of one or more keys, in the order in which they came.
 *
 * @param keys {@code String[count]}: whose point it is; empty where there is one series
 * @param times {@code double[count]}: as the model's clock counts; NaN where it could not be read
 * @param rows the channels, with a fault where a point could not be read
 */
public record SeriesPoints(String[] keys, double[] times, Rows rows) {
  public SeriesPoints {
    if (keys.length != rows.count() || times.length != rows.count()) {
      throw new IllegalArgumentException(
          "points: "
              + keys.length
              + " keys and "
              + times.length
              + " times (expected: "
              + rows.count()
              + ", one of each a row)");
    }
  }

  public int count() {
    return keys.length;
  }
}
