package io.latentry.core.promotion;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether the challenger may take the champion's place.
 *
 * @param reasons as sentences: what refuses, or, of a promotion, what it gains
 * @param checks all of them, in the order in which they were made
 */
public record Decision(Verdict verdict, List<String> reasons, List<Check> checks) {

  private static final Set<String> GAINS = Set.of(Gate.VALIDATION_LOSS, Gate.ALARM_VOLUME);

  /** What is to be done. */
  public enum Verdict {
    PROMOTE,
    REFUSE;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Decision {
    reasons = List.copyOf(reasons);
    checks = List.copyOf(checks);
  }

  /** Refuses if any check does. */
  public static Decision of(List<Check> checks) {
    List<String> against = checks.stream().filter(Check::refuses).map(Check::words).toList();
    return against.isEmpty()
        ? new Decision(
            Verdict.PROMOTE,
            checks.stream()
                .filter(check -> GAINS.contains(check.name()))
                .map(Check::words)
                .toList(),
            checks)
        : new Decision(Verdict.REFUSE, against, checks);
  }
}
