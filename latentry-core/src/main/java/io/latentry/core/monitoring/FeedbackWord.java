package io.latentry.core.monitoring;

/** What a person says of an incident. */
public enum FeedbackWord {
  /** Its rows are normal. */
  FALSE_ALARM,
  /** Its rows are anomalies. */
  CONFIRMED,
  /** Something known happened: neither normal nor to be found. */
  KNOWN_EVENT
}
