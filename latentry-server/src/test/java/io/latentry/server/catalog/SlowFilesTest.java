package io.latentry.server.catalog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.State;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file that takes long to open, whether by chance or on purpose. */
@Timeout(120)
class SlowFilesTest {
  private static final byte[] GOOD = Artifacts.fitted(1);

  /** Known by its length. */
  private static final byte[] SLOW = Artifacts.tagged(GOOD, 1);

  @TempDir Path models;
  @TempDir Path elsewhere;

  private final Semaphore slowBegun = new Semaphore(0);
  private final CountDownLatch letGo = new CountDownLatch(1);
  private ModelCatalog catalog;

  @BeforeEach
  void aGoodModel() throws IOException {
    Artifacts.put(models, "good", GOOD);
  }

  @AfterEach
  void close() {
    letGo.countDown();
    if (catalog != null) {
      catalog.close();
    }
  }

  @Test
  void aSlowFileInTheFolderHoldsUpNoChangeOfAnotherModel() throws Exception {
    open(Duration.ofMinutes(5));
    Artifacts.put(models, "slow", SLOW);
    assertThat(slowBegun.tryAcquire(60, SECONDS)).isTrue();

    changeOthers();

    assertThat(catalog.versions("slow").get(0).state()).isEqualTo(State.LOADING);
    letGo.countDown();
    awaitVersionOf("slow", State.READY);
  }

  @Test
  void aSlowUploadHoldsUpNoChangeOfAnotherModel() throws Exception {
    open(Duration.ofMinutes(5));
    Path file = Files.write(elsewhere.resolve("slow.onnx"), SLOW);
    CompletableFuture<ModelVersion> upload =
        CompletableFuture.supplyAsync(() -> catalog.add("slow", file, true, "ada"));
    assertThat(slowBegun.tryAcquire(60, SECONDS)).isTrue();

    changeOthers();

    assertThat(upload).isNotDone();
    letGo.countDown();
    assertThat(upload.get(60, SECONDS).state()).isEqualTo(State.READY);
  }

  @Test
  void aFileThatIsNotOpenWithinTheLimitCountsAsNoneAndSaysWhy() throws Exception {
    open(Duration.ofSeconds(8));
    Artifacts.put(models, "slow", SLOW);

    ModelVersion slow = awaitVersionOf("slow", State.FAILED);

    assertThat(slow.reason())
        .startsWith("not open after 8000 ms (expected: within limits.open_timeout_millis)");
    Path file = Files.write(elsewhere.resolve("slow.onnx"), SLOW);
    assertThatThrownBy(() -> catalog.add("sent", file, true, "ada"))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("artifact: not open after 8000 ms");
    changeOthers();
    // Nobody is kept out for ever: asked for again, it is tried again.
    letGo.countDown();
    catalog.load("slow", "ada");
    assertThat(catalog.versions("slow").get(0).state()).isEqualTo(State.READY);
  }

  @Test
  void threadsThatWereGivenUpAreBoundedAndNothingIsOpenedUntilOneEnds() throws Exception {
    Path file = Files.write(elsewhere.resolve("slow.onnx"), SLOW);
    CountDownLatch stubborn = new CountDownLatch(1);
    OpeningNotes notes = OpeningNotes.in(elsewhere.resolve("opening"));
    Opener.Opening never =
        slow -> {
          while (stubborn.getCount() > 0) {
            Thread.onSpinWait();
          }
          throw new ArtifactException("too late");
        };
    ProvenArtifacts none = ProvenArtifacts.in(elsewhere.resolve("proven"), "");
    try (Opener opener = new Opener(notes, none, never, Duration.ofMillis(50))) {
      List<CompletableFuture<Scorer>> begun = new ArrayList<>();
      for (int i = 0; i < Opener.MOST_GIVEN_UP; i++) {
        begun.add(opener.begin(new OnDisk(file, "a".repeat(63) + i)));
      }
      begun.forEach(
          opening ->
              assertThatThrownBy(() -> Opener.opened(opening))
                  .isInstanceOf(ArtifactException.class)
                  .hasMessageContaining("not open after 50 ms"));

      assertThatThrownBy(() -> opener.open(new OnDisk(file, "b".repeat(64))))
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining("4 files that took too long still keep the processor busy");

      stubborn.countDown();
      String message = "";
      for (int i = 0; i < 600 && !message.equals("too late"); i++) {
        Thread.sleep(50);
        message =
            org.assertj.core.api.Assertions.catchThrowable(
                    () -> opener.open(new OnDisk(file, "b".repeat(64))))
                .getMessage();
      }
      assertThat(message).isEqualTo("too late");
    }
  }

  @Test
  void aFileThatEndedWithTheServiceByItsOrdinaryEndIsNotPassedOver() throws Exception {
    for (int start = 0; start < 3; start++) {
      open(Duration.ofMinutes(5));
      Artifacts.put(models, "slow", Artifacts.tagged(GOOD, 1));
      assertThat(slowBegun.tryAcquire(60, SECONDS)).isTrue();
      catalog.close();
      Files.delete(models.resolve("slow.onnx"));
    }
    letGo.countDown();
    Artifacts.put(models, "slow", Artifacts.tagged(GOOD, 1));
    open(Duration.ofMinutes(5));

    awaitVersionOf("slow", State.READY);
  }

  @Test
  void aStartOpensTwoFilesAtATimeAndCopiesNoneThatItHas() throws Exception {
    Artifacts.put(models, "other", Artifacts.fitted(2));
    open(Duration.ofMinutes(5));
    catalog.close();
    Path artifacts = StoreAddress.folderIn(models).resolve("artifacts");
    Files.delete(StoreAddress.folderIn(models).resolve("proven"));
    FileTime before = FileTime.from(Instant.EPOCH);
    Files.setLastModifiedTime(artifacts, before);

    CountDownLatch both = new CountDownLatch(2);
    List<Boolean> together = new CopyOnWriteArrayList<>();
    open(
        Duration.ofMinutes(5),
        file -> {
          both.countDown();
          try {
            together.add(both.await(30, SECONDS));
          } catch (InterruptedException e) {
            throw new ArtifactException("cut off", e);
          }
          return scorer(file);
        });

    assertThat(together).containsExactly(true, true);
    assertThat(catalog.versions()).extracting(ModelVersion::state).containsOnly(State.READY);
    assertThat(Files.getLastModifiedTime(artifacts)).isEqualTo(before);
    assertThat(catalog.audit("other")).hasSize(2);
  }

  private record OnDisk(Path file, String digest) implements Opener.Artifact {
    @Override
    public long bytes() {
      return SLOW.length;
    }

    @Override
    public byte[] read() {
      throw new ArtifactException("not proven (expected: nobody reads it)");
    }
  }

  private void changeOthers() throws Exception {
    CompletableFuture.runAsync(
            () -> catalog.moveThreshold("good", m -> m.thresholdAt(1e9, "test"), "ada"))
        .get(30, SECONDS);
    assertThat(catalog.versions("good").get(0).threshold().orElseThrow().score()).isEqualTo(1e9);
    Path other = Files.write(elsewhere.resolve("other.onnx"), Artifacts.fitted(2));
    assertThat(
            CompletableFuture.supplyAsync(() -> catalog.add("other", other, true, "ada"))
                .get(30, SECONDS)
                .state())
        .isEqualTo(State.READY);
  }

  private ModelVersion awaitVersionOf(String name, State state) throws InterruptedException {
    while (true) {
      for (ModelVersion version : catalog.versions()) {
        if (version.name().equals(name) && version.state() == state) {
          return version;
        }
      }
      Thread.sleep(20);
    }
  }

  private void open(Duration limit) {
    open(limit, this::scorer);
  }

  private void open(Duration limit, Opener.Opening opening) {
    catalog =
        ModelCatalog.open(
            models,
            StoreAddress.folderIn(models),
            new ServingConfig(
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                limit,
                Optional.empty(),
                200,
                1,
                64,
                256,
                1_000),
            StoreAddress.inFolder(models),
            ServingListener.NONE,
            VerdictTap.NONE,
            Clock.systemUTC(),
            opening);
  }

  private Scorer scorer(Path file) {
    try {
      if (Files.size(file) == SLOW.length) {
        slowBegun.release();
        letGo.await();
      }
      return Scorer.open(file, ScorerOptions.threads(1));
    } catch (IOException | InterruptedException e) {
      throw new ArtifactException(file + ": " + e, e);
    }
  }
}
