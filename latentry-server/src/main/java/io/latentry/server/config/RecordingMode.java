package io.latentry.server.config;

/** What is recorded of the verdicts that callers were given. */
public enum RecordingMode {
  /** Nothing. */
  OFF,
  /** Counts by hour, which hold no row. */
  COUNTS,
  /** Those, and each verdict with its score. */
  SCORES,
  /** Those, and the row that each is about. */
  ROWS
}
