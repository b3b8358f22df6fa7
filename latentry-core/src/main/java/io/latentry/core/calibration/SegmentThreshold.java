package io.latentry.core.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Schema;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A segment of the rows that has a threshold of its own: those with one name in a column, or with a
 * number in a range of it.
 *
 * @param column of the model
 * @param value of a column of names, "" for missing, or {@code true} or {@code false}; null of
 *     numbers
 * @param from least number, in the column's own unit; null for no bound, and of names; likewise
 *     {@code to}, the greatest
 * @param score above which a row of the segment is an anomaly; null if none is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SegmentThreshold(
    String column,
    @Nullable String value,
    @Nullable Double from,
    @Nullable Double to,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Double score) {
  /** A threshold has at most so many. */
  public static final int MOST = 1_000;

  public SegmentThreshold {
    if ((value == null) == (from == null && to == null)) {
      throw new IllegalArgumentException(
          "segment of '" + column + "': (expected: a value, or a range with from, to or both)");
    }
    requireFinite(column, "from", from);
    requireFinite(column, "to", to);
    requireFinite(column, "score", score);
    if (from != null && to != null && from > to) {
      throw new IllegalArgumentException(
          "segment of '" + column + "': from " + from + " to " + to + " (expected: ascending)");
    }
  }

  private static void requireFinite(String column, String name, @Nullable Double number) {
    if (number != null && !Double.isFinite(number)) {
      throw new IllegalArgumentException(
          "segment of '" + column + "': " + name + " " + number + " (expected: a finite number)");
    }
  }

  /** A segment of one name. */
  public static SegmentThreshold of(String column, String value, double score) {
    return new SegmentThreshold(column, value, null, null, score);
  }

  /** The same with a score that is larger by so much; none where it has none. */
  public SegmentThreshold movedBy(double more) {
    return new SegmentThreshold(column, value, from, to, score == null ? null : score + more);
  }

  /** Which rows, in words: {@code site = A}, {@code 3 <= pressure <= 4}. */
  public String where() {
    if (value != null) {
      return column + " = " + (value.isEmpty() ? "(missing)" : value);
    }
    return (from == null ? "" : from + " <= ") + column + (to == null ? "" : " <= " + to);
  }

  /** Whether both are of the same rows, whatever their scores. */
  public boolean isOfSameRows(SegmentThreshold other) {
    return column.equals(other.column)
        && Objects.equals(value, other.value)
        && Objects.equals(from, other.from)
        && Objects.equals(to, other.to);
  }

  /** Some of them in words: {@code [site = A above 4.5, 3.0 <= pressure never]}. */
  public static String words(List<SegmentThreshold> segments) {
    return segments.stream()
        .map(one -> one.where() + (one.score == null ? " never" : " above " + one.score))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /**
   * The place of the column among the columns of the schema.
   *
   * @throws IllegalArgumentException if the model has no such column, or not of such values
   */
  public int place(Schema schema) {
    List<Column> columns = schema.columns();
    int place =
        IntStream.range(0, columns.size())
            .filter(j -> columns.get(j).name().equals(column))
            .findFirst()
            .orElseThrow(() -> wrong("no column of the model"));
    ColumnType type = columns.get(place).type();
    boolean fits =
        switch (type) {
          case CATEGORICAL -> value != null;
          case NUMERIC -> value == null;
          case BOOLEAN -> "true".equals(value) || "false".equals(value);
          case TIMESTAMP, TEXT -> false;
        };
    if (!fits) {
      throw wrong("a column of type " + type.name().toLowerCase(Locale.ROOT));
    }
    return place;
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "segment "
            + where()
            + ": "
            + what
            + " (expected: a categorical column with a value, true or false of a boolean one, or a"
            + " range of numbers)");
  }
}
