package io.latentry.server.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.Incident;
import io.latentry.core.monitoring.Incident.Cell;
import io.latentry.core.monitoring.Incident.Example;
import io.latentry.core.monitoring.Incident.State;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IncidentsTest {
  private static final Instant AT = Instant.parse("2026-03-04T05:06:07.089Z");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenIsReadAgainWithWhatPeopleSaid(Databases databases) {
    StoreAddress address = databases.fresh(folder);
    Registry registry = Registry.open(address, Clock.systemUTC());
    registry.incidents().put("a", 1, List.of(incident("x", AT, 3, 0), incident("y", AT, 9, 0)));
    registry.incidents().acknowledge("a", "x", "ada");
    registry.incidents().say("a", "x", FeedbackWord.CONFIRMED, "a leak", "bob");
    registry.incidents().put("a", 1, List.of(incident("x", AT.plusSeconds(5), 4, 0)));

    Incidents again = Registry.open(address, Clock.systemUTC()).incidents();

    StoredIncident found = again.find("a", "x").orElseThrow();
    assertThat(found.incident())
        .usingRecursiveComparison()
        .isEqualTo(incident("x", AT.plusSeconds(5), 4, 0));
    assertThat(found.acknowledgedBy()).contains("ada");
    assertThat(found.feedback()).contains(FeedbackWord.CONFIRMED);
    assertThat(found.feedbackBy()).contains("bob");
    assertThat(found.note()).isEqualTo("a leak");
    assertThat(again.latest("a", 10)).extracting(i -> i.incident().id()).containsExactly("x", "y");
    assertThat(again.of("a", 1, AT.plusSeconds(1)))
        .extracting(i -> i.incident().id())
        .containsExactly("x");
    assertThat(again.find("b", "x")).isEmpty();
    assertThat(again.acknowledge("b", "x", "ada")).isEmpty();
    assertThat(registry.audit().of("a"))
        .extracting(AuditEntry::detail)
        .containsExactly("confirmed on incident x, a high, site=A", "incident x, a high, site=A");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSaidOfAGroupMayBeOfOneSegmentAlone(Databases databases) {
    Incidents incidents = Registry.open(databases.fresh(folder), Clock.systemUTC()).incidents();
    incidents.put("a", 1, List.of(incident("x", AT, 3, 0)));
    FeedbackWord word = FeedbackWord.KNOWN_EVENT;

    assertThat(incidents.sayOfGroup("a", "a high", Optional.of("site=B"), AT, word, "", "ada"))
        .isEmpty();
    assertThat(incidents.find("a", "x").orElseThrow().feedback()).isEmpty();
    assertThat(incidents.sayOfGroup("a", "a high", Optional.of("site=A"), AT, word, "", "ada"))
        .extracting(i -> i.incident().id())
        .containsExactly("x");
    assertThat(incidents.find("a", "x").orElseThrow().feedback()).contains(word);
    assertThat(incidents.sayOfGroup("a", "a high", Optional.empty(), AT, word, "", "ada"))
        .hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void oneThatIsReopenedIsNotAcknowledgedAnyMore(Databases databases) {
    Incidents incidents = Registry.open(databases.fresh(folder), Clock.systemUTC()).incidents();
    incidents.put("a", 1, List.of(incident("x", AT, 3, 0)));
    incidents.acknowledge("a", "x", "ada");

    incidents.put("a", 1, List.of(incident("x", AT.plusSeconds(9), 4, 1)));

    assertThat(incidents.find("a", "x").orElseThrow().acknowledgedBy()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void thoseThatNobodySaidAnythingOfAreForgottenByAge(Databases databases) {
    Incidents incidents = Registry.open(databases.fresh(folder), Clock.systemUTC()).incidents();
    incidents.put(
        "a",
        1,
        List.of(
            incident("x", AT, 3, 0),
            incident("y", AT, 3, 0),
            incident("z", AT.plus(Duration.ofDays(2)), 3, 0)));
    incidents.say("a", "y", FeedbackWord.FALSE_ALARM, "", "ada");

    incidents.forget(AT.plus(Duration.ofDays(1)));

    assertThat(incidents.latest("a", 10))
        .extracting(i -> i.incident().id())
        .containsExactly("z", "y");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSaidOfASingleAlarmStandsBesideItsIncidentWhichStays(Databases databases) {
    StoreAddress address = databases.fresh(folder);
    Registry registry = Registry.open(address, Clock.systemUTC());
    Incidents incidents = registry.incidents();
    incidents.put("a", 1, List.of(incident("x", AT, 3, 0), incident("y", AT, 3, 0)));
    incidents.sayOfAlarm("a", "x", AT, 2.5, FeedbackWord.CONFIRMED, "", "ada");
    incidents.sayOfAlarm("a", "x", AT, 2.5, FeedbackWord.FALSE_ALARM, "a test", "bob");
    assertThat(incidents.sayOfAlarm("a", "z", AT, 2.5, FeedbackWord.CONFIRMED, "", "ada"))
        .isEmpty();
    incidents.forget(AT.plus(Duration.ofDays(1)));

    Incidents again = Registry.open(address, Clock.systemUTC()).incidents();

    assertThat(again.saidOfAlarms("a", 1, AT))
        .containsExactly(
            new Incidents.SaidOfAlarm(
                "x", "a high", AT, 2.5, FeedbackWord.FALSE_ALARM, "bob", "a test"));
    assertThat(again.saidOfAlarms("a", 2, AT)).isEmpty();
    assertThat(again.latest("a", 10)).extracting(i -> i.incident().id()).containsExactly("x");
    assertThat(again.find("a", "x").orElseThrow().feedback()).isEmpty();
  }

  private static Incident incident(String id, Instant last, long alarms, int reopened) {
    return new Incident(
        id,
        "a high",
        "site=A",
        State.ALERTING,
        AT,
        last,
        alarms,
        2.5,
        reopened,
        new long[] {1, alarms},
        List.of(new Example(AT, 2.5, List.of(new Cell("a", "9", "", "0 to 2")))));
  }
}
