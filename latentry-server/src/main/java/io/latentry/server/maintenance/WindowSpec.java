package io.latentry.server.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.server.config.SegmentRule;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A window as people write it: {@code from} and {@code to}; or {@code cron} and {@code duration};
 * or {@code rrule}, {@code start} and {@code duration}; with {@code zone}, UTC if there is none.
 *
 * @param models names, {@code *} standing for any letters
 * @param tags groups of models, as the file of windows has them
 * @param where the segment that it is about, such as {@code site=A}; null for all rows
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WindowSpec(
    @Nullable String name,
    @Nullable List<String> models,
    @Nullable List<String> tags,
    @Nullable String from,
    @Nullable String to,
    @Nullable String cron,
    @Nullable String rrule,
    @Nullable String start,
    @Nullable String zone,
    @Nullable String duration,
    @Nullable String where) {
  private static final int LONGEST_NAME = 100;
  private static final Pattern SIMPLE = Pattern.compile("([0-9]{1,4})([mhd])");

  WindowSpec {
    if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "name: '" + name + "' (expected: a text of at most " + LONGEST_NAME + " letters)");
    }
    models = models == null ? List.of() : List.copyOf(models);
    tags = tags == null ? List.of() : List.copyOf(tags);
    if (where != null && where.indexOf('=') < 1) {
      throw new IllegalArgumentException(
          "where: '" + where + "' (expected: a column and a value, such as site=A)");
    }
    if (models.isEmpty() && tags.isEmpty()) {
      throw new IllegalArgumentException("models: none (expected: names, or '*' for all, or tags)");
    }
  }

  @SuppressWarnings("NullAway") // The constructor lets none through.
  String title() {
    return name;
  }

  @SuppressWarnings("NullAway") // The constructor lets none through.
  List<String> modelPatterns() {
    return models;
  }

  /** Whether it is about rows of a segment; {@link SegmentRule} says how segments are named. */
  boolean isAbout(String segment) {
    return where == null || where.equals(segment);
  }

  /** The column of {@link #where}; empty if it is about all rows. */
  Optional<String> segmentColumn() {
    return Optional.ofNullable(where).map(text -> text.substring(0, text.indexOf('=')));
  }

  @SuppressWarnings("NullAway") // The constructor lets none through.
  List<String> tagNames() {
    return tags;
  }

  /**
   * @throws IllegalArgumentException if it says none, or more than one
   */
  Schedule schedule() {
    int said = (from == null && to == null ? 0 : 1) + (cron == null ? 0 : 1);
    if (said + (rrule == null ? 0 : 1) != 1) {
      throw new IllegalArgumentException(
          "window '"
              + name
              + "': "
              + (said == 0 ? "no time" : "more than one time")
              + " (expected: from and to, or cron and duration, or rrule, start and duration)");
    }
    ZoneId in = zoneId();
    if (cron != null) {
      return new CronSchedule(cron, in, length());
    }
    if (rrule != null) {
      return CalendarSchedule.of(rrule, local("start", start), in, length());
    }
    return new Schedule.Once(moment("from", from, in), moment("to", to, in));
  }

  private ZoneId zoneId() {
    try {
      return ZoneId.of(zone == null ? "UTC" : zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "zone: '" + zone + "' (expected: such as Europe/Berlin)", e);
    }
  }

  private Duration length() {
    String text = duration == null ? "" : duration.toLowerCase(Locale.ROOT);
    Matcher simple = SIMPLE.matcher(text);
    try {
      Duration length =
          simple.matches()
              ? switch (simple.group(2)) {
                case "m" -> Duration.ofMinutes(Long.parseLong(simple.group(1)));
                case "h" -> Duration.ofHours(Long.parseLong(simple.group(1)));
                default -> Duration.ofDays(Long.parseLong(simple.group(1)));
              }
              : Duration.parse(text);
      if (length.isNegative() || length.isZero()) {
        throw new IllegalArgumentException(
            "duration: '" + duration + "' (expected: more than nothing)");
      }
      return length;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "duration: '" + duration + "' (expected: such as 90m, 8h or 2d)", e);
    }
  }

  private static Instant moment(String key, @Nullable String text, ZoneId zone) {
    try {
      return Instant.parse(text == null ? "" : text);
    } catch (DateTimeException notUtc) {
      return local(key, text).atZone(zone).toInstant();
    }
  }

  private static LocalDateTime local(String key, @Nullable String text) {
    try {
      return LocalDateTime.parse(text == null ? "" : text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          key + ": '" + text + "' (expected: such as 2026-03-01T06:00, or 2026-03-01T06:00:00Z)",
          e);
    }
  }
}
