package io.latentry.server.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import org.flywaydb.core.Flyway;
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
  void segmentsStandBesideTheWholeAndAreNoPartOfIt(Databases databases) {
    Recorded recorded = Registry.open(databases.fresh(folder), Clock.systemUTC()).recorded();
    recorded.put(
        List.of(
            hour("a", 1, 100, "x", 9),
            hour("a", 1, "site=A", 100, "x", 5),
            hour("a", 1, "site=B", 100, "x", 4),
            hour("a", 1, "site=A", 101, "x", 3),
            hour("a", 2, "site=C", 100, "x", 7)),
        List.of(hour("a", 1, 99, "x", 2), hour("a", 1, "site=D", 99, "x", 2)));

    assertThat(recorded.counts("a", 1, 0)).extracting(RecordedHour::judged).containsExactly(9L);
    assertThat(recorded.judged("a", 1, 0)).isEqualTo(9);
    assertThat(recorded.setAside("a", 1, 0)).extracting(RecordedHour::judged).containsExactly(2L);
    assertThat(recorded.hours("a", 1, "site=A", 100))
        .extracting(RecordedHour::hour, RecordedHour::judged)
        .containsExactly(tuple(100L, 5L), tuple(101L, 3L));
    assertThat(recorded.segmentCounts("a", 1, 0))
        .extracting(RecordedHour::segment, RecordedHour::judged)
        .containsExactlyInAnyOrder(tuple("site=A", 5L), tuple("site=B", 4L), tuple("site=A", 3L));
    assertThat(recorded.setAsideOfSegments("a", 1, 0))
        .extracting(RecordedHour::segment)
        .containsExactly("site=D");
    assertThat(recorded.segments("a", 1)).containsExactly("site=A", "site=B", "site=D");

    recorded.forget(101);

    assertThat(recorded.segments("a", 1)).containsExactly("site=A");
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenBeforeThereWereSegmentsIsOfTheWhole(Databases databases) throws SQLException {
    StoreAddress address = databases.fresh(folder);
    if (address.isSqlite()) {
      assertThat(folder.resolve(".latentry").toFile().mkdirs()).isTrue();
    }
    Object unused =
        Flyway.configure()
            .dataSource(address.url(), address.user().orElse(""), address.password().orElse(""))
            .locations(
                "classpath:io/latentry/server/registry/"
                    + (address.isSqlite() ? "sqlite" : "postgresql"))
            .table("latentry_schema_history")
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .target("10")
            .load()
            .migrate();
    try (Connection connection =
            DriverManager.getConnection(
                address.url(), address.user().orElse(""), address.password().orElse(""));
        Statement statement = connection.createStatement()) {
      for (String table : List.of("recorded_hour", "set_aside_hour")) {
        for (int hour = 100; hour < 103; hour++) {
          int written =
              statement.executeUpdate(
                  "INSERT INTO %s VALUES ('a', 1, %d, 'x', %d, 1, 2, 0.01, 0.02, %s)"
                      .formatted(
                          table,
                          hour,
                          hour - 90,
                          address.isSqlite() ? "x'010203'" : "'\\x010203'::bytea"));
          assertThat(written).isEqualTo(1);
        }
      }
    }

    Recorded recorded = Registry.open(address, Clock.systemUTC()).recorded();

    assertThat(recorded.hours("a", 1, 101))
        .usingRecursiveComparison()
        .isEqualTo(List.of(hour("a", 1, 101, "x", 11), hour("a", 1, 102, "x", 12)));
    assertThat(recorded.setAside("a", 1, 0)).extracting(RecordedHour::judged).hasSize(3);
    assertThat(recorded.segments("a", 1)).isEmpty();
    recorded.put(List.of(hour("a", 1, 101, "x", 70), hour("a", 1, "site=A", 101, "x", 60)));
    assertThat(recorded.counts("a", 1, 0))
        .extracting(RecordedHour::judged)
        .containsExactly(10L, 70L, 12L);
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
    return hour(model, version, RecordedHour.WHOLE, hour, source, judged);
  }

  private static RecordedHour hour(
      String model, int version, String segment, long hour, String source, long judged) {
    return new RecordedHour(
        model, version, segment, hour, source, judged, 1, 2, 0.01, 0.02, new byte[] {1, 2, 3});
  }
}
