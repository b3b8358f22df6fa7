package io.latentry.core.cell;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the numbers of a column are written, where they come as text. A number that comes as one (of
 * JSON, of a typed Parquet column, of a program) has no form but its value, in the column's unit.
 *
 * @param decimal the mark before the fraction, the other one, blanks and apostrophes then being
 *     thousands separators; null or {@link DecimalMark#AUTO}: not settled, and the plain form,
 *     which has a decimal point and no separators, until it is
 * @param unit what stands before or behind the numbers, such as {@code ms} or {@code $}; a number
 *     without one is in that unit too, one in another cannot be read; empty: none; null: not
 *     settled
 * @param missing numbers that stand for a missing value
 */
public record NumberForm(
    @Nullable DecimalMark decimal, @Nullable String unit, @Nullable List<Double> missing)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Stands for every column in a map by column name. */
  public static final String EVERY_COLUMN = "*";

  /** A decimal point, no thousands separators, no unit. */
  public static final NumberForm PLAIN = new NumberForm(null, null, List.of());

  /** Whole numbers below it are written without a fraction. */
  private static final double WHOLE = 1e15;

  public NumberForm {
    missing = missing == null ? List.of() : List.copyOf(missing);
    if (unit != null && !unit.equals(CellText.trimmed(unit))) {
      throw new IllegalArgumentException(
          "unit: '%s' (expected: no blanks at its ends)".formatted(unit));
    }
  }

  public static NumberForm of(DecimalMark decimal, String unit) {
    return new NumberForm(decimal, unit, List.of());
  }

  /** The form of {@code column}: its own, and where that says nothing, the one of all columns. */
  public static NumberForm of(Map<String, NumberForm> byColumn, String column) {
    if (byColumn.isEmpty()) {
      return PLAIN;
    }
    NumberForm own = byColumn.getOrDefault(column, PLAIN);
    NumberForm every = byColumn.getOrDefault(EVERY_COLUMN, PLAIN);
    return new NumberForm(
        own.decimal == null ? every.decimal : own.decimal,
        own.unit == null ? every.unit : own.unit,
        own.missing().isEmpty() ? every.missing() : own.missing());
  }

  @Override
  public List<Double> missing() {
    return missing == null ? List.of() : missing;
  }

  /** Whether the mark is to be found out. */
  public boolean isOpen() {
    return decimal == null || decimal == DecimalMark.AUTO;
  }

  /** Whether numbers are read as they always were: a decimal point and nothing beside. */
  public boolean isPlain() {
    return isOpen() && (unit == null || unit.isEmpty());
  }

  /** The same with other numbers for a missing value. */
  public NumberForm withMissing(List<Double> numbers) {
    return new NumberForm(decimal, unit, numbers);
  }

  /** Whether {@code value} stands for a missing value in this column. */
  public boolean isMissing(double value) {
    return !missing().isEmpty() && missing().contains(value + 0.0);
  }

  /** The number that a trimmed text says; NaN if it says none in this form. */
  public double number(String text) {
    if (isPlain()) {
      return plain(text);
    }
    WrittenNumber written = WrittenNumber.of(text);
    if (written == null) {
      // Infinities have words of their own.
      return plain(text);
    }
    boolean ofThisUnit = written.unit().isEmpty() || written.unit().equals(unit);
    return !ofThisUnit
        ? Double.NaN
        : decimal == DecimalMark.COMMA ? written.withComma() : written.withPoint();
  }

  /**
   * What digits say is finite, however large: a number beyond what a double holds is the largest
   * that it holds.
   *
   * @param parsed of a text of digits, and not of a word such as {@code inf}
   */
  public static double ofDigits(double parsed) {
    return Double.isInfinite(parsed) ? Math.copySign(Double.MAX_VALUE, parsed) : parsed;
  }

  private static double plain(String text) {
    int length = text.length();
    if (length == 0) {
      return Double.NaN;
    }
    char last = text.charAt(length - 1);
    if ((last < '0' || last > '9') && last != '.') {
      return switch (length > 9 ? "" : text.toLowerCase(Locale.ROOT)) {
        case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
        case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
        default -> Double.NaN;
      };
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean belongs = (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0;
      if (!belongs) {
        return Double.NaN;
      }
    }
    try {
      return ofDigits(Double.parseDouble(text));
    } catch (NumberFormatException none) {
      return Double.NaN;
    }
  }

  /**
   * A number as text: as the name of a category, and wherever values have types but text is wanted.
   * One text for a value whichever door it comes by, so that {@code 3.0} and {@code 3} are one
   * category.
   */
  public static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < WHOLE
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** A plain number as this form writes it. */
  public String written(String plain) {
    if (isPlain() || plain.isEmpty()) {
      return plain;
    }
    String number = decimal == DecimalMark.COMMA ? plain.replace('.', ',') : plain;
    return unit == null || unit.isEmpty() ? number : number + " " + unit;
  }

  /** What a message expects of such a cell. */
  public String expected() {
    String mark = decimal == DecimalMark.COMMA ? " with a decimal comma, such as 1.234,5" : "";
    return "a number"
        + mark
        + Optional.ofNullable(unit).filter(u -> !u.isEmpty()).map(u -> ", in " + u).orElse("");
  }
}
