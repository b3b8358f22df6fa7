package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Rows;
import io.latentry.server.registry.ArtifactStore;
import io.latentry.server.registry.Databases;
import io.latentry.server.registry.RegisteredModel;
import io.latentry.server.registry.RegisteredVersion;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service is killed while it works; {@code -Dlatentry.kills=100} makes it the long run. */
class KillTest {
  private static final int KILLS = Integer.getInteger("latentry.kills", 3);
  private static final long SEED = 11;
  private static final ServingConfig QUIET =
      new ServingConfig(Duration.ofMillis(50), Duration.ofSeconds(5), 1, 64, 256, 1_000);

  @TempDir Path models;
  @TempDir Path elsewhere;
  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource
  void afterAKillEveryModelHasOneChampionAndEveryFileIsWhole(Databases databases) throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    StoreAddress store = databases.fresh(models);
    Path artifact = Files.write(elsewhere.resolve("artifact"), Artifacts.fitted(1));
    int versions = 0;
    for (int kill = 1; kill <= KILLS; kill++) {
      boolean whileStarting = kill % 3 == 0;
      killAtSomePoint(store, artifact, kill, whileStarting, random);
      versions = assertWhole(store, "seed " + SEED + ", kill " + kill);
    }
    // It was killed at work, not idle.
    assertThat(versions).isGreaterThan(2);
    try (Stream<Path> left = Files.list(temporary)) {
      // Kills in the moment in which a library is unpacked leave it there.
      assertThat(left).hasSizeLessThanOrEqualTo(KILLS / 3);
    }
  }

  private void killAtSomePoint(
      StoreAddress store, Path artifact, int seed, boolean whileStarting, SplittableRandom random)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                HammeredService.class.getName(),
                models.toString(),
                artifact.toString(),
                String.valueOf(seed),
                store.url()));
    store.user().ifPresent(command::add);
    store.password().ifPresent(command::add);
    Path errors = elsewhere.resolve("errors");
    Process service =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
            .start();
    try (BufferedReader said = service.inputReader()) {
      if (whileStarting) {
        Thread.sleep(200 + random.nextInt(1_300));
      } else {
        for (int left = 3 + random.nextInt(12); left > 0; left--) {
          assertThat(said.readLine()).as(Files.readString(errors)).isEqualTo("changed");
        }
        Thread.sleep(random.nextInt(100));
      }
      assertThat(service.isAlive()).as(Files.readString(errors)).isTrue();
    } finally {
      Process killed = service.destroyForcibly();
      assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Returns how many versions there are. */
  private int assertWhole(StoreAddress store, String when) throws Exception {
    int versions = 0;
    List<RegisteredModel> registered = Registry.open(store, Clock.systemUTC()).models().all();
    ArtifactStore artifacts = ArtifactStore.open(models.resolve(".latentry").resolve("artifacts"));
    for (RegisteredModel model : registered) {
      assertThat(model.version(model.champion())).as(when).isPresent();
      Set<String> digests = new HashSet<>();
      for (RegisteredVersion version : model.versions()) {
        versions++;
        assertThat(version.number()).as(when).isEqualTo(digests.size() + 1);
        assertThat(digests.add(version.digest())).as(when).isTrue();
        assertThat(artifacts.whole(version.digest())).as(when).exists();
        assertThat(version.thresholds()).as(when).isNotEmpty();
      }
    }
    try (ModelCatalog catalog =
        ModelCatalog.open(
            models,
            StoreAddress.folderIn(models),
            QUIET,
            store,
            ServingListener.NONE,
            VerdictTap.NONE,
            Clock.systemUTC())) {
      for (RegisteredModel model : registered) {
        assertThat(
                catalog.versions(model.name()).stream()
                    .filter(version -> version.role() == ModelVersion.Role.CHAMPION))
            .as(when)
            .singleElement()
            .satisfies(
                champion -> assertThat(champion.state()).isEqualTo(ModelVersion.State.READY));
        try (ModelLease lease = catalog.lend(model.name(), OptionalInt.empty())) {
          Rows rows = Artifacts.rows(lease.manifest().schema(), 3, 1);
          assertThat(Verdicts.get(lease.judge(rows, Set.of(), Duration.ofSeconds(30))).count())
              .isEqualTo(3);
        }
      }
    }
    return versions;
  }
}
