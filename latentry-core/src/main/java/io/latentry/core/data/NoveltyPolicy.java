package io.latentry.core.data;

/** What becomes of a row with a value of a kind that its column never had in training. */
public enum NoveltyPolicy {
  /** Its surprise raises the score, mostly above any threshold, and is given as the reason. */
  ANOMALY,
  /** The row is unscorable. */
  REJECT,
  /** Nothing but what the model itself makes of the value. */
  IGNORE
}
