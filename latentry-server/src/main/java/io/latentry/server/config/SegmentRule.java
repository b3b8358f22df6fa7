package io.latentry.server.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The column whose values are the segments of a model's rows, as in {@code site}, or {@code pump:
 * site} of one model.
 *
 * @param model empty for every model that has no rule of its own
 * @param column a categorical or boolean one; of a series a key column too, or all of them with
 *     {@code /} between
 */
public record SegmentRule(Optional<String> model, String column) {
  private static final Pattern FORM =
      Pattern.compile("(?:([A-Za-z0-9._-]+)\\s*:\\s*)?(\\S|\\S.*\\S)(?<!:)");

  /**
   * @throws IllegalArgumentException if one has another form, or a model has two
   */
  static List<SegmentRule> of(List<String> texts) {
    List<SegmentRule> rules = texts.stream().map(SegmentRule::of).toList();
    Map<Optional<String>, String> columns = new HashMap<>();
    for (SegmentRule rule : rules) {
      String other = columns.put(rule.model(), rule.column());
      if (other != null) {
        throw new IllegalArgumentException(
            "segments: '%s' and '%s' of %s (expected: one column)"
                .formatted(
                    other,
                    rule.column(),
                    rule.model().map(name -> "model '" + name + "'").orElse("every model")));
      }
    }
    return rules;
  }

  private static SegmentRule of(String text) {
    Matcher found = FORM.matcher(text.strip());
    if (!found.matches()) {
      throw new IllegalArgumentException(
          "segments: '" + text + "' (expected: a column, or 'pump: site' of one model)");
    }
    return new SegmentRule(Optional.ofNullable(found.group(1)), found.group(2));
  }

  /** The column of a model: by its own rule before that of all, empty without any. */
  public static Optional<String> column(List<SegmentRule> rules, String model) {
    return rules.stream()
        .filter(rule -> rule.model().filter(model::equals).isPresent())
        .findFirst()
        .or(() -> rules.stream().filter(rule -> rule.model().isEmpty()).findFirst())
        .map(SegmentRule::column);
  }
}
