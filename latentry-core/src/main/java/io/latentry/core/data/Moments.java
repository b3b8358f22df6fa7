package io.latentry.core.data;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Timestamps in ISO-8601 and its usual relaxations: {@code 2024-02-29}, {@code 2024/02/29}, with
 * {@code T} or a space before {@code 13:05[:30[.123456]]}, with {@code Z}, {@code UTC} or an offset
 * at the end. Without a zone a moment is in UTC. A date with points has its day first, as in {@code
 * 29.2.2024}, since nobody writes the month before it so; with slashes both are usual, and {@code
 * 1/2/2024} is none.
 */
public final class Moments {
  /** Milliseconds. */
  public static final double MILLIS_PER_DAY = 86_400_000;

  /** Added to the seconds of a moment that lies years from all that training had. */
  static final float BEYOND_THE_WEEK = 1_209_600f;

  private static final long DAY = 86_400_000L;
  private static final long WEEK = 7 * DAY;
  // 1970-01-01 was a Thursday.
  private static final long FROM_MONDAY_TO_EPOCH = 3 * DAY;

  private final char[] text;
  private final int end;
  private int at;

  private Moments(char[] text, int from, int to) {
    this.text = text;
    this.at = from;
    this.end = to;
  }

  /** Milliseconds since 1970-01-01 00:00 UTC of {@code text[from..to)}; NaN if it is no moment. */
  public static double epochMillis(char[] text, int from, int to) {
    // The shortest is 1.1.2024; a digit and a separator sift out nearly everything else at once.
    if (to - from < 8) {
      return Double.NaN;
    }
    if (text[from + 1] == '.' || text[from + 2] == '.') {
      return new Moments(text, from, to).parseDayFirst();
    }
    if (to - from < 10 || (text[from + 4] != '-' && text[from + 4] != '/')) {
      return Double.NaN;
    }
    return new Moments(text, from, to).parse();
  }

  /** Seconds since Monday 00:00 UTC, as a model takes a moment. */
  public static float secondOfWeek(double epochMillis) {
    return Math.floorMod((long) epochMillis + FROM_MONDAY_TO_EPOCH, WEEK) / 1000f;
  }

  private double parse() {
    char separator = text[at + 4];
    int year = digits(4);
    boolean dated = year >= 0 && take(separator);
    int month = dated ? digits(2) : -1;
    dated = month >= 1 && month <= 12 && take(separator);
    return dated ? moment(year, month, digits(2)) : Double.NaN;
  }

  private double parseDayFirst() {
    int day = upToTwoDigits();
    int month = take('.') ? upToTwoDigits() : -1;
    boolean dated = month >= 1 && month <= 12 && take('.');
    int year = dated ? digits(4) : -1;
    return year >= 0 ? moment(year, month, day) : Double.NaN;
  }

  /** The rest of a moment, behind its date. */
  private double moment(int year, int month, int day) {
    if (day < 1 || day > YearMonth.of(year, month).lengthOfMonth()) {
      return Double.NaN;
    }
    double millis = LocalDate.of(year, month, day).toEpochDay() * (double) DAY;
    if (at == end) {
      return millis;
    }
    if (!take('T') && !take('t') && !take(' ')) {
      return Double.NaN;
    }
    double time = timeOfDay();
    return at == end ? millis + time : Double.NaN;
  }

  /** Milliseconds of {@code 13:05:30.5+02:00}, the offset already taken off. */
  private double timeOfDay() {
    int hour = digits(2);
    int minute = take(':') ? digits(2) : -1;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
      return Double.NaN;
    }
    double millis = hour * 3_600_000d + minute * 60_000d;
    if (take(':')) {
      int second = digits(2);
      if (second < 0 || second > 60) {
        return Double.NaN;
      }
      millis += second * 1000d;
      if (take('.') || take(',')) {
        double unit = 100;
        int first = at;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
          millis += (text[at++] - '0') * unit;
          unit /= 10;
        }
        if (at == first) {
          return Double.NaN;
        }
      }
    }
    return Math.floor(millis) - offsetMillis();
  }

  private double offsetMillis() {
    while (at < end && text[at] == ' ') {
      at++;
    }
    if (at == end || take('Z') || take('z')) {
      return 0;
    }
    if (end - at == 3 && text[at] == 'U' && text[at + 1] == 'T' && text[at + 2] == 'C') {
      at = end;
      return 0;
    }
    int sign = take('+') ? 1 : take('-') ? -1 : 0;
    int hours = sign == 0 ? -1 : digits(2);
    if (hours < 0 || hours > 18) {
      return Double.NaN;
    }
    int minutes = 0;
    if (at < end) {
      if (text[at] == ':') {
        at++;
      }
      minutes = digits(2);
      if (minutes < 0 || minutes > 59) {
        return Double.NaN;
      }
    }
    return sign * (hours * 3_600_000d + minutes * 60_000d);
  }

  private int upToTwoDigits() {
    int two = digits(2);
    return two >= 0 ? two : digits(1);
  }

  /** The number of exactly {@code count} digits, or -1. */
  private int digits(int count) {
    if (at + count > end) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < count; i++) {
      char c = text[at + i];
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    at += count;
    return value;
  }

  private boolean take(char expected) {
    if (at < end && text[at] == expected) {
      at++;
      return true;
    }
    return false;
  }
}
