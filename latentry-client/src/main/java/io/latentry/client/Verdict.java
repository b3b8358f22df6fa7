package io.latentry.client;

/** What is said of a row. */
public enum Verdict {
  NORMAL,
  ANOMALY,
  /** The row cannot be judged; it never passes as normal. */
  UNSCORABLE
}
