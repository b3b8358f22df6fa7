package io.latentry.server.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RecordedTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void whatASourceWritesAgainCountsOnceAndOtherSourcesStandBesideIt(Databases databases) {
    StoreAddress address = databases.fresh(folder);
    Recorded recorded = Registry.open(address, Clock.systemUTC()).recorded();
    recorded.put(List.of(hour("a", 1, 100, "x", 5), hour("a", 1, 101, "x", 6)));
    recorded.put(List.of(hour("a", 1, 100, "x", 9), hour("a", 1, 100, "y", 2)));
    recorded.put(List.of(hour("a", 2, 100, "x", 70), hour("b", 1, 100, "x", 80)));

    Recorded again = Registry.open(address, Clock.systemUTC()).recorded();

    assertThat(again.counts("a", 1, 0))
        .extracting(RecordedHour::judged)
        .containsExactly(9L, 2L, 6L);
    assertThat(again.counts("a", 1, 101)).extracting(RecordedHour::judged).containsExactly(6L);
    assertThat(again.judged("a", 1, 0)).isEqualTo(17);
    assertThat(again.judged("a", 1, 101)).isEqualTo(6);
    assertThat(again.judged("a", 1, 102)).isZero();
    List<RecordedHour> whole = again.hours("a", 1, 101);
    assertThat(whole.get(0).profile()).containsExactly(1, 2, 3);
    assertThat(whole.get(0).promised()).isEqualTo(0.01);
    assertThat(whole.get(0).atMost()).isEqualTo(0.02);
    assertThat(again.counts("a", 1, 101).get(0).profile()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void hoursAreForgottenByAge(Databases databases) {
    Recorded recorded = Registry.open(databases.fresh(folder), Clock.systemUTC()).recorded();
    recorded.put(List.of(hour("a", 1, 100, "x", 5), hour("a", 1, 101, "x", 6)));

    recorded.forget(101);

    assertThat(recorded.counts("a", 1, 0)).extracting(RecordedHour::hour).containsExactly(101L);
  }

  @ParameterizedTest
  @EnumSource
  void countsOfLatencyAreKeptAsTheyWereWrittenLast(Databases databases) {
    StoreAddress address = databases.fresh(folder);
    Recorded recorded = Registry.open(address, Clock.systemUTC()).recorded();
    recorded.putSla(List.of(sla("a", 1), sla("b", 2)));
    recorded.putSla(List.of(sla("a", 3)));

    List<Recorded.SlaCount> again = Registry.open(address, Clock.systemUTC()).recorded().sla();

    assertThat(again).singleElement().usingRecursiveComparison().isEqualTo(sla("a", 3));
  }

  private static Recorded.SlaCount sla(String model, long requests) {
    return new Recorded.SlaCount(
        model, "http", "p99 5ms over 5m", 7, true, new long[] {requests, 0}, new long[] {0, 1});
  }

  private static RecordedHour hour(
      String model, int version, long hour, String source, long judged) {
    return new RecordedHour(
        model, version, hour, source, judged, 1, 2, 0.01, 0.02, new byte[] {1, 2, 3});
  }
}
