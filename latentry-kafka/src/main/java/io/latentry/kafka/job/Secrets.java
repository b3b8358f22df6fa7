package io.latentry.kafka.job;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What must not be told: values of settings that hold passwords, keys and tokens. */
final class Secrets {
  private static final Pattern SECRET =
      Pattern.compile("password|secret|jaas|token|keystore\\.key|certificate|credential");

  private final List<String> values;

  private Secrets(List<String> values) {
    this.values = values;
  }

  static Secrets of(Map<String, String> settings) {
    return new Secrets(
        settings.entrySet().stream()
            .filter(entry -> SECRET.matcher(entry.getKey().toLowerCase(Locale.ROOT)).find())
            .map(Map.Entry::getValue)
            .filter(value -> !value.isBlank())
            .toList());
  }

  /** The text without them. */
  String hide(String text) {
    String hidden = text;
    for (String value : values) {
      hidden = hidden.replace(value, "[hidden]");
    }
    return hidden;
  }
}
