package io.latentry.core.data;

/** What becomes of a row that lacks a value in a column. */
public enum MissingPolicy {
  /** The value is replaced by the training mean, and an indicator tells the model so. */
  IMPUTE,
  /** The row is unscorable. */
  REJECT
}
