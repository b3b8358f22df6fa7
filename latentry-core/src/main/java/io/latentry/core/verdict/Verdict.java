package io.latentry.core.verdict;

import java.util.Locale;

/** What is said of a row. */
public enum Verdict {
  NORMAL,
  ANOMALY,
  /** The row cannot be judged; it never passes as normal. */
  UNSCORABLE;

  /** The word in files and messages: {@code normal}, {@code anomaly} or {@code unscorable}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
