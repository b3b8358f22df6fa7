package io.latentry.bench.quality;

/** How the columns of a set get their types. */
public enum ColumnReading {
  /** As {@code fit} infers them, unless the config says otherwise. */
  INFERRED,
  /** Every column a number, as published rivals take them. */
  NUMERIC
}
