package io.latentry.ingest.read;

/** The cells of one record, and how each is understood. */
interface Cells {
  boolean isMissing(int column);

  /** The value as a number; NaN if it is none. Only for cells that are not missing. */
  double number(int column);

  /** 1 or 0, or NaN if the cell is no truth value. Only for cells that are not missing. */
  double truth(int column);

  /** Milliseconds since 1970-01-01 00:00 UTC; NaN if the cell is no timestamp. */
  double epochMillis(int column);

  /** The cell as text, without the white space around it. */
  String text(int column);
}
