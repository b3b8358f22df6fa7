package io.latentry.server.monitoring;

import java.util.Set;

/** Of what kind the reason for being unscorable is: reasons quote rows, kinds are few. */
final class UnscorableKind {
  /** Where a reason begins so, it is of that kind. */
  private static final Set<String> KINDS =
      Set.of(
          "not finite",
          "unseen category",
          "missing value",
          "every value is missing",
          "warming up",
          "out of order",
          "missing time",
          "missing key",
          "not a time",
          "not an image",
          "truncated");

  private static final String OTHER = "other";

  private UnscorableKind() {}

  /** As it is recorded: of a value that is missing the column too, since that tells the sensor. */
  static String recorded(String reason) {
    return reason.startsWith("missing value: column '") ? reason : of(reason);
  }

  static String of(String reason) {
    int end = reason.indexOf(':');
    String first = end < 0 ? reason : reason.substring(0, end);
    return KINDS.contains(first) ? first.replace(' ', '_') : OTHER;
  }
}
