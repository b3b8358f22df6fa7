package io.latentry.ingest.read;

import io.latentry.core.cell.NumberForm;

/** The cells of one record, and how each is understood. */
public interface Cells {

  boolean isMissing(int column);

  /** The value as a plain number; NaN if it is none. Only for cells that are not missing. */
  double number(int column);

  /**
   * The value as a number written in {@code form}; NaN if it is none. A cell that is a number as it
   * comes has no other form.
   */
  default double number(int column, NumberForm form) {
    return form.isPlain() || isTyped(column) ? number(column) : form.number(text(column));
  }

  /** Whether the cell is no text that says a number, but one. */
  default boolean isTyped(int column) {
    return true;
  }

  /** What the point in the text of a plain number can be. */
  default Point point(int column) {
    return Point.NONE;
  }

  /** What a point is in a number. */
  enum Point {
    NONE,
    DECIMAL,
    /** As in {@code 1.234}. */
    DECIMAL_OR_THOUSANDS
  }

  /** 1 or 0, or NaN if the cell is no truth value. Only for cells that are not missing. */
  double truth(int column);

  /** Milliseconds since 1970-01-01 00:00 UTC; NaN if the cell is no timestamp. */
  double epochMillis(int column);

  /** The cell as text, without the white space around it. */
  String text(int column);
}
