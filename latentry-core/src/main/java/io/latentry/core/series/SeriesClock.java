package io.latentry.core.series;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.Moments;
import java.time.Instant;
import java.util.Locale;

/** What the time column of a series counts in. */
public enum SeriesClock {
  /** Written moments, and dates of a typed file; counted in milliseconds since 1970. */
  INSTANT(1),
  /** Whole or fractional seconds since 1970. */
  SECONDS(1_000),
  /** Milliseconds since 1970. */
  MILLISECONDS(1),
  /** Microseconds since 1970. */
  MICROSECONDS(1e-3),
  /** Nanoseconds since 1970. */
  NANOSECONDS(1e-6),
  /** Numbers that are no time of day: they order the points, and a step of 1 is a step. */
  STEPS(Double.NaN);

  private final double milliseconds;

  SeriesClock(double milliseconds) {
    this.milliseconds = milliseconds;
  }

  /** Whether a moment is known, and not an order alone. */
  public boolean tellsTime() {
    return !Double.isNaN(milliseconds);
  }

  /** Milliseconds of one unit; NaN of {@link #STEPS}. */
  public double milliseconds() {
    return milliseconds;
  }

  /**
   * The unit of plain numbers, by their size: read as the unit told, they lie between 1990 and
   * 2100. What lies in none of these is {@link #STEPS}.
   */
  public static SeriesClock ofNumbers(double least, double most) {
    for (SeriesClock clock : new SeriesClock[] {SECONDS, MILLISECONDS, MICROSECONDS, NANOSECONDS}) {
      double from = 631_152_000_000.0 / clock.milliseconds;
      double to = 4_102_444_800_000.0 / clock.milliseconds;
      if (least >= from && most <= to) {
        return clock;
      }
    }
    return STEPS;
  }

  /**
   * The time that a cell's text says: a written moment, or a number of what this clock counts; NaN
   * if it is neither.
   *
   * @param cells what a cell's text says
   */
  public double time(String text, CellText cells) {
    String meaning = cells.meaning(text);
    if (meaning.isEmpty()) {
      return Double.NaN;
    }
    double millis = Moments.epochMillis(meaning.toCharArray(), 0, meaning.length());
    if (!Double.isNaN(millis)) {
      return tellsTime() ? millis / milliseconds : Double.NaN;
    }
    double number = NumberForm.PLAIN.number(meaning);
    return this == INSTANT || !Double.isFinite(number) ? Double.NaN : number;
  }

  /** A moment as a person reads it. */
  public String words(double time) {
    if (!tellsTime()) {
      return time == Math.rint(time) ? String.valueOf((long) time) : String.valueOf(time);
    }
    return Instant.ofEpochMilli(Math.round(time * milliseconds)).toString();
  }

  /** A span as a person reads it, such as {@code 5 min} or {@code 12 steps}. */
  public String span(double length) {
    if (!tellsTime()) {
      return number(length) + (length == 1 ? " step" : " steps");
    }
    double seconds = length * milliseconds / 1_000;
    if (seconds < 1) {
      return number(seconds * 1_000) + " ms";
    }
    if (seconds < 120) {
      return number(seconds) + " s";
    }
    if (seconds < 7_200) {
      return number(seconds / 60) + " min";
    }
    return seconds < 172_800 ? number(seconds / 3_600) + " h" : number(seconds / 86_400) + " days";
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.replaceAll("\\.?0+$", "");
  }
}
