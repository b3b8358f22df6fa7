package io.latentry.server.config;

/** What a caller may do; each role includes those before it. */
public enum KeyRole {
  /** Looks at models, thresholds, history and metrics. */
  READ,
  /** Has rows judged. */
  SCORE,
  /** Changes models, versions and thresholds. */
  ADMIN;

  public boolean includes(KeyRole other) {
    return compareTo(other) >= 0;
  }
}
