package io.latentry.server.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a service does about the threshold of a model while its alarms surge, as in {@code advise},
 * {@code pump: apply}, or {@code pump: apply up to 4.5}.
 *
 * @param model empty for every model that has no rule of its own
 * @param most score that no threshold is raised above
 */
public record AdaptiveRule(Optional<String> model, Mode mode, OptionalDouble most) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:([A-Za-z0-9._-]+)\\s*:\\s*)?(off|advise|apply)(?:\\s+up\\s+to\\s+(-?[0-9]{1,9}(?:\\.[0-9]{1,9})?))?");

  /** What is done about a surge. */
  public enum Mode {
    OFF,
    /** It is said which threshold would do. */
    ADVISE,
    /** That threshold is put in force, and taken back when the surge is over. */
    APPLY
  }

  /**
   * @throws IllegalArgumentException if it has another form
   */
  static AdaptiveRule of(String text) {
    Matcher found = FORM.matcher(text.strip());
    if (!found.matches()) {
      throw new IllegalArgumentException(
          "adaptive: '"
              + text
              + "' (expected: off, advise or apply, 'pump: apply' of one model, or 'pump: apply up"
              + " to 4.5')");
    }
    String most = found.group(3);
    return new AdaptiveRule(
        Optional.ofNullable(found.group(1)),
        Mode.valueOf(found.group(2).toUpperCase(Locale.ROOT)),
        most == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(most)));
  }

  /** The one for a model: its own before that of all, {@link Mode#OFF} without any. */
  public static AdaptiveRule of(List<AdaptiveRule> rules, String model) {
    return rules.stream()
        .filter(rule -> rule.model().filter(model::equals).isPresent())
        .findFirst()
        .or(() -> rules.stream().filter(rule -> rule.model().isEmpty()).findFirst())
        .orElse(new AdaptiveRule(Optional.empty(), Mode.OFF, OptionalDouble.empty()));
  }
}
