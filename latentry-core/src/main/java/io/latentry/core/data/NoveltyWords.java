package io.latentry.core.data;

import io.latentry.core.text.TextFeature;
import io.latentry.core.text.TextWords;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what a column was in training, and what it is now. */
final class NoveltyWords {
  private static final int MOST_CATEGORIES = 3;
  private static final int MOST_LETTERS = 60;
  private static final double MOST_WHOLE = 1e15;

  /** Of a number that is told as it is, the share that may be lost. */
  private static final double LEAST_DIGITS = 1e-3;

  private NoveltyWords() {}

  /**
   * @param number the value of a numeric input, else NaN
   * @param now the value as text, empty if missing
   * @param twin the value of its twin, if it has one
   */
  static String of(Column column, float number, String now, String twin) {
    Novelty novelty = column.novelty();
    if (novelty == null || isOnlyBeyondItsRange(column, novelty, number)) {
      return beyond(column, novelty, number);
    }
    String value = now.isEmpty() ? "missing" : quoted(column, now);
    String rows = String.format(Locale.ROOT, " in all %,d normal rows, now ", novelty.rows());
    String name = column.name() + " was ";
    if (novelty.twin() != null) {
      String other = twin.isEmpty() ? "nothing" : quoted(column, twin);
      return name + "the same as " + novelty.twin() + rows + value + " beside " + other;
    }
    if (now.isEmpty()) {
      return name + "given" + given(novelty) + "now missing";
    }
    if (novelty.given()) {
      return name + "empty" + rows + value;
    }
    if (column.type() == ColumnType.CATEGORICAL) {
      return name + categories(column) + rows + value;
    }
    return name + numbers(column, novelty, number) + rows + value + unitOf(column, novelty, number);
  }

  /** A number that is no novelty, but lies outside those of training. */
  private static boolean isOnlyBeyondItsRange(Column column, Novelty novelty, float number) {
    return column.type() == ColumnType.NUMERIC
        && !column.isWatched()
        && !Float.isNaN(number)
        && !isOutside(novelty.limits(), number)
        && (!novelty.whole() || number == Math.floor(number));
  }

  private static String beyond(Column column, @Nullable Novelty novelty, float number) {
    List<Double> range = column.range();
    if (range == null || Float.isNaN(number)) {
      return "";
    }
    String rows =
        novelty == null
            ? " in the normal rows, now "
            : String.format(Locale.ROOT, " in all %,d normal rows, now ", novelty.rows());
    return column.name()
        + " was "
        + text(column, column.centred(range.get(0)))
        + " to "
        + text(column, column.centred(range.get(1)))
        + rows
        + text(column, number)
        + UnitChange.of(column, column.inOwnUnit(number))
            .map(change -> " (" + change.told() + ")")
            .orElse("");
  }

  /**
   * The same of a feature of a text.
   *
   * @param written the text; empty if it is missing or not known
   */
  static String ofText(Column column, Schema.OfText of, float value, String written) {
    Novelty novelty = column.novelty();
    if (novelty == null) {
      return "";
    }
    String rows = String.format(Locale.ROOT, " in all %,d normal rows, now ", novelty.rows());
    String text = of.text().name();
    if (Float.isNaN(value)) {
      return text + " was given" + given(novelty) + "now missing";
    }
    List<Double> range = column.range();
    String name = of.feature().words() + " of " + text + " was ";
    String twin = novelty.twin();
    if (twin != null || range == null) {
      String was = twin == null ? "another" : "the same as " + twin;
      for (TextFeature other : of.text().features()) {
        // Both are told of one text, by how rare a piece of it is.
        was = of.text().columnOf(other).equals(twin) ? "as rare as its " + other.words() : was;
      }
      return name + was + rows + TextWords.of(of.text(), of.feature(), value, written);
    }
    if (of.feature().grain().isPresent()) {
      boolean own = !column.isIdentifier();
      return TextWords.change(of.text(), of.feature(), range, own, value, written);
    }
    String least = TextWords.of(of.feature(), range.get(0).floatValue());
    String most = TextWords.of(of.feature(), range.get(1).floatValue());
    String now = TextWords.of(of.feature(), value);
    if (now.equals(least) || now.equals(most)) {
      // They differ in the digits behind.
      least = TextWords.exact(of.feature(), range.get(0).floatValue());
      most = TextWords.exact(of.feature(), range.get(1).floatValue());
      now = TextWords.exact(of.feature(), value);
    }
    return name + (least.equals(most) ? least : least + " to " + most) + rows + now;
  }

  /** Rows that have a value. */
  private static String given(Novelty novelty) {
    Long lacking = novelty.lacking();
    return lacking == null
        ? String.format(Locale.ROOT, " in all %,d normal rows, ", novelty.rows())
        : String.format(
            Locale.ROOT, " in %,d of %,d normal rows, ", novelty.rows() - lacking, novelty.rows());
  }

  private static String categories(Column column) {
    List<String> known = column.categories();
    return known.size() > MOST_CATEGORIES
        ? String.format(Locale.ROOT, "one of %,d known values", known.size())
        : known.stream().map(NoveltyWords::shortened).collect(Collectors.joining(" or "));
  }

  private static String numbers(Column column, Novelty novelty, float now) {
    if (column.type() == ColumnType.BOOLEAN && !column.isWatched()) {
      return "true or false";
    }
    if (column.type() == ColumnType.TIMESTAMP) {
      List<Double> dates = column.dates();
      return dates == null
          ? "another date"
          : "from " + day(dates.get(0)) + " to " + day(dates.get(1));
    }
    List<Double> range = column.range();
    if (range == null) {
      return "another";
    }
    boolean outside = isOutside(novelty.limits(), now);
    if (novelty.whole() && !outside) {
      return "a whole number";
    }
    return range.get(0).equals(range.get(1))
        ? text(column, column.centred(range.get(0)))
        : text(column, column.centred(range.get(0)))
            + " to "
            + text(column, column.centred(range.get(1)));
  }

  /** Of a number beyond a range, what may have happened to it. */
  private static String unitOf(Column column, Novelty novelty, float number) {
    List<Double> limits = novelty.limits();
    List<Double> range = column.range();
    // Of two values, or one, the limits are the values themselves: they are no measurements.
    boolean measured = limits != null && range != null && isWider(limits, column, range);
    return measured && isOutside(limits, number)
        ? UnitChange.of(column, column.inOwnUnit(number))
            .map(change -> " (" + change.told() + ")")
            .orElse("")
        : "";
  }

  /** By more than the last digit, to which a range in the column's own unit is rounded. */
  private static boolean isWider(List<Double> limits, Column column, List<Double> range) {
    float least = column.centred(range.get(0));
    return least - limits.get(0) > Math.ulp(least);
  }

  private static boolean isOutside(@Nullable List<Double> limits, float now) {
    return limits != null && (now < limits.get(0) || now > limits.get(1));
  }

  /** A number as people write it, in the column's own unit. */
  static String text(Column column, float value) {
    if (Float.isNaN(value)) {
      return "";
    }
    if (column.type() == ColumnType.BOOLEAN) {
      if (value == 0 || value == 1) {
        return String.valueOf(value == 1);
      }
      if (value == RowsBuilder.NEITHER) {
        return "neither";
      }
    }
    if (column.isIdentifier() && value == RowsBuilder.NEITHER) {
      return "no number";
    }
    if (column.type() == ColumnType.TIMESTAMP) {
      return "a date years from them";
    }
    if (Math.abs(value) == Float.MAX_VALUE) {
      // A number beyond what a float32 holds stands at its end: the number itself is not known.
      return value > 0 ? "3.4E38 or more" : "-3.4E38 or less";
    }
    double own = column.inOwnUnit(value);
    // Far from its offset a number has lost its last digits, and near zero all that it had.
    String about = column.offset() != null && isLost(own, value) ? "about " : "";
    if (own == Math.rint(own) && Math.abs(own) < MOST_WHOLE) {
      return about + (long) own;
    }
    return column.offset() == null
        ? String.valueOf(value)
        : about + BigDecimal.valueOf(own).toPlainString();
  }

  private static boolean isLost(double own, float centred) {
    return Math.abs(own) < Math.ulp(centred) / LEAST_DIGITS;
  }

  private static String day(double sinceEpoch) {
    return LocalDate.ofEpochDay((long) Math.floor(sinceEpoch)).toString();
  }

  private static String quoted(Column column, String text) {
    return column.type() == ColumnType.CATEGORICAL ? shortened(text) : text;
  }

  private static String shortened(String text) {
    return "'" + (text.length() <= MOST_LETTERS ? text : text.substring(0, 57) + "...") + "'";
  }
}
