package io.latentry.server.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Open for some time from each moment of a cron line on: minute, hour, day of the month, month, day
 * of the week, by the clock of a zone. Where both days are given, either will do, as in cron.
 *
 * <p>A beginning that a clock skips in spring is as much later as the clock jumped; of one that it
 * shows twice in autumn the first counts. The window then lasts as long as ever.
 */
final class CronSchedule implements Schedule {
  static final Duration LONGEST = Duration.ofDays(7);

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet daysOfMonth;
  private final BitSet months;
  private final BitSet daysOfWeek;
  private final boolean anyDayOfMonth;
  private final boolean anyDayOfWeek;
  private final ZoneId zone;
  private final Duration duration;

  CronSchedule(String line, ZoneId zone, Duration duration) {
    String[] fields = line.strip().split("\\s+", -1);
    if (fields.length != 5) {
      throw new IllegalArgumentException(
          "cron: '"
              + line
              + "' (expected: minute, hour, day of the month, month and day of the week)");
    }
    minutes = field("minute", fields[0], 0, 59, List.of());
    hours = field("hour", fields[1], 0, 23, List.of());
    daysOfMonth = field("day of the month", fields[2], 1, 31, List.of());
    months = field("month", fields[3], 1, 12, MONTHS);
    daysOfWeek = field("day of the week", fields[4], 0, 7, DAYS);
    if (daysOfWeek.get(7)) {
      daysOfWeek.set(0);
    }
    anyDayOfMonth = fields[2].startsWith("*");
    anyDayOfWeek = fields[4].startsWith("*");
    this.zone = zone;
    this.duration = duration;
    if (duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "duration: " + duration + " (expected: at most 7 days with cron)");
    }
  }

  private static BitSet field(String name, String text, int least, int most, List<String> names) {
    BitSet set = new BitSet();
    for (String part : text.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] stepped = part.split("/", 2);
      int step = stepped.length == 1 ? 1 : number(name, text, stepped[1], 1, most, List.of());
      int from = least;
      int to = most;
      if (!stepped[0].equals("*")) {
        String[] ends = stepped[0].split("-", 2);
        from = number(name, text, ends[0], least, most, names);
        to =
            ends.length == 2
                ? number(name, text, ends[1], least, most, names)
                : stepped.length == 2 ? most : from;
      }
      if (from > to) {
        throw wrong(name, text, least, most);
      }
      for (int value = from; value <= to; value += step) {
        set.set(value);
      }
    }
    return set;
  }

  private static int number(
      String name, String text, String part, int least, int most, List<String> names) {
    int named = names.indexOf(part);
    if (named >= 0) {
      return named + least;
    }
    if (!part.matches("[0-9]{1,2}")
        || Integer.parseInt(part) < least
        || Integer.parseInt(part) > most) {
      throw wrong(name, text, least, most);
    }
    return Integer.parseInt(part);
  }

  private static IllegalArgumentException wrong(String name, String text, int least, int most) {
    return new IllegalArgumentException(
        "cron: "
            + name
            + " '"
            + text
            + "' (expected: "
            + least
            + " to "
            + most
            + ", *, a-b, a,b or */n)");
  }

  @Override
  public Optional<Instant> openUntil(Instant at) {
    LocalDate last = at.atZone(zone).toLocalDate();
    // A day more, since a beginning may be later than its own clock says.
    LocalDate first = at.minus(duration).atZone(zone).toLocalDate().minusDays(1);
    for (LocalDate day = last; !day.isBefore(first); day = day.minusDays(1)) {
      if (!matches(day)) {
        continue;
      }
      for (int hour = hours.length() - 1; hour >= 0; hour = hours.previousSetBit(hour - 1)) {
        for (int minute = minutes.length() - 1;
            minute >= 0;
            minute = minutes.previousSetBit(minute - 1)) {
          Instant from = ZonedDateTime.of(day, LocalTime.of(hour, minute), zone).toInstant();
          Instant to = from.plus(duration);
          if (!at.isBefore(from)) {
            if (at.isBefore(to)) {
              return Optional.of(to);
            }
            if (day.isBefore(last.minusDays(1))) {
              break;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private boolean matches(LocalDate day) {
    boolean ofMonth = daysOfMonth.get(day.getDayOfMonth());
    boolean ofWeek = daysOfWeek.get(day.getDayOfWeek().getValue() % 7);
    boolean either = (anyDayOfMonth || anyDayOfWeek) ? ofMonth && ofWeek : ofMonth || ofWeek;
    return months.get(day.getMonthValue()) && either;
  }
}
