package io.latentry.server.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast requests are to be answered, as in {@code p99 5ms over 5m}: of those in any five minutes
 * 99 % within 5 milliseconds; {@code pump: p99 5ms over 5m} of one model.
 *
 * @param model empty for every model
 * @param promised share of requests
 */
public record LatencySla(
    String text, Optional<String> model, double promised, double millis, Duration window) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:([A-Za-z0-9._-]+)\\s*:\\s*)?(p([0-9]{1,2}(?:\\.[0-9]{1,3})?)\\s+([0-9]{1,9}(?:\\.[0-9]{1,3})?)\\s*(ms|s)"
              + "\\s+over\\s+([0-9]{1,4})\\s*(s|m|h))");
  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofHours(24);

  /**
   * @throws IllegalArgumentException if it has another form
   */
  static LatencySla of(String text) {
    Matcher found = FORM.matcher(text.strip());
    if (!found.matches()) {
      throw wrong(text);
    }
    double percent = Double.parseDouble(found.group(3));
    double millis = Double.parseDouble(found.group(4)) * (found.group(5).equals("s") ? 1e3 : 1);
    long count = Long.parseLong(found.group(6));
    Duration window =
        switch (found.group(7)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          default -> Duration.ofHours(count);
        };
    if (percent <= 0
        || millis <= 0
        || window.compareTo(SHORTEST) < 0
        || window.compareTo(LONGEST) > 0) {
      throw wrong(text);
    }
    return new LatencySla(
        found.group(2).toLowerCase(Locale.ROOT),
        Optional.ofNullable(found.group(1)),
        percent / 100,
        millis,
        window);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "sla: '"
            + text
            + "' (expected: such as 'p99 5ms over 5m', or 'pump: p99.9 1s over 1h'; a window of 10"
            + " s to 24 h)");
  }

  public boolean isAbout(String name) {
    return model.isEmpty() || model.get().equals(name);
  }
}
