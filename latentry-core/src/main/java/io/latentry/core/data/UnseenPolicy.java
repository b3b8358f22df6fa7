package io.latentry.core.data;

/** What becomes of a row whose category was never seen in training. */
public enum UnseenPolicy {
  /** The value counts as the {@code other} category. */
  OTHER,
  /** The row is unscorable. */
  REJECT
}
