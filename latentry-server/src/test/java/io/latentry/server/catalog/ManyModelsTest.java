package io.latentry.server.catalog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.Rows;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.operations.Readiness;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.State;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Very many models: what a start does for each, and how many have an engine. */
@Timeout(180)
class ManyModelsTest {
  private static final byte[] GOOD = Artifacts.fitted(1);

  /** More than a start waits for. */
  private static final int MANY = 120;

  @TempDir Path models;
  @TempDir Path elsewhere;

  private final List<Path> proofs = new CopyOnWriteArrayList<>();
  private final CountDownLatch letGo = new CountDownLatch(1);
  private ModelCatalog catalog;

  @AfterEach
  void close() {
    letGo.countDown();
    if (catalog != null) {
      catalog.close();
    }
  }

  @Test
  void aSecondStartProvesNothingAgainAndEveryModelGivesTheSameVerdicts() throws Exception {
    put(12);
    open(200, counted());
    List<Judgements> before = judgeAll(12);
    assertThat(proofs).hasSize(12);
    catalog.close();
    proofs.clear();

    open(200, counted());

    assertThat(catalog.versions()).hasSize(12);
    assertThat(catalog.versions()).extracting(ModelVersion::state).containsOnly(State.READY);
    List<Judgements> after = judgeAll(12);
    for (int i = 0; i < 12; i++) {
      Verdicts.assertSame(after.get(i), before.get(i), Set.of());
    }
    assertThat(proofs).isEmpty();
  }

  @Test
  void anArtifactDuringWhoseOpeningTheServiceEndedIsProvenAgainAndPassedOverAfterTwice()
      throws Exception {
    put(1);
    open(200, counted());
    catalog.close();
    proofs.clear();
    Path note =
        StoreAddress.folderIn(models)
            .resolve("opening")
            .resolve(catalog.versions().get(0).digest());

    Files.writeString(note, "|");
    open(200, counted());
    assertThat(proofs).hasSize(1);
    assertThat(note).doesNotExist();
    catalog.close();

    Files.writeString(note, "||");
    open(200, counted());
    assertThat(catalog.versions().get(0).state()).isEqualTo(State.FAILED);
    assertThat(catalog.versions().get(0).reason()).contains("the service ended 2 times");
  }

  @Test
  void oneThatIsAskedForTheFirstTimeIsNotedWhileItsEngineIsLoaded() throws Exception {
    OpeningNotes notes = OpeningNotes.in(elsewhere.resolve("opening"));
    Path note = elsewhere.resolve("opening").resolve("a".repeat(64));
    CyclicBarrier together = new CyclicBarrier(3);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<String>> openings = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        openings.add(
            threads.submit(
                () ->
                    notes.noted(
                        "a".repeat(64),
                        () -> {
                          try {
                            together.await(60, SECONDS);
                            String noted = Files.readString(note);
                            together.await(60, SECONDS);
                            return noted;
                          } catch (Exception e) {
                            throw new IllegalStateException(e);
                          }
                        })));
      }
      for (Future<String> opening : openings) {
        // One ending of the process counts once, however many were at it.
        assertThat(opening.get()).isEqualTo("|");
      }
      assertThat(note).doesNotExist();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aProofHoldsForWhatItWasMadeWithAndALineThatWasCutOffIsNone() throws Exception {
    Path file = elsewhere.resolve("proven");
    ProvenArtifacts one = ProvenArtifacts.in(file, "one engine");
    one.add("a".repeat(64));
    one.add("b".repeat(64));
    Files.writeString(file, "c".repeat(40), StandardOpenOption.APPEND);
    ProvenArtifacts same = ProvenArtifacts.in(file, "one engine");
    same.add("d".repeat(64));

    ProvenArtifacts again = ProvenArtifacts.in(file, "one engine");
    assertThat(again.contains("a".repeat(64))).isTrue();
    assertThat(again.contains("b".repeat(64))).isTrue();
    assertThat(again.contains("c".repeat(40))).isFalse();
    assertThat(again.contains("d".repeat(64))).isTrue();

    assertThat(ProvenArtifacts.in(file, "another engine").contains("a".repeat(64))).isFalse();
    assertThat(ProvenArtifacts.in(file, "one engine").contains("a".repeat(64))).isFalse();
    ProvenArtifacts none = ProvenArtifacts.in(file, "");
    none.add("e".repeat(64));
    assertThat(none.contains("e".repeat(64))).isFalse();
  }

  @Test
  void ofMoreModelsThanMayHaveAnEngineThoseAskedTheLongestAgoLoadItAgain() throws Exception {
    put(4);
    List<Scorer> scorers = new CopyOnWriteArrayList<>();
    open(
        2,
        file -> {
          Scorer scorer = scorer(file);
          scorers.add(scorer);
          return scorer;
        });
    List<Judgements> first = judgeAll(4);

    awaitEngines(scorers, 2);
    // Those at rest are the ones that were asked the longest ago: asking them wakes them.
    List<Scorer> asleep = scorers.stream().filter(scorer -> !scorer.hasEngine()).toList();
    judge("m0", OptionalInt.empty());
    judge("m1", OptionalInt.empty());
    assertThat(asleep).allMatch(Scorer::hasEngine);

    List<Judgements> second = judgeAll(4);
    for (int i = 0; i < 4; i++) {
      Verdicts.assertSame(second.get(i), first.get(i), Set.of());
    }
    awaitEngines(scorers, 2);
  }

  @Test
  void anEngineForWhichTheHeapHasNoRoomIsRefusedForNowAndTheOthersAnswer() throws Exception {
    put(2);
    Heap heap = new Heap();
    open(1, heap);
    Judgements expected = judge("m0", OptionalInt.empty());
    judge("m1", OptionalInt.empty());
    awaitEngines(heap.scorers, 1);

    heap.free = HeapRoom.COPIES * (long) GOOD.length;
    assertRefusedForNow("m0");
    judge("m1", OptionalInt.empty());

    // Room that appears when what nobody uses is collected is room.
    heap.looks.set(0);
    heap.free = Long.MAX_VALUE;
    Verdicts.assertSame(judge("m0", OptionalInt.empty()), expected, Set.of());
    assertThat(heap.looks).hasPositiveValue();
  }

  private void assertRefusedForNow(String name) throws Exception {
    try (ModelLease lease = catalog.lend(name, OptionalInt.empty())) {
      RefusedException refused =
          Verdicts.refusal(lease.judge(rows(lease), Set.of(), Duration.ofSeconds(30)));
      assertThat(refused.refusal()).isEqualTo(Refusal.NOT_READY);
      assertThat(refused)
          .hasMessageContaining("not loaded now")
          .hasMessageContaining("free on the heap")
          .hasMessageContaining("LATENTRY_HEAP");
    }
    assertThat(catalog.versions(name).get(0).state()).isEqualTo(State.READY);
  }

  /** A heap with so much free. */
  private static final class Heap implements Opener.Opening {
    private final List<Scorer> scorers = new CopyOnWriteArrayList<>();
    private volatile long free = Long.MAX_VALUE;
    private final AtomicInteger looks = new AtomicInteger();

    @Override
    public Scorer open(Path file) {
      Scorer scorer = Scorer.open(file, ScorerOptions.threads(1));
      scorers.add(scorer);
      return scorer;
    }

    @Override
    public long freeHeapBytes() {
      looks.getAndIncrement();
      return free;
    }
  }

  @Test
  void aStartOfManyModelsListensBeforeAllAreCheckedAndIsNotReadyUntilThen() throws Exception {
    put(MANY);
    open(200, new SlowlyChecked(letGo));
    assertNotReadyUntilAllAreChecked();
    catalog.close();

    // They are known by now, and have to be proven again.
    Files.delete(StoreAddress.folderIn(models).resolve("proven"));
    CountDownLatch again = new CountDownLatch(1);
    open(200, new SlowlyChecked(again));
    assertThat(new Readiness(catalog).getAsBoolean()).isFalse();
    assertThat(catalog.versions())
        .hasSize(MANY)
        .extracting(ModelVersion::state)
        .containsOnly(State.LOADING);
    again.countDown();
    awaitReady();
  }

  private record SlowlyChecked(CountDownLatch latch) implements Opener.Opening {
    @Override
    public Scorer open(Path file) {
      return Scorer.open(file, ScorerOptions.threads(1));
    }

    @Override
    public Scorer check(Scorer.Bytes artifact) {
      waitFor(latch);
      return Scorer.openUnproven(artifact, ScorerOptions.threads(1));
    }
  }

  @Test
  void aFileThatComesLaterIsListedAsLoadingAndTheServiceStaysReady() throws Exception {
    put(1);
    open(200, this::scorer);
    catalog.close();
    open(200, this::slow);
    Artifacts.put(models, "later", Artifacts.tagged(GOOD, 99));

    ModelVersion later = awaitVersionOf("later");

    assertThat(later.state()).isEqualTo(State.LOADING);
    assertThat(new Readiness(catalog).getAsBoolean()).isTrue();
    assertThatThrownBy(() -> catalog.lend("later", OptionalInt.empty()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is loading");
    Files.delete(models.resolve("later.onnx"));
    while (catalog.versions().stream().anyMatch(version -> version.name().equals("later"))) {
      Thread.sleep(20);
    }
  }

  @Test
  void aFileOfTheStoreThatIsLostBeforeItsFirstUseIsToldAndTheVersionBeforeStandsIn()
      throws Exception {
    open(200, this::scorer);
    ModelVersion first = add(GOOD);
    ModelVersion second = add(Artifacts.fitted(2));
    catalog.close();
    open(200, this::scorer);
    Judgements expected = judge("m", OptionalInt.of(first.version()));
    Files.delete(
        StoreAddress.folderIn(models).resolve("artifacts").resolve(second.digest() + ".onnx"));

    try (ModelLease lease = catalog.lend("m", OptionalInt.empty())) {
      RefusedException refused =
          Verdicts.refusal(lease.judge(rows(lease), Set.of(), Duration.ofSeconds(30)));
      assertThat(refused.refusal()).isEqualTo(Refusal.NOT_READY);
      assertThat(refused).hasMessageContaining("its file, which is needed again, cannot be used");
      assertThat(refused.getMessage()).doesNotContain(models.toString());
    }

    while (catalog.versions("m").get(1).state() != State.FAILED) {
      Thread.sleep(20);
    }
    assertThat(catalog.versions("m").get(1).reason()).contains("missing");
    assertThat(catalog.versions("m").get(0).role()).isEqualTo(ModelVersion.Role.CHAMPION);
    Verdicts.assertSame(judge("m", OptionalInt.empty()), expected, Set.of());
  }

  private void assertNotReadyUntilAllAreChecked() throws InterruptedException {
    assertThat(new Readiness(catalog).getAsBoolean()).isFalse();
    assertThat(catalog.versions())
        .hasSize(MANY)
        .extracting(ModelVersion::state)
        .containsOnly(State.LOADING);
    letGo.countDown();
    awaitReady();
    assertThat(catalog.versions())
        .hasSize(MANY)
        .extracting(ModelVersion::state)
        .containsAnyOf(State.UNPROVEN, State.READY)
        .doesNotContain(State.LOADING, State.FAILED);
    // Until they are known: what is not proven yet is no version of the registry.
    while (catalog.versions().stream().anyMatch(version -> version.state() != State.READY)) {
      Thread.sleep(20);
    }
  }

  private void awaitReady() throws InterruptedException {
    while (!new Readiness(catalog).getAsBoolean()) {
      Thread.sleep(20);
    }
  }

  private static void awaitEngines(List<Scorer> scorers, int count) throws InterruptedException {
    while (scorers.stream().filter(Scorer::hasEngine).count() != count) {
      Thread.sleep(20);
    }
  }

  private ModelVersion awaitVersionOf(String name) throws InterruptedException {
    while (true) {
      for (ModelVersion version : catalog.versions()) {
        if (version.name().equals(name)) {
          return version;
        }
      }
      Thread.sleep(20);
    }
  }

  private ModelVersion add(byte[] artifact) throws IOException {
    return catalog.add("m", Files.write(elsewhere.resolve("m.onnx"), artifact), true, "ada");
  }

  private void put(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Artifacts.put(models, "m" + i, Artifacts.tagged(GOOD, i));
    }
  }

  private List<Judgements> judgeAll(int count) throws Exception {
    List<Judgements> judged = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      judged.add(judge("m" + i, OptionalInt.empty()));
    }
    return judged;
  }

  private Judgements judge(String name, OptionalInt version) throws Exception {
    try (ModelLease lease = catalog.lend(name, version)) {
      CompletableFuture<Judgements> judged =
          lease.judge(rows(lease), Set.of(), Duration.ofSeconds(60));
      return judged.get(60, SECONDS);
    }
  }

  private static Rows rows(ModelLease lease) {
    return Artifacts.rows(lease.manifest().schema(), 50, 7);
  }

  private Opener.Opening counted() {
    return file -> {
      proofs.add(file);
      return scorer(file);
    };
  }

  private Scorer slow(Path file) {
    waitFor(letGo);
    return scorer(file);
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new ArtifactException("cut off", e);
    }
  }

  private Scorer scorer(Path file) {
    return Scorer.open(file, ScorerOptions.threads(1));
  }

  private void open(int engines, Opener.Opening opening) {
    catalog =
        ModelCatalog.open(
            models,
            StoreAddress.folderIn(models),
            new ServingConfig(
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                Duration.ofMinutes(5),
                Optional.empty(),
                engines,
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
}
