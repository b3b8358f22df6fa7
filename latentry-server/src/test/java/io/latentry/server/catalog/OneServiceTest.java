package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Rows;
import io.latentry.server.registry.Databases;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.registry.StoreLock;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A database and a store folder belong together, and to one service at a time. */
class OneServiceTest {
  private static final ServingConfig QUIET =
      new ServingConfig(Duration.ofHours(1), Duration.ofSeconds(30), 1, 64, 256, 10_000);

  @TempDir Path folder;
  private Path models;
  private Path own;
  private Path others;
  private Path second;

  private final Queue<String> warned = new ConcurrentLinkedQueue<>();
  private ModelCatalog catalog;

  /** As two pods see it: the same models and database, and a store folder for each. */
  @BeforeEach
  void layOut() throws IOException {
    models = Files.createDirectories(folder.resolve("models"));
    own = folder.resolve("own");
    others = folder.resolve("others");
    Artifacts.put(models, "m", Artifacts.fitted(1));
    second = Files.write(folder.resolve("second.onnx"), Artifacts.fitted(2));
  }

  @AfterEach
  void close() {
    if (catalog != null) {
      catalog.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondServiceIsKeptFromTheDatabaseAndTheChampionStays(Databases databases)
      throws Exception {
    StoreAddress store = databases.fresh(folder);
    catalog = open(own, store);
    assertThat(catalog.add("m", second, true, "ada").version()).isEqualTo(2);

    assertThatThrownBy(() -> open(others, store))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("in use by another service")
        .hasMessageContaining("process " + ProcessHandle.current().pid() + " on ")
        .hasMessageContaining("stop that one first");
    assertChampionIsStill2(store);

    // Nor when the first has ended: the second's folder has no version 2.
    catalog.close();
    assertThatThrownBy(() -> open(others, store))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(others.toString())
        .hasMessageContaining("no artifact of model 'm' version 2")
        .hasMessageContaining("--set store.folder=DIR");
    assertChampionIsStill2(store);
    catalog = open(own, store);
    assertThat(champion()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void aFolderOfAnotherDatabaseIsRefused(Databases databases) throws Exception {
    StoreAddress store = databases.fresh(folder);
    open(own, store).close();
    StoreAddress another = databases.fresh(folder.resolve("another"));
    open(others, another).close();

    for (Path wrong : new Path[] {own, others}) {
      assertThatThrownBy(() -> open(wrong, wrong.equals(own) ? another : store))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining(wrong.resolve("store-id").toString())
          .hasMessageContaining("the folder is that of another database");
    }
    catalog = open(own, store);
    assertThat(champion()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aStoreFromBeforeThereWereIdsGetsOne(Databases databases) throws Exception {
    StoreAddress store = databases.fresh(folder);
    catalog = open(own, store);
    assertThat(catalog.add("m", second, true, "ada").version()).isEqualTo(2);
    catalog.close();
    Files.delete(own.resolve("store-id"));

    catalog = open(own, store);

    assertThat(champion()).isEqualTo(2);
    assertThat(own.resolve("store-id")).exists();
  }

  @ParameterizedTest
  @EnumSource
  void aFreshFolderWillDoIfTheFolderOfModelsHasEveryChampion(Databases databases) throws Exception {
    StoreAddress store = databases.fresh(folder);
    open(own, store).close();

    catalog = open(others, store);

    assertThat(champion()).isEqualTo(1);
    assertThat(catalog.audit("m")).noneMatch(entry -> entry.action().equals("fall_back"));
  }

  @Test
  void aConnectionThatWasLostIsMadeAgainAndHoldsTheDatabase() throws Exception {
    StoreAddress store = Databases.POSTGRESQL.fresh(folder);
    catalog = open(own, store);
    cutOff(store);

    catalog.look();

    assertThatThrownBy(() -> open(others, store))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("in use by another service");
    assertThat(catalog.add("m", second, true, "ada").version()).isEqualTo(2);
    assertThat(warned).isEmpty();
  }

  @Test
  void whoLostTheDatabaseToAnotherAnswersStillAndChangesNothing() throws Exception {
    StoreAddress store = Databases.POSTGRESQL.fresh(folder);
    catalog = open(own, store);
    cutOff(store);
    try (StoreLock another = StoreLock.of(store)) {
      Registry unused = Registry.open(store, Clock.systemUTC());
      assertThatThrownBy(() -> catalog.add("m", second, true, "ada"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("another service has taken it over");
      catalog.look();
      assertThat(warned).singleElement().asString().contains("in use by another service");
      assertThat(another.isHeld()).isTrue();
    }
    // It must not take the database back either: whoever took it over may only be restarting.
    catalog.look();
    StoreLock.of(store).close();
    try (ModelLease lease = catalog.lend("m", OptionalInt.empty())) {
      Rows rows = Artifacts.rows(lease.manifest().schema(), 3, 1);
      assertThat(Verdicts.get(lease.judge(rows, Set.of(), Duration.ofSeconds(30))).count())
          .isEqualTo(3);
    }
  }

  private ModelCatalog open(Path storeFolder, StoreAddress store) {
    return ModelCatalog.open(
        models,
        storeFolder,
        QUIET,
        store,
        new ServingListener() {
          @Override
          public void warned(String message) {
            warned.add(message);
          }
        },
        VerdictTap.NONE,
        Clock.systemUTC());
  }

  private int champion() {
    try (ModelLease lease = catalog.lend("m", OptionalInt.empty())) {
      return lease.version().version();
    }
  }

  private static void assertChampionIsStill2(StoreAddress store) throws SQLException {
    try (Connection connection = connect(store);
        PreparedStatement question =
            connection.prepareStatement("SELECT champion FROM model WHERE name = 'm'");
        var answer = question.executeQuery()) {
      assertThat(answer.next()).isTrue();
      assertThat(answer.getInt(1)).isEqualTo(2);
    }
  }

  /** As a network does, or a database that restarts. */
  private static void cutOff(StoreAddress store) throws SQLException {
    try (Connection connection = connect(store);
        PreparedStatement cut =
            connection.prepareStatement(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname ="
                    + " current_database() AND application_name LIKE 'latentry process %'");
        var answer = cut.executeQuery()) {
      assertThat(answer.next()).isTrue();
      assertThat(answer.getInt(1)).isEqualTo(1);
    }
  }

  private static Connection connect(StoreAddress store) throws SQLException {
    return DriverManager.getConnection(
        store.url(), store.user().orElse(""), store.password().orElse(""));
  }
}
