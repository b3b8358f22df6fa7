package io.latentry.pipeline.drift;

import io.latentry.core.data.Moments;
import io.latentry.core.series.SeriesClock;

/** When rows were, as a column of theirs says it: written moments, or numbers. */
public final class RowTimes {
  /** Milliseconds of 1990: numbers below are no moments. */
  public static final double FIRST = 631_152_000_000.0;

  private RowTimes() {}

  /**
   * Milliseconds since 1970 of a moment, or of a number whose size is that of one; a smaller number
   * as it is; NaN for what is neither.
   */
  public static double of(String cell) {
    String text = cell.strip();
    double millis = Moments.epochMillis(text.toCharArray(), 0, text.length());
    if (!Double.isNaN(millis)) {
      return millis;
    }
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException noNumber) {
      return Double.NaN;
    }
    if (!Double.isFinite(number)) {
      return Double.NaN;
    }
    SeriesClock clock = SeriesClock.ofNumbers(number, number);
    return clock.tellsTime() ? number * clock.milliseconds() : number;
  }
}
