package io.latentry.server.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.server.config.SegmentRule;
import io.latentry.server.registry.Databases;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When windows are open, over what, and who set them. */
final class MaintenanceTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

  private static final List<SegmentRule> SITES = List.of(new SegmentRule(Optional.empty(), "site"));

  @TempDir Path folder;

  private static Optional<Instant> cron(String line, String duration, String at) {
    return new CronSchedule(line, BERLIN, Duration.parse(duration)).openUntil(Instant.parse(at));
  }

  @Test
  void aCronLineOpensAWindowByTheClockOfItsZone() {
    // 22:00 in Berlin in winter is 21:00 UTC; Sunday the 1st of March 2026.
    assertThat(cron("0 22 * * SUN", "PT8H", "2026-03-01T20:59:59Z")).isEmpty();
    assertThat(cron("0 22 * * SUN", "PT8H", "2026-03-01T21:00:00Z"))
        .contains(Instant.parse("2026-03-02T05:00:00Z"));
    assertThat(cron("0 22 * * SUN", "PT8H", "2026-03-02T04:59:59Z")).isPresent();
    assertThat(cron("0 22 * * SUN", "PT8H", "2026-03-02T05:00:00Z")).isEmpty();
    assertThat(cron("0 22 * * 7", "PT8H", "2026-03-01T21:00:00Z")).isPresent();
    // Either day will do where both are given.
    assertThat(cron("0 6 13 * FRI", "PT1H", "2026-03-06T05:30:00Z")).isPresent();
    assertThat(cron("0 6 14 * FRI", "PT1H", "2026-03-14T05:30:00Z")).isPresent();
    assertThat(cron("0 6 14 * FRI", "PT1H", "2026-03-15T05:30:00Z")).isEmpty();
    assertThat(cron("*/20 8-16/4 * JAN-MAR *", "PT5M", "2026-03-02T11:44:00Z")).isPresent();
    assertThat(cron("*/20 8-16/4 * JAN-MAR *", "PT5M", "2026-03-02T10:44:00Z")).isEmpty();
    assertThat(cron("0 0 1 1 *", "P7D", "2026-01-07T22:59:00Z")).isPresent();
  }

  @Test
  void aClockThatJumpsMovesTheBeginningAndLeavesTheLength() {
    // 02:30 does not exist on the 29th of March: it is 03:30, 01:30 UTC.
    assertThat(cron("30 2 * * *", "PT1H", "2026-03-29T01:29:59Z")).isEmpty();
    assertThat(cron("30 2 * * *", "PT1H", "2026-03-29T01:30:00Z"))
        .contains(Instant.parse("2026-03-29T02:30:00Z"));
    // 02:30 comes twice on the 25th of October: the first, 00:30 UTC, counts.
    assertThat(cron("30 2 * * *", "PT1H", "2026-10-25T00:30:00Z"))
        .contains(Instant.parse("2026-10-25T01:30:00Z"));
    assertThat(cron("30 2 * * *", "PT1H", "2026-10-25T01:30:00Z")).isEmpty();
    // From 22:00 on for 8 hours: to 07:00 in summer time, when an hour is left out.
    assertThat(cron("0 22 * * *", "PT8H", "2026-03-29T04:59:59Z"))
        .contains(Instant.parse("2026-03-29T05:00:00Z"));
  }

  @Test
  void aRuleOfRecurrenceStaysAtItsHourOfTheClockThroughSummerTime() {
    CalendarSchedule schedule =
        CalendarSchedule.of(
            "FREQ=WEEKLY;BYDAY=SU",
            LocalDateTime.parse("2026-01-04T02:00"),
            BERLIN,
            Duration.ofHours(4));
    assertThat(schedule.openUntil(Instant.parse("2026-03-22T01:00:00Z")))
        .contains(Instant.parse("2026-03-22T05:00:00Z"));
    assertThat(schedule.openUntil(Instant.parse("2026-04-05T00:00:00Z")))
        .contains(Instant.parse("2026-04-05T04:00:00Z"));
    assertThat(schedule.openUntil(Instant.parse("2026-04-05T04:00:00Z"))).isEmpty();
    assertThat(schedule.openUntil(Instant.parse("2026-04-06T01:00:00Z"))).isEmpty();
    assertThat(schedule.openUntil(Instant.parse("2026-01-03T01:00:00Z"))).isEmpty();

    CalendarSchedule last =
        CalendarSchedule.of(
            "FREQ=MONTHLY;BYDAY=-1SU;COUNT=2",
            LocalDateTime.parse("2026-01-25T06:00"),
            ZoneOffset.UTC,
            Duration.ofHours(1));
    assertThat(last.openUntil(Instant.parse("2026-02-22T06:30:00Z"))).isPresent();
    assertThat(last.openUntil(Instant.parse("2026-03-29T06:30:00Z"))).isEmpty();
  }

  @Test
  void eventsOfACalendarAreWindowsButForTheDatesThatAreLeftOut() {
    String calendar =
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:plant
        BEGIN:VEVENT
        UID:1
        DTSTAMP:20260101T000000Z
        DTSTART;TZID=Europe/Berlin:20260301T220000
        DTEND;TZID=Europe/Berlin:20260302T060000
        RRULE:FREQ=DAILY
        EXDATE;TZID=Europe/Berlin:20260303T220000
        END:VEVENT
        BEGIN:VEVENT
        UID:2
        DTSTAMP:20260101T000000Z
        DTSTART;VALUE=DATE:20261225
        END:VEVENT
        END:VCALENDAR
        """
            .replace("\n", "\r\n");
    List<CalendarSchedule> windows = CalendarSchedule.ofCalendar(calendar, BERLIN);
    assertThat(windows).hasSize(2);
    assertThat(windows.get(0).openUntil(Instant.parse("2026-03-02T22:00:00Z"))).isPresent();
    assertThat(windows.get(0).openUntil(Instant.parse("2026-03-03T22:00:00Z"))).isEmpty();
    assertThat(windows.get(0).openUntil(Instant.parse("2026-07-03T20:30:00Z"))).isPresent();
    assertThat(windows.get(0).openUntil(Instant.parse("2026-07-03T19:30:00Z"))).isEmpty();
    assertThat(windows.get(1).openUntil(Instant.parse("2026-12-25T12:00:00Z"))).isPresent();
    assertThat(windows.get(1).openUntil(Instant.parse("2026-12-26T12:00:00Z"))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aWindowThatIsSetCountsFromThenToItsEndAndOutlivesARestart(Databases databases)
      throws IOException {
    StoreAddress address = databases.fresh(folder);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    Registry registry = Registry.open(address, clock);
    Maintenance maintenance = open(registry, clock);
    Maintenance.Shown set =
        maintenance.add(
            json(
                "{\"name\": \"overhaul\", \"models\": [\"pump*\"], \"from\":"
                    + " \"2026-03-02T11:00:00Z\", \"to\": \"2026-03-02T14:00:00Z\"}"),
            "ada");
    assertThat(set.open()).isTrue();
    assertThat(maintenance.over("pump-2", NOW)).contains("overhaul");
    assertThat(maintenance.over("press", NOW)).isEmpty();
    assertThat(maintenance.over("pump", NOW.minusSeconds(1))).isEmpty();

    Clock later = Clock.fixed(NOW.plusSeconds(600), ZoneOffset.UTC);
    Registry again = Registry.open(address, later);
    Maintenance next = open(again, later);
    assertThat(next.over("pump", NOW.plusSeconds(600))).contains("overhaul");
    assertThat(next.end(set.id(), "bob").windows()).isEmpty();
    assertThat(next.over("pump", NOW.plusSeconds(600))).isEmpty();
    assertThat(next.over("pump", NOW.plusSeconds(599))).contains("overhaul");
    assertThatThrownBy(() -> next.end(set.id(), "bob")).isInstanceOf(RefusedException.class);
    assertThat(again.audit().of("*"))
        .extracting(entry -> entry.action() + " by " + entry.by())
        .containsExactly("end_maintenance by bob", "add_maintenance by ada");
  }

  private static Maintenance open(Registry registry, Clock clock) throws IOException {
    return Maintenance.open(null, registry.maintenance(), Duration.ofDays(35), clock, SITES);
  }

  @Test
  void theFileHasWindowsTagsAndCalendars() throws IOException {
    Path calendar =
        Files.writeString(
            folder.resolve("plant.ics"),
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:"
                + "20260101T000000Z\r\nDTSTART:20260302T110000Z\r\nDURATION:PT2H\r\nEND:VEVENT\r\n"
                + "END:VCALENDAR\r\n");
    Maintenance maintenance =
        read(
            "tags: {line-7: [pump, press]}",
            "windows:",
            "- {name: cleaning, tags: line-7, cron: '0 12 * * MON', duration: 1h}",
            "- {name: shutdown, models: valve, calendar: " + calendar.getFileName() + "}",
            "- {name: monthly, models: [oven], rrule: FREQ=MONTHLY, start: '2026-01-02T12:00',"
                + " duration: 30m, zone: UTC}");
    assertThat(maintenance.over("press", NOW)).contains("cleaning");
    assertThat(maintenance.over("valve", NOW)).contains("shutdown");
    assertThat(maintenance.over("oven", NOW)).contains("monthly");
    assertThat(maintenance.over("other", NOW)).isEmpty();
    assertThat(maintenance.list().windows()).extracting(Maintenance.Shown::by).containsOnly("file");
    assertThatThrownBy(() -> maintenance.end("file-1", "ada")).hasMessageContaining("of the file");
  }

  @Test
  void aWindowMayBeOverASegmentAlone() throws IOException {
    Maintenance maintenance =
        read(
            "windows:",
            "- {name: site A, models: pump, where: site=A, cron: '0 12 * * MON', duration: 1h}");
    assertThat(maintenance.over("pump", "site=A", NOW)).contains("site A");
    assertThat(maintenance.over("pump", "site=B", NOW)).isEmpty();
    assertThat(maintenance.over("pump", NOW)).isEmpty();
    assertThat(maintenance.over("press", "site=A", NOW)).isEmpty();
    assertThat(maintenance.isBySegment("pump")).isTrue();
    assertThat(maintenance.isBySegment("press")).isFalse();
    assertThatThrownBy(
            () ->
                read(
                    "windows:",
                    "- {name: x, models: pump, where: plant=A, cron: '0 12 * * *', duration: 1h}"))
        .hasMessageContaining("where: 'plant=A' (expected: a value of a column that watch.segments")
        .hasMessageContaining("[site]");
    assertWrong("cron: '0 12 * * *', duration: 1h, where: A", "where: 'A'", "such as site=A");
  }

  private Maintenance read(String... lines) throws IOException {
    Path file = Files.writeString(folder.resolve("maintenance.yaml"), String.join("\n", lines));
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    Registry registry = Registry.open(Databases.SQLITE.fresh(folder), clock);
    return Maintenance.open(file, registry.maintenance(), Duration.ofDays(35), clock, SITES);
  }

  @Test
  void whatIsWrongIsToldWithItsPlaceAndTheRule() {
    assertWrong("cron: '61 * * * *', duration: 1h", "line 2 column 3", "minute '61'", "0 to 59");
    assertWrong("cron: '* * * *', duration: 1h", "expected: minute, hour, day of the month");
    assertWrong("cron: '0 1 * * *', duration: 1y", "duration: '1y'", "90m, 8h or 2d");
    assertWrong("cron: '0 1 * * *'", "duration: 'null'");
    assertWrong("cron: '0 1 * * *', duration: 1h, zone: Berlin", "zone: 'Berlin'");
    assertWrong("rrule: FREQ=SOMETIMES, start: '2026-01-01T00:00', duration: 1h", "rrule:");
    assertWrong("rrule: NONSENSE, start: '2026-01-01T00:00', duration: 1h", "rrule:");
    assertWrong("from: '2026-03-02T10:00'", "to: 'null'");
    assertWrong("from: '2026-03-02T10:00', to: '2026-03-02T09:00'", "expected: after from");
    assertWrong("duration: 1h", "no time");
    assertWrong("tags: nope, cron: '0 1 * * *', duration: 1h", "tags: 'nope'");
    assertWrong("calendar: not-there.ics", "calendar:");
    assertWrong("corn: x", "unknown key (expected: cron)");
    assertThatThrownBy(() -> read("windows:", "- {name: a, cron: '0 1 * * *', duration: 1h}"))
        .hasMessageContaining("models: none");
  }

  private void assertWrong(String window, String... words) {
    assertThatThrownBy(() -> read("windows:", "- {name: a, models: pump, " + window + "}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void whatIsNoWindowIsRefused() throws IOException {
    Maintenance maintenance = read("windows: []");
    for (String wrong :
        List.of(
            "{}",
            "[1]",
            "nonsense",
            "{\"name\": \"a\", \"models\": [\"*\"], \"untill\": \"x\"}",
            "{\"name\": \"a\", \"models\": [\"*\"], \"from\": \"2026-01-01T00:00\", \"to\":"
                + " \"2026-01-02T00:00\"}")) {
      assertThatThrownBy(() -> maintenance.add(json(wrong), "ada"))
          .as(wrong)
          .isInstanceOf(RefusedException.class);
    }
    assertThat(maintenance.list().windows()).isEmpty();
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
