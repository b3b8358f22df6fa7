package io.latentry.core.monitoring;

import java.util.Locale;
import java.util.Optional;

/** What a person says of an alarm or an incident. */
public enum FeedbackWord {
  /** Its rows are normal. */
  FALSE_ALARM,
  /** Its rows are anomalies. */
  CONFIRMED,
  /** Something known happened: neither normal nor to be found. */
  KNOWN_EVENT;

  /** As tables and the command line have it, such as {@code false-alarm}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The one that is meant, in capitals or not, with {@code -}, {@code _} or a space between. */
  public static Optional<FeedbackWord> of(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
    for (FeedbackWord known : values()) {
      if (known.name().equals(name)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }
}
