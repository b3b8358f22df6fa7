package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.latentry.core.monitoring.Incident.Cell;
import io.latentry.core.monitoring.Incident.Example;
import io.latentry.core.monitoring.Incident.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class IncidentBookTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int BINS = 4;

  private final AtomicInteger count = new AtomicInteger();
  private final IncidentBook book = new IncidentBook(this::nextId, BINS, List.of());

  @Test
  void aHundredThousandAlarmsOfTwelveCausesAreFewIncidentsAndEveryCauseIsAmongThem() {
    Random random = new Random(1);
    Set<String> seen = new TreeSet<>();
    Instant[] start = new Instant[12];
    for (int cause = 0; cause < 12; cause++) {
      start[cause] = START.plus(Duration.ofMinutes(random.nextInt(60 * 20)));
    }
    Instant at = START;
    for (int i = 0; i < 100_000; i++) {
      at = START.plusMillis((long) (i * 86_400_000.0 / 100_000));
      int cause = random.nextInt(12);
      boolean goesOn =
          !at.isBefore(start[cause])
              && Duration.between(start[cause], at).compareTo(Duration.ofHours(4)) < 0;
      // One alarm in fifty is led by a column that has nothing to do with it.
      String signature =
          random.nextInt(50) == 0
              ? "column" + random.nextInt(15) + " low"
              : "cause" + cause + " high";
      if (goesOn || i >= 95_000) {
        alarm(signature, at, 2);
      } else {
        alarm("cause" + i % 3 + " high", at, 2);
      }
    }
    book.incidents().forEach(incident -> seen.add(incident.signature()));

    assertThat(count.get()).isLessThan(50);
    for (int cause = 0; cause < 12; cause++) {
      assertThat(seen).contains("cause" + cause + " high");
    }
    assertThat(book.incidents().stream().mapToLong(Incident::alarms).sum()).isEqualTo(100_000);
  }

  @Test
  void anIncidentIsPendingThenAlertingThenRecoveringThenClosedThenOpenAgain() {
    alarm("a high", START, 2);
    alarm("a high", START.plusSeconds(1), 5);
    assertThat(only().state()).isEqualTo(State.PENDING);
    alarm("a high", START.plusSeconds(2), 3);
    assertThat(only().state()).isEqualTo(State.ALERTING);
    assertThat(only().peak()).isEqualTo(5);
    assertThat(only().alarms()).isEqualTo(3);

    book.pass(START.plus(Duration.ofMinutes(11)));
    assertThat(only().state()).isEqualTo(State.RECOVERING);
    book.pass(START.plus(Duration.ofMinutes(31)));
    assertThat(only().state()).isEqualTo(State.CLOSED);
    book.written();

    alarm("a high", START.plus(Duration.ofHours(2)), 3);
    assertThat(only().state()).isEqualTo(State.ALERTING);
    assertThat(only().reopened()).isEqualTo(1);
    assertThat(only().id()).isEqualTo("i1");
    assertThat(only().firstSeen()).isEqualTo(START);

    book.pass(START.plus(Duration.ofHours(4)));
    book.written();
    alarm("a high", START.plus(Duration.ofDays(3)), 3);
    assertThat(only().id()).isEqualTo("i2");
    assertThat(only().alarms()).isEqualTo(1);
  }

  @Test
  void moreSignaturesThanMayBeOpenShareOneIncident() {
    for (int i = 0; i < 1_000; i++) {
      alarm("column" + i + " high", START, 2);
    }
    assertThat(book.incidents()).hasSize(IncidentBook.MOST_OPEN + 1);
    assertThat(book.incidents().stream().filter(i -> i.signature().equals(IncidentBook.OTHERS)))
        .extracting(Incident::alarms)
        .containsExactly(900L);
  }

  @Test
  void alarmsOfOneSignatureInTwoSegmentsAreTwoIncidents() {
    for (int i = 0; i < 4; i++) {
      book.alarm("a high", i % 2 == 0 ? "site=A" : "site=B", 0, example(START, 2));
    }
    book.alarm("a high", "site=A", 0, example(START, 2));
    assertThat(book.incidents())
        .extracting(Incident::words, Incident::alarms, Incident::state)
        .containsExactlyInAnyOrder(
            tuple("a high, site=A", 3L, State.ALERTING),
            tuple("a high, site=B", 2L, State.PENDING));
    IncidentBook after = new IncidentBook(this::nextId, BINS, book.incidents());
    after.alarm("a high", "site=B", 1, example(START.plusSeconds(5), 9));
    assertThat(after.incidents()).hasSize(2);
  }

  @Test
  void segmentsMakeNoMoreIncidentsThanMayBeOpen() {
    for (int i = 0; i < 1_000; i++) {
      book.alarm("column" + i % 20 + " high", "site=" + i / 20, 0, example(START, 2));
    }
    assertThat(book.incidents()).hasSize(IncidentBook.MOST_OPEN + 1);
    assertThat(book.incidents().stream().mapToLong(Incident::alarms).sum()).isEqualTo(1_000);
    assertThat(book.incidents())
        .filteredOn(i -> i.signature().equals(IncidentBook.OTHERS))
        .extracting(Incident::segment)
        .containsExactly("");
  }

  @Test
  void memoryIsBoundedHoweverManyCausesComeAndGo() {
    for (int i = 0; i < 5_000; i++) {
      alarm("column" + i + " high", START.plus(Duration.ofMinutes(i)), 2);
      book.written();
    }
    assertThat(book.incidents().size()).isLessThanOrEqualTo(2 * IncidentBook.MOST_OPEN + 1);
  }

  @Test
  void theFirstExamplesStayAndTheHighestScoresAreKept() {
    for (int i = 0; i < 500; i++) {
      alarm("a high", START.plusSeconds(i), i % 100);
    }
    List<Example> examples = only().examples();
    assertThat(examples).hasSize(IncidentBook.MOST_EXAMPLES);
    assertThat(examples.get(0).at()).isEqualTo(START);
    assertThat(examples.subList(10, 20)).allMatch(e -> e.score() >= 97);
  }

  @Test
  void whatStoodBeforeARestartGoesOn() {
    alarm("a high", START, 2);
    alarm("a high", START, 2);
    IncidentBook after = new IncidentBook(this::nextId, BINS, book.incidents());
    after.alarm("a high", "", 1, example(START.plusSeconds(5), 9));
    Incident incident = after.incidents().get(0);
    assertThat(incident.id()).isEqualTo("i1");
    assertThat(incident.alarms()).isEqualTo(3);
    assertThat(incident.state()).isEqualTo(State.ALERTING);
    // Of another model, whose scores have other bins.
    assertThat(new IncidentBook(this::nextId, 9, book.incidents()).incidents()).isEmpty();
  }

  @Test
  void aProposalRemovesFalseAlarmsAndLosesNoConfirmedIncidentToTheRow() {
    WatchedTable table = new WatchedTable(3);
    Quantity score = table.quantities.get(Quantity.indexOfScore(table.quantities));
    Profile seen = table.hour(20_000, new WatchedTable.Change(1, 1, 0, 0));
    Profile.Counts counts = seen.quantities().get(Quantity.indexOfScore(table.quantities));
    double current = table.manifest.threshold().current().score();
    int first = score.bin(current);
    long[] falseAlarms = new long[score.bins()];
    falseAlarms[first] = 5;
    falseAlarms[first + 1] = 7;
    long[] confirmed = new long[score.bins()];
    confirmed[first + 1] = 1;
    confirmed[first + 3] = 2;

    ThresholdReplay found =
        ThresholdReplay.proposal(score, current, counts, List.of(falseAlarms), List.of(confirmed))
            .orElseThrow();

    assertThat(found.threshold()).isEqualTo(score.edges()[first + 1]);
    assertThat(found.falseAlarms()).isEqualTo(12);
    assertThat(found.falseLeft()).isZero();
    assertThat(found.confirmed()).isEqualTo(1);
    assertThat(found.confirmedLost()).isZero();
    assertThat(found.alarms()).isEqualTo(seen.anomaly());
    long left = 0;
    for (int bin = first + 2; bin < score.bins(); bin++) {
      left += counts.rows()[bin];
    }
    assertThat(found.alarmsLeft()).isEqualTo(left);

    long[] low = new long[score.bins()];
    low[first] = 1;
    Optional<ThresholdReplay> none =
        ThresholdReplay.proposal(score, current, counts, List.of(falseAlarms), List.of(low));
    assertThat(none).isEmpty();
  }

  private String nextId() {
    return "i" + count.incrementAndGet();
  }

  private Incident only() {
    assertThat(book.incidents()).hasSize(1);
    return book.incidents().get(0);
  }

  private void alarm(String signature, Instant at, double score) {
    book.alarm(signature, "", 0, example(at, score));
  }

  private static Example example(Instant at, double score) {
    return new Example(at, score, List.of(new Cell("a", "9", "1", "0 to 2")));
  }
}
