package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.server.registry.AuditEntry;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a service in the course of a year: its database goes, its clock is set back. */
@Timeout(180)
class LostDatabaseTest {
  @TempDir Path models;
  @TempDir Path folder;
  @TempDir Path elsewhere;

  private final List<String> warned = new CopyOnWriteArrayList<>();

  @Test
  void whileTheDatabaseIsAwayRowsAreJudgedAndAFileThatCameMeanwhileIsTakenInAfterwards()
      throws Exception {
    Path data = elsewhere.resolve("data");
    EmbeddedPostgres database = database(data, 0);
    int port = database.getPort();
    Artifacts.put(models, "m", Artifacts.fitted(1));
    StoreAddress store =
        new StoreAddress(
            "jdbc:postgresql://localhost:" + port + "/postgres",
            Optional.of("postgres"),
            Optional.of("postgres"));
    try (ModelCatalog catalog = open(store, Clock.systemUTC())) {
      database.close();

      assertThat(judged(catalog)).isEqualTo(3);
      assertThatThrownBy(() -> move(catalog, 5))
          .isInstanceOfSatisfying(
              RefusedException.class,
              refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_READY))
          .hasMessageStartingWith("store: cannot be used at present")
          .hasMessageNotContaining("jdbc")
          .hasMessageNotContaining(String.valueOf(port));
      assertThat(warned).anyMatch(message -> message.contains("localhost:" + port));
      Artifacts.put(models, "late", Artifacts.fitted(2));
      catalog.look();
      catalog.look();
      assertThat(judged(catalog)).isEqualTo(3);

      database = database(data, port);
      catalog.look();
      catalog.look();

      move(catalog, 7);
      assertThat(catalog.versions("m").get(0).threshold().orElseThrow().score()).isEqualTo(7);
      assertThat(catalog.versions("late").get(0).state()).isEqualTo(ModelVersion.State.READY);
    } finally {
      database.close();
    }
  }

  @Test
  void aClockThatIsSetBackChangesNeitherTheOrderOfTheAuditNorWhatIsTakenIn() throws Exception {
    Instant start = Instant.now();
    AtomicReference<Instant> now = new AtomicReference<>(start);
    InstantSource source = now::get;
    Artifacts.put(models, "m", Artifacts.fitted(1));
    try (ModelCatalog catalog =
        open(StoreAddress.inFolder(folder), source.withZone(ZoneOffset.UTC))) {
      move(catalog, 5);
      now.set(start.minus(Duration.ofDays(400)));
      move(catalog, 6);
      Path file = Files.write(elsewhere.resolve("next.onnx"), Artifacts.fitted(2));
      assertThat(catalog.add("m", file, true, "ada").version()).isEqualTo(2);
      // Its file is of tomorrow, as far as the clock knows.
      Artifacts.put(models, "late", Artifacts.tagged(Artifacts.fitted(1), 1));
      catalog.load("late", "ada");

      assertThat(judged(catalog)).isEqualTo(3);
      assertThat(catalog.audit("m"))
          .extracting(AuditEntry::action)
          .containsExactly("promote", "add", "threshold", "threshold", "promote", "add");
      assertThat(catalog.versions("late").get(0).state()).isEqualTo(ModelVersion.State.READY);
    }
  }

  private static EmbeddedPostgres database(Path data, int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setPort(port)
        .start();
  }

  private static void move(ModelCatalog catalog, double score) {
    var unused = catalog.moveThreshold("m", manifest -> manifest.thresholdAt(score, "test"), "ada");
  }

  private static int judged(ModelCatalog catalog) throws Exception {
    try (ModelLease lease = catalog.lend("m", OptionalInt.empty())) {
      return Verdicts.get(
              lease.judge(
                  Artifacts.rows(lease.manifest().schema(), 3, 1),
                  Set.of(),
                  Duration.ofSeconds(30)))
          .count();
    }
  }

  private ModelCatalog open(StoreAddress store, Clock clock) {
    return ModelCatalog.open(
        models,
        folder,
        new ServingConfig(Duration.ofHours(1), Duration.ofSeconds(5), 1, 64, 256, 1_000),
        store,
        new ServingListener() {
          @Override
          public void warned(String message) {
            warned.add(message);
          }
        },
        VerdictTap.NONE,
        clock);
  }
}
