package io.latentry.server.config;

/** What is recorded of the verdicts that callers were given. */
public enum RecordingMode {
  /** Nothing. */
  OFF,
  /** Counts by hour, which hold no row. */
  COUNTS
}
