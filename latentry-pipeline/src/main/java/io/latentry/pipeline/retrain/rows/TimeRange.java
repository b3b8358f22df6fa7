package io.latentry.pipeline.retrain.rows;

import org.jspecify.annotations.Nullable;

/**
 * The earliest and the latest time of some rows.
 *
 * @param from the earliest, as its cell has it; null without any; likewise {@code to}
 */
public record TimeRange(double first, @Nullable String from, double last, @Nullable String to) {
  /** That of no row. */
  public static final TimeRange NONE =
      new TimeRange(Double.POSITIVE_INFINITY, null, Double.NEGATIVE_INFINITY, null);

  /** With one row more. */
  TimeRange with(double time, String cell) {
    boolean earlier = time < first;
    boolean later = time > last;
    return earlier || later
        ? new TimeRange(
            earlier ? time : first, earlier ? cell : from, later ? time : last, later ? cell : to)
        : this;
  }
}
