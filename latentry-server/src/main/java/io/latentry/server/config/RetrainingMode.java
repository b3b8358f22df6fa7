package io.latentry.server.config;

/** What becomes of a challenger that its gate and its trial in shadow have passed. */
public enum RetrainingMode {
  /** Nothing is retrained. */
  OFF,
  /** It waits until somebody promotes it. */
  APPROVE,
  /** It is promoted. */
  AUTO
}
