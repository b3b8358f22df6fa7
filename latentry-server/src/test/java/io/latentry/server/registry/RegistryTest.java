package io.latentry.server.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RegistryTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void theFirstVersionIsTheChampionAndLaterOnesAreIfPromoted(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), CLOCK);

    assertThat(add(registry, "a", 1, false)).isEqualTo(1);
    assertThat(add(registry, "a", 2, false)).isEqualTo(2);
    RegisteredModel model = registry.models().find("a").orElseThrow();
    assertThat(model.champion()).isEqualTo(1);
    assertThat(model.candidate()).isEqualTo(OptionalInt.of(2));
    assertThat(model.formerChampion()).isEmpty();

    assertThat(add(registry, "a", 3, true)).isEqualTo(3);
    model = registry.models().find("a").orElseThrow();
    assertThat(model.champion()).isEqualTo(3);
    assertThat(model.candidate()).isEmpty();
    assertThat(model.formerChampion()).isEqualTo(OptionalInt.of(1));
    assertThat(registry.models().all()).containsExactly(model);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenIsReadAgainAfterTheStoreIsOpenedAnew(Databases databases) {
    StoreAddress address = databases.fresh(folder);
    Registry registry = Registry.open(address, CLOCK);
    add(registry, "a", 1, false);
    registry.models().fileTaken("a", digest(1));
    registry.thresholds().move("a", 1, threshold(0.1 + 0.2), "ada");

    RegisteredModel model = Registry.open(address, CLOCK).models().find("a").orElseThrow();

    assertThat(model)
        .isEqualTo(
            new RegisteredModel(
                "a",
                1,
                true,
                Optional.of(digest(1)),
                true,
                List.of(
                    new RegisteredVersion(
                        1,
                        digest(1),
                        10,
                        NOW,
                        "ada",
                        true,
                        List.of(threshold(1), threshold(0.1 + 0.2)))),
                List.of()));
  }

  @ParameterizedTest
  @EnumSource
  void aThresholdThatIsMovedAgainAndAgainLeavesOnlyTheLatestOnesToGoBackTo(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), CLOCK);
    add(registry, "a", 1, true);
    int moves = Manifest.Thresholds.KEPT + 20;
    for (int move = 2; move <= moves; move++) {
      registry.thresholds().move("a", 1, threshold(move), "ada");
    }

    assertThat(thresholds(registry)).hasSize(Manifest.Thresholds.KEPT + 1);
    assertThat(thresholds(registry).get(0)).isEqualTo(threshold(moves - Manifest.Thresholds.KEPT));
    registry.thresholds().undo("a", 1, "ada");
    registry.thresholds().move("a", 1, threshold(0.5), "ada");
    assertThat(thresholds(registry))
        .hasSize(Manifest.Thresholds.KEPT + 1)
        .endsWith(threshold(moves - 1), threshold(0.5));
  }

  private static List<Threshold> thresholds(Registry registry) {
    return registry.models().find("a").orElseThrow().version(1).orElseThrow().thresholds();
  }

  @ParameterizedTest
  @EnumSource
  void rollBacksGoBackChampionByChampion(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), CLOCK);
    for (int number = 1; number <= 3; number++) {
      add(registry, "a", number, true);
    }

    registry.models().rollBack("a", "ada", "");
    assertThat(registry.models().find("a").orElseThrow().champion()).isEqualTo(2);
    registry.models().rollBack("a", "ada", "");
    RegisteredModel model = registry.models().find("a").orElseThrow();
    assertThat(model.champion()).isEqualTo(1);
    assertThat(model.formerChampion()).isEmpty();
    // Versions that were champions once are no candidates.
    assertThat(model.candidate()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aChampionThatCannotBeUsedIsNoFormerChampion(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), CLOCK);
    for (int number = 1; number <= 4; number++) {
      add(registry, "a", number, true);
    }

    registry.models().fallBack("a", 2, "service", "versions 4 and 3 are damaged");

    RegisteredModel model = registry.models().find("a").orElseThrow();
    assertThat(model.champion()).isEqualTo(2);
    assertThat(model.formerChampions()).containsExactly(1);
  }

  @ParameterizedTest
  @EnumSource
  void movesOfAThresholdAreUndoneOneByOne(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), CLOCK);
    add(registry, "a", 1, false);
    registry.thresholds().move("a", 1, threshold(2), "ada");
    registry.thresholds().move("a", 1, threshold(3), "ada");

    registry.thresholds().undo("a", 1, "bob");

    assertThat(registry.models().find("a").orElseThrow().version(1).orElseThrow().thresholds())
        .containsExactly(threshold(1), threshold(2));
  }

  @ParameterizedTest
  @EnumSource
  void theAuditSaysWhoDidWhatNewestFirst(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), CLOCK);
    add(registry, "a", 1, false);
    registry.thresholds().move("a", 1, threshold(2), "bob");
    registry.models().serve("a", false, "eve", "maintenance");

    assertThat(registry.audit().of("a"))
        .containsExactly(
            new AuditEntry(NOW, "a", 1, "unload", "eve", "maintenance"),
            new AuditEntry(NOW, "a", 1, "threshold", "bob", "from 1.0 to 2.0"),
            new AuditEntry(NOW, "a", 1, "promote", "ada", "the first version"),
            new AuditEntry(NOW, "a", 1, "add", "ada", "digest " + digest(1)));
    assertThat(registry.audit().of("b")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void theSchemaRefusesAModelWithoutAChampionAndAVersionWithoutAModel(Databases databases)
      throws SQLException {
    StoreAddress address = databases.fresh(folder);
    add(Registry.open(address, CLOCK), "a", 1, false);

    assertRefused(address, "UPDATE model SET champion = NULL WHERE name = 'a'");
    assertRefused(address, "UPDATE model SET champion = 2 WHERE name = 'a'");
    assertRefused(address, "DELETE FROM version WHERE model = 'a'");
    assertRefused(address, "DELETE FROM model WHERE name = 'a'");
  }

  @ParameterizedTest
  @EnumSource
  void aChangeThatFailsLeavesNothingBehind(Databases databases) {
    Registry registry = Registry.open(databases.fresh(folder), CLOCK);
    add(registry, "a", 1, false);
    RegisteredModel before = registry.models().find("a").orElseThrow();

    assertThatThrownBy(() -> add(registry, "a", 1, true)).isInstanceOf(RegistryException.class);
    assertThatThrownBy(() -> registry.models().promote("a", 7, "promote", "ada", ""))
        .isInstanceOf(RegistryException.class);

    assertThat(registry.models().find("a").orElseThrow()).isEqualTo(before);
    assertThat(registry.audit().of("a")).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void whoOpenedTheStoreBeforeAnotherReadsItStillAndChangesNothing(Databases databases) {
    StoreAddress address = databases.fresh(folder);
    Registry first = Registry.open(address, CLOCK);
    add(first, "a", 1, true);
    Registry second = Registry.open(address, CLOCK);

    assertThatThrownBy(() -> add(first, "a", 2, true))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("another service has taken it over")
        .hasMessageContaining("restart this one");
    assertThatThrownBy(() -> first.models().fallBack("a", 1, "service", "version 1 is missing"))
        .isInstanceOf(RegistryException.class);

    assertThat(add(second, "a", 2, true)).isEqualTo(2);
    assertThat(first.models().find("a").orElseThrow().champion()).isEqualTo(2);
  }

  @Test
  void aStoreThatIsNoDatabaseIsRefusedInWords() throws Exception {
    StoreAddress address = StoreAddress.inFolder(folder);
    java.nio.file.Files.createDirectories(address.file().getParent());
    java.nio.file.Files.writeString(address.file(), "not a database".repeat(1000));

    assertThatThrownBy(() -> Registry.open(address, CLOCK))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("registry.db")
        .hasMessageContaining("not a database");
  }

  @Test
  void aStoreOfANewerLatentryIsRefused() throws Exception {
    StoreAddress address = StoreAddress.inFolder(folder);
    Registry unused = Registry.open(address, CLOCK);
    try (Connection connection = DriverManager.getConnection(address.url());
        Statement statement = connection.createStatement()) {
      boolean ignored =
          statement.execute(
              "INSERT INTO latentry_schema_history (installed_rank, version, description, type,"
                  + " script, checksum, installed_by, execution_time, success) VALUES (99, '99',"
                  + " 'later', 'SQL', 'V99__later.sql', 1, 'x', 1, 1)");
    }

    assertThatThrownBy(() -> Registry.open(address, CLOCK))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("newer Latentry");
  }

  @Test
  void aPostgresqlThatIsNotThereIsRefusedWithoutThePassword() {
    StoreAddress address =
        new StoreAddress(
            "jdbc:postgresql://localhost:1/none", Optional.of("u"), Optional.of("hunter2"));

    assertThat(address.toString()).doesNotContain("hunter2");
    assertThatThrownBy(() -> Registry.open(address, CLOCK))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("localhost:1")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void anAddressWithAPasswordOrOfAnotherDatabaseIsRefused() {
    assertThatThrownBy(
            () ->
                new StoreAddress(
                    "jdbc:postgresql://h/d?password=hunter2", Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(
            () -> new StoreAddress("jdbc:mysql://h/d", Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jdbc:postgresql://HOST/DATABASE");
  }

  private static void assertRefused(StoreAddress address, String sql) throws SQLException {
    try (Connection connection =
            address.isSqlite()
                ? DriverManager.getConnection(address.url() + "?foreign_keys=on")
                : DriverManager.getConnection(
                    address.url(), address.user().orElseThrow(), address.password().orElseThrow());
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql)).isInstanceOf(SQLException.class);
    }
  }

  private static int add(Registry registry, String name, int content, boolean promoted) {
    return registry.models().add(name, digest(content), 10, List.of(threshold(1)), promoted, "ada");
  }

  private static String digest(int content) {
    return String.format("%064x", content);
  }

  private static Threshold threshold(double score) {
    return new Threshold(score, Threshold.Rule.QUANTILE, 0.01, 0.02, 500, "m", "fit");
  }

  @org.junit.jupiter.params.ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {
        "what?",
        "a?journal_mode=delete&b",
        "?",
        "100%",
        "50%3f",
        "%25?",
        "a#b?",
        "password=x",
        "semi;colon",
        "file:x?"
      })
  void theNameOfTheFolderIsNoOption(String name) throws Exception {
    java.nio.file.Path odd = folder.resolve(name);
    StoreAddress address = StoreAddress.sqlite(odd);

    Registry unused = Registry.open(address, CLOCK);

    assertThat(address.file()).isEqualTo(odd.resolve("registry.db"));
    assertThat(odd.resolve("registry.db")).isNotEmptyFile();
    try (java.util.stream.Stream<java.nio.file.Path> all = java.nio.file.Files.list(folder)) {
      assertThat(all).containsExactly(odd);
    }
  }
}
