package io.latentry.core.verdict;

import java.util.Locale;

/** What is said of a row. */
public enum Verdict {
  NORMAL,
  ANOMALY,
  /** The row cannot be judged; it never passes as normal. */
  UNSCORABLE;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The word in files and messages: {@code normal}, {@code anomaly} or {@code unscorable}. */
  public String word() {
    return word;
  }
}
