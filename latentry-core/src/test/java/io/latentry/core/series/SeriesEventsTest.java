package io.latentry.core.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SeriesEventsTest {
  private final List<SeriesEvent> ended = new ArrayList<>();

  @Test
  void aNormalPointEndsAnEventAndOneThatCannotBeJudgedDoesNot() {
    add(new SeriesEvents(ended::add), "aa?a-a");
    assertThat(ended).extracting(SeriesEvent::firstRow).containsExactly(0L, 5L);
    assertThat(ended).extracting(SeriesEvent::lastRow).containsExactly(3L, 5L);
    assertThat(ended.get(0).points()).isEqualTo(3);
  }

  @Test
  void anomaliesThatFewNormalPointsPartAreOneEvent() {
    add(new SeriesEvents(2, ended::add), "a--a-a---a");
    assertThat(ended).extracting(SeriesEvent::firstRow).containsExactly(0L, 9L);
    assertThat(ended).extracting(SeriesEvent::lastRow).containsExactly(5L, 9L);
    assertThat(ended.get(0).points()).isEqualTo(3);
  }

  @Test
  void eachKeyHasItsOwn() {
    SeriesEvents events = new SeriesEvents(1, ended::add);
    events.add("p", 0, 0, Verdict.ANOMALY, 1, List.of());
    events.add("q", 0, 1, Verdict.NORMAL, 0, List.of());
    events.add("q", 1, 2, Verdict.NORMAL, 0, List.of());
    events.add("p", 1, 3, Verdict.ANOMALY, 2, List.of("level"));
    events.finish();
    assertThat(ended).hasSize(1);
    assertThat(ended.get(0).peakRow()).isEqualTo(3);
    assertThat(ended.get(0).channels()).containsExactly("level");
  }

  @Test
  void fewerThanNoPointsAreRefused() {
    assertThatThrownBy(() -> new SeriesEvents(-1, ended::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("join: -1 (expected: 0 or more points)");
  }

  /** One point a letter: an anomaly, a normal one, or one that cannot be judged. */
  private static void add(SeriesEvents events, String points) {
    for (int row = 0; row < points.length(); row++) {
      Verdict verdict =
          switch (points.charAt(row)) {
            case 'a' -> Verdict.ANOMALY;
            case '?' -> Verdict.UNSCORABLE;
            default -> Verdict.NORMAL;
          };
      events.add("", row, row, verdict, 1, List.of());
    }
    events.finish();
  }
}
