package io.latentry.pipeline.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them: as many digits as mean something, the same in every locale. */
public final class Figures {
  private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

  private Figures() {}

  /** Four significant digits, such as {@code 17.99}, {@code 12,346} or {@code 1.203e-7}. */
  public static String of(double value) {
    if (Double.isNaN(value)) {
      return "not known";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "infinite" : "minus infinite";
    }
    double size = Math.abs(value);
    if (size >= 1e7 || (size < 1e-4 && size > 0)) {
      return String.format(Locale.ROOT, "%.3e", value)
          .replaceFirst("\\.?0*e", "e")
          .replaceFirst("e([+-])0*", "e$1")
          .replace("e+", "e");
    }
    BigDecimal rounded =
        size >= 1000
            ? new BigDecimal(value).setScale(0, RoundingMode.HALF_UP)
            : new BigDecimal(value).round(new MathContext(4, RoundingMode.HALF_UP));
    if (rounded.signum() == 0) {
      return "0";
    }
    return String.format(
        Locale.ROOT, "%,." + Math.max(0, rounded.stripTrailingZeros().scale()) + "f", rounded);
  }

  /** A share as a percentage, such as {@code 1 %}, {@code 0.52 %} or {@code 99.95 %}. */
  public static String percent(double share) {
    if (!Double.isFinite(share)) {
      return "not known";
    }
    double percent = share * 100;
    // Near 100 it is the distance to 100 that matters.
    double telling = Math.min(Math.abs(percent), Math.abs(100 - percent));
    int digits = telling == 0 ? 0 : telling >= 10 ? 1 : telling >= 0.1 ? 2 : 4;
    BigDecimal rounded = new BigDecimal(percent).setScale(digits, RoundingMode.HALF_UP);
    return (rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString()) + " %";
  }

  /** A share on the 0 to 1 scale, three decimals, such as an AUROC. */
  public static String share(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.3f", share) : "not known";
  }

  /** A count, such as {@code 12,345}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A count with its noun, such as {@code 1 row} or {@code 12,345 rows}. */
  static String count(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** A moment of the week, such as {@code Tue 13:05}, from seconds since Monday 00:00 UTC. */
  static String momentOfWeek(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "not known";
    }
    long minutes = Math.floorMod((long) Math.floor(seconds / 60), 7L * 24 * 60);
    return String.format(
        Locale.ROOT,
        "%s %02d:%02d",
        DAYS[(int) (minutes / (24 * 60))],
        minutes / 60 % 24,
        minutes % 60);
  }

  /**
   * {@code value} to five significant digits: enough for a chart, and half the bytes. NaN, which a
   * chart leaves out, if it is not finite.
   */
  static double plotted(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(5, RoundingMode.HALF_UP)).doubleValue()
        : Double.NaN;
  }
}
