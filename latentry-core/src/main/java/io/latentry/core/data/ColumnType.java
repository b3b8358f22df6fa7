package io.latentry.core.data;

/** What the values of a column are, and with that how they enter a model. */
public enum ColumnType {
  /** A number on a scale; enters as float32, NaN when missing. */
  NUMERIC,
  /** True or false; enters as float32 1 or 0, NaN when missing. */
  BOOLEAN,
  /** A moment; enters as float32 seconds since Monday 00:00 UTC, NaN when missing. */
  TIMESTAMP,
  /** One of a few names; enters as a string, empty when missing. */
  CATEGORICAL,
  /** Words, paths, payloads: enters as numbers that tell what it is like, never itself. */
  TEXT;

  /** Whether values of this type travel in the float32 input rather than in the string input. */
  public boolean isNumericInput() {
    return this == NUMERIC || this == BOOLEAN || this == TIMESTAMP;
  }
}
