package io.latentry.server.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.latentry.core.calibration.Threshold;
import io.latentry.core.promotion.ShadowTrial;
import io.latentry.server.registry.Ledger.Entry;
import io.latentry.server.registry.RetrainingRun.Cause;
import io.latentry.server.registry.RetrainingRun.State;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which version answered when: entries of whatever changes what answers, for ever. */
final class LedgerTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private final Moved clock = new Moved();
  @TempDir Path folder;

  private static final class Moved extends Clock {
    private Instant now = NOON;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyChangeOfWhatAnswersIsAnEntryWithAllThatHoldsAfterIt(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), clock);
    add(registry, 1, false);
    clock.now = NOON.plus(HOUR);
    add(registry, 2, false);
    registry.models().promote("a", 2, "promote", "ada", "was version 1; better");
    registry.thresholds().move("a", 2, threshold(7), "bob");
    registry.thresholds().move("a", 1, threshold(9), "bob");
    clock.now = NOON.plus(HOUR.multipliedBy(2));
    registry.models().rollBack("a", "retraining", "more alarms than promised");
    registry.models().serve("a", false, "eve", "asked for");

    assertThat(registry.ledger().of("a"))
        .extracting(
            Entry::action,
            Entry::version,
            e -> e.threshold().getAsDouble(),
            Entry::served,
            Entry::by,
            Entry::why)
        .containsExactly(
            tuple("unload", 1, 9.0, false, "eve", "asked for"),
            tuple(
                "roll_back",
                1,
                9.0,
                true,
                "retraining",
                "was version 2; more alarms than promised"),
            tuple("threshold", 2, 7.0, true, "bob", "from 1.0 to 7.0"),
            tuple("promote", 2, 1.0, true, "ada", "was version 1; better"),
            tuple("promote", 1, 1.0, true, "ada", "the first version"));
    assertThat(at(registry, NOON.minusMillis(1))).isEmpty();
    assertThat(at(registry, NOON).orElseThrow().digest()).isEqualTo(digest(1));
    assertThat(at(registry, NOON.plus(HOUR).plusSeconds(5)).orElseThrow())
        .satisfies(
            entry -> {
              assertThat(entry.version()).isEqualTo(2);
              assertThat(entry.digest()).isEqualTo(digest(2));
              assertThat(entry.threshold()).hasValue(7);
            });
    assertThat(at(registry, NOON.plus(Duration.ofDays(9))).orElseThrow().served()).isFalse();
    assertThat(registry.ledger().of("b")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whereTheClockWentBackTheLaterAnswerCounts(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), clock);
    add(registry, 1, false);
    clock.now = NOON.plus(HOUR.multipliedBy(5));
    add(registry, 2, true);
    clock.now = NOON.plus(HOUR.multipliedBy(3));
    add(registry, 3, true);

    assertThat(at(registry, NOON.plus(HOUR)).orElseThrow().version()).isEqualTo(1);
    assertThat(at(registry, NOON.plus(HOUR.multipliedBy(4))).orElseThrow().version()).isEqualTo(3);
    assertThat(at(registry, NOON.plus(HOUR.multipliedBy(6))).orElseThrow().version()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void aCanaryAndTheDecisionBehindAVersionAreInIt(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), clock);
    add(registry, 1, false);
    add(registry, 2, false);
    RetrainingRun run =
        RetrainingRun.begun("r1", "a", Cause.DRIFT, "", "retraining", 1, NOON, "it learns")
            .with(2)
            .decided(Optional.of(digest(77)));
    registry.retrainings().noted(run, "retraining");
    RetrainingRun canary = run.sharing(5).now(State.CANARY, NOON, "answers 5 %");
    registry.retrainings().noted(canary, "retraining");
    registry.retrainings().put(canary.with(new ShadowTrial(9, 1, 1, 1, 0, 0)));
    registry.models().promote("a", 2, "promote", "retraining", "nothing speaks against it");
    registry.retrainings().noted(canary.now(State.PROMOTED, NOON, "promoted"), "retraining");

    assertThat(registry.ledger().of("a"))
        .extracting(
            Entry::action,
            Entry::version,
            e -> e.canary().orElse(0),
            Entry::canaryPercent,
            e -> e.evidence().orElse(""))
        .containsExactly(
            tuple("canary_end", 2, 0, 0, digest(77)),
            tuple("promote", 2, 0, 0, digest(77)),
            tuple("canary", 1, 2, 5, digest(77)),
            tuple("promote", 1, 0, 0, ""));
    assertThat(registry.retrainings().latest("a").get(0).decision()).contains(digest(77));
  }

  @ParameterizedTest
  @EnumSource
  void aDecisionIsKnownAfterItsRunIsForgotten(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), clock);
    add(registry, 1, false);
    add(registry, 2, false);
    RetrainingRun run =
        RetrainingRun.begun("r1", "a", Cause.DRIFT, "", "retraining", 1, NOON, "it learns")
            .with(2)
            .decided(Optional.of(digest(77)))
            .now(State.PROMOTED, NOON, "promoted");
    registry.retrainings().put(run);
    registry.models().promote("a", 2, "promote", "retraining", "");
    registry
        .retrainings()
        .put(
            RetrainingRun.begun("r2", "a", Cause.DRIFT, "", "retraining", 2, NOON.plus(HOUR), "")
                .now(State.REFUSED, NOON.plus(HOUR), "nothing drifted"));

    assertThat(registry.retrainings().forget(NOON)).as("not older than that").isEmpty();
    assertThat(registry.retrainings().forget(NOON.plus(Duration.ofDays(1)))).containsExactly("r1");
    assertThat(registry.retrainings().latest("a"))
        .extracting(RetrainingRun::id)
        .containsExactly("r2");
    registry.models().serve("a", false, "eve", "asked for");
    assertThat(registry.ledger().of("a").get(0).evidence()).contains(digest(77));
  }

  @ParameterizedTest
  @EnumSource
  void noEntryIsEverChangedOrDeleted(Databases databases) throws SQLException {
    StoreAddress address = databases.fresh(folder);
    Registry registry = Registry.open(address, clock);
    add(registry, 1, false);
    List<Entry> before = registry.ledger().of("a");

    for (String sql : List.of("UPDATE ledger SET version = 9", "DELETE FROM ledger")) {
      try (Connection connection = connect(address);
          Statement statement = connection.createStatement()) {
        assertThatThrownBy(() -> statement.execute(sql)).hasMessageContaining("ledger");
      }
    }
    assertThat(registry.ledger().of("a")).hasSize(1).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void ofTheTimeBeforeThereWasOneItHasWhatTheAuditTells(Databases databases) throws SQLException {
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
            .target("7")
            .load()
            .migrate();
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      boolean yes = !address.isSqlite();
      for (int version = 1; version <= 2; version++) {
        statement.execute(
            "INSERT INTO version (model, number, digest, bytes, added_at, added_by, was_champion)"
                + " VALUES ('a', %d, '%s', 10, '2026-01-01T00:00:00Z', 'ada', %s)"
                    .formatted(version, digest(version), yes ? "true" : "1"));
      }
      statement.execute(
          "INSERT INTO model (name, champion, served, file_present) VALUES ('a', 2, %s, %s)"
              .formatted(yes ? "true" : "1", yes ? "false" : "0"));
      statement.execute(audit("2026-01-01T00:00:00Z", 1, "promote", "the first version"));
      statement.execute(audit("2026-01-01T00:00:00.250Z", 1, "threshold", "from 1.0 to 2.0"));
      statement.execute(audit("2026-01-02T03:04:05.678Z", 2, "promote", "was version 1"));
      connection.commit();
    }

    Registry registry = Registry.open(address, clock);

    assertThat(registry.ledger().of("a"))
        .extracting(Entry::at, Entry::version, Entry::digest, Entry::why)
        .containsExactly(
            tuple(Instant.parse("2026-01-02T03:04:05.678Z"), 2, digest(2), "was version 1"),
            tuple(Instant.parse("2026-01-01T00:00:00Z"), 1, digest(1), "the first version"));
    assertThat(registry.ledger().of("a").get(0).threshold()).isEmpty();
  }

  private static String audit(String at, int version, String action, String detail) {
    return "INSERT INTO audit (at, model, version, action, by_whom, detail) VALUES ('%s', 'a', %d, '%s', 'ada', '%s')"
        .formatted(at, version, action, detail);
  }

  private static Connection connect(StoreAddress address) throws SQLException {
    return address.isSqlite()
        ? DriverManager.getConnection(address.url())
        : DriverManager.getConnection(
            address.url(), address.user().orElseThrow(), address.password().orElseThrow());
  }

  private static Optional<Entry> at(Registry registry, Instant moment) {
    return registry.ledger().at("a", moment);
  }

  private static void add(Registry registry, int content, boolean promoted) {
    int unused =
        registry.models().add("a", digest(content), 10, List.of(threshold(1)), promoted, "ada");
  }

  private static String digest(int content) {
    return String.format("%064x", content);
  }

  private static Threshold threshold(double score) {
    return new Threshold(score, Threshold.Rule.QUANTILE, 0.01, 0.02, 500, "m", "fit");
  }
}
