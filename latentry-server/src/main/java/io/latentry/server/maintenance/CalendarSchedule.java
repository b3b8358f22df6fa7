package io.latentry.server.maintenance;

import biweekly.Biweekly;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.property.DateEnd;
import biweekly.property.DateStart;
import biweekly.util.com.google.ical.compat.javautil.DateIterator;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * Open as an event of an iCalendar is (RFC 5545), its rule of recurrence and the dates that are
 * left out included.
 */
final class CalendarSchedule implements Schedule {
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
  private static final int MOST_STEPS = 100_000;

  private final VEvent event;
  private final TimeZone zone;
  private final Duration duration;

  private CalendarSchedule(VEvent event, TimeZone zone, Duration duration) {
    this.event = event;
    this.zone = zone;
    this.duration = duration;
    if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "duration: " + duration + " (expected: more than nothing, at most 366 days)");
    }
  }

  /**
   * By a rule, such as {@code FREQ=WEEKLY;BYDAY=SU}.
   *
   * @param start of the first window, by the clock of {@code zone}
   */
  static CalendarSchedule of(String rule, LocalDateTime start, ZoneId zone, Duration duration) {
    if (!rule.matches("[A-Za-z0-9=;,:+-]+")) {
      throw wrongRule(rule);
    }
    String text =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:latentry\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:"
            + "20260101T000000Z\r\nDTSTART:"
            + UTC.format(start.atZone(zone).withZoneSameInstant(ZoneOffset.UTC))
            + "\r\nRRULE:"
            + rule
            + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    List<VEvent> events = events(text, wrongRule(rule)).getEvents();
    if (events.size() != 1
        || events.get(0).getRecurrenceRule() == null
        || events.get(0).getRecurrenceRule().getValue() == null
        || events.get(0).getRecurrenceRule().getValue().getFrequency() == null) {
      throw wrongRule(rule);
    }
    return new CalendarSchedule(events.get(0), TimeZone.getTimeZone(zone), duration);
  }

  private static IllegalArgumentException wrongRule(String rule) {
    return new IllegalArgumentException(
        "rrule: '" + rule + "' (expected: a rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=SU)");
  }

  /**
   * The events of a calendar.
   *
   * @param floating the zone of events that say none
   */
  static List<CalendarSchedule> ofCalendar(String text, ZoneId floating) {
    IllegalArgumentException wrong =
        new IllegalArgumentException("not a calendar (expected: iCalendar, RFC 5545)");
    ICalendar calendar = events(text, wrong);
    List<CalendarSchedule> schedules = new ArrayList<>();
    for (VEvent event : calendar.getEvents()) {
      @Nullable DateStart start = event.getDateStart();
      if (start == null || start.getValue() == null) {
        throw new IllegalArgumentException("an event without DTSTART (expected: one)");
      }
      TimeZone local = TimeZone.getTimeZone(floating);
      boolean isFloating = calendar.getTimezoneInfo().isFloating(start);
      var assigned = calendar.getTimezoneInfo().getTimezone(start);
      TimeZone zone =
          isFloating
              ? local
              : assigned == null ? TimeZone.getTimeZone("UTC") : assigned.getTimeZone();
      schedules.add(new CalendarSchedule(event, zone, duration(event, start)));
    }
    if (schedules.isEmpty()) {
      throw new IllegalArgumentException("no VEVENT (expected: one for each window)");
    }
    return schedules;
  }

  private static Duration duration(VEvent event, DateStart start) {
    @Nullable DateEnd end = event.getDateEnd();
    if (end != null && end.getValue() != null) {
      return Duration.ofMillis(end.getValue().getTime() - start.getValue().getTime());
    }
    if (event.getDuration() != null && event.getDuration().getValue() != null) {
      return Duration.ofMillis(event.getDuration().getValue().toMillis());
    }
    return start.getValue().hasTime() ? Duration.ZERO : Duration.ofDays(1);
  }

  private static ICalendar events(String text, IllegalArgumentException wrong) {
    List<List<biweekly.io.ParseWarning>> warnings = new ArrayList<>();
    @Nullable ICalendar calendar = Biweekly.parse(text).warnings(warnings).first();
    if (calendar == null) {
      throw wrong;
    }
    boolean ruleIsLost =
        warnings.stream()
            .flatMap(List::stream)
            .anyMatch(
                warning ->
                    "RRULE".equals(warning.getPropertyName())
                        || "DTSTART".equals(warning.getPropertyName())
                        || "EXDATE".equals(warning.getPropertyName()));
    if (ruleIsLost) {
      throw wrong;
    }
    return calendar;
  }

  @Override
  public Optional<Instant> openUntil(Instant at) {
    DateIterator starts = event.getDateIterator(zone);
    starts.advanceTo(Date.from(at.minus(duration)));
    for (int step = 0; step < MOST_STEPS && starts.hasNext(); step++) {
      Instant from = starts.next().toInstant();
      if (at.isBefore(from)) {
        return Optional.empty();
      }
      Instant to = from.plus(duration);
      if (at.isBefore(to)) {
        return Optional.of(to);
      }
    }
    return Optional.empty();
  }
}
