package io.latentry.core.data;

/** What becomes of a row that lacks a value in a column. */
public enum MissingPolicy {
  /** The value is replaced by the training mean, and an indicator tells the model so. */
  IMPUTE,
  /** The row is unscorable, unless what it has is strange by itself. */
  REJECT,
  /** As {@link #IMPUTE}, and that it is missing is a {@link Novelty}. */
  ANOMALY;

  /** Whether a row that lacks the value is judged all the same. */
  public boolean judges() {
    return this != REJECT;
  }
}
