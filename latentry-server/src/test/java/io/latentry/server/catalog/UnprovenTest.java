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
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.Role;
import io.latentry.server.serving.ModelVersion.State;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start of many models: each is checked at once, and proven before it answers. */
@Timeout(180)
class UnprovenTest {
  private static final byte[] GOOD = Artifacts.fitted(1);
  private static final int MANY = ModelCatalog.FEW + 2;
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Map<Scorer, Boolean> DIFFERENT = new ConcurrentHashMap<>();

  @TempDir Path models;
  @TempDir Path elsewhere;

  /** Proofs that began, and what each of them waits for. */
  private final Map<Scorer, CountDownLatch> begun = new ConcurrentHashMap<>();

  private final CountDownLatch letGo = new CountDownLatch(1);
  private ModelCatalog catalog;

  @AfterEach
  void close() {
    letGo.countDown();
    begun.values().forEach(CountDownLatch::countDown);
    if (catalog != null) {
      catalog.close();
    }
  }

  @Test
  void aStartOfManyIsReadyBeforeTheyAreProvenAndAnswersForNoneUntilItIs() throws Exception {
    put(MANY);
    openProving(this::waiting);
    awaitStates(MANY, State.UNPROVEN);

    assertThat(new Readiness(catalog).getAsBoolean()).isTrue();
    assertThat(catalog.versions())
        .allSatisfy(
            version -> {
              assertThat(version.role()).isEqualTo(Role.CHAMPION);
              assertThat(version.reason()).startsWith("checked, and waiting to be proven");
              assertThat(version.threshold()).isPresent();
            });
    try (ModelLease lease = catalog.lend("m7", OptionalInt.empty())) {
      RefusedException late =
          Verdicts.refusal(lease.judge(rows(lease), Set.of(), Duration.ofMillis(300)));
      assertThat(late.refusal()).isEqualTo(Refusal.DEADLINE);
      CompletableFuture<Judgements> small = lease.judge(rows(lease), Set.of(), LONG);
      CompletableFuture<Judgements> large =
          lease.judge(Artifacts.rows(lease.manifest().schema(), 900, 3), Set.of(), LONG);
      Thread.sleep(300);
      assertThat(small).isNotDone();
      assertThat(large).isNotDone();

      letGo.countDown();

      try (Scorer alone = Verdicts.scorer(elsewhere, Artifacts.tagged(GOOD, 7))) {
        Verdicts.assertSame(Verdicts.get(small), alone.judge(rows(lease)), Set.of());
      }
      assertThat(Verdicts.get(large).count()).isEqualTo(900);
    }
    awaitStates(MANY, State.READY);
    assertThat(catalog.audit("m7")).extracting(AuditEntry::action).contains("add", "promote");
  }

  @Test
  void oneThatIsAskedForIsProvenBeforeThoseThatWait() throws Exception {
    put(MANY);
    openProving(this::oneByOne);
    awaitStates(MANY, State.UNPROVEN);
    awaitBegun(1);

    CompletableFuture<Judgements> judged;
    try (ModelLease lease = catalog.lend("m30", OptionalInt.empty())) {
      judged = lease.judge(rows(lease), Set.of(), LONG);
    }
    awaitBegun(2);
    // Of those that nobody asked for one is proven at a time.
    Thread.sleep(300);
    assertThat(begun).hasSize(2);
    begun.values().forEach(CountDownLatch::countDown);

    assertThat(Verdicts.get(judged).count()).isEqualTo(50);
    assertThat(state("m30")).isEqualTo(State.READY);
    assertThat(catalog.versions())
        .filteredOn(version -> version.state() == State.UNPROVEN)
        .hasSizeGreaterThanOrEqualTo(MANY - 4);
  }

  @Test
  void oneThatFailsItsProofIsNamedAndPassedOverAndAnswersNothing() throws Exception {
    put(MANY);
    Artifacts.put(models, "liar", lying(GOOD));
    openProving(this::waiting);
    awaitStates(MANY + 1, State.UNPROVEN);
    CompletableFuture<Judgements> judged;
    try (ModelLease lease = catalog.lend("liar", OptionalInt.empty())) {
      judged = lease.judge(rows(lease), Set.of(), LONG);

      letGo.countDown();

      RefusedException refused = Verdicts.refusal(judged);
      assertThat(refused.refusal()).isEqualTo(Refusal.NOT_READY);
      assertThat(refused).hasMessageContaining("probe row").hasMessageContaining("not used");
    }
    awaitStates(MANY, State.READY);
    ModelVersion liar = catalog.versions("liar").get(0);
    assertThat(liar.state()).isEqualTo(State.FAILED);
    assertThat(liar.role()).isEqualTo(Role.CANDIDATE);
    assertThat(liar.reason()).contains("probe row").doesNotContain(models.toString());
    assertThat(catalog.audit("liar")).extracting(AuditEntry::action).containsExactly("fail");
    assertThatThrownBy(() -> catalog.lend("liar", OptionalInt.empty()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is failed");
    assertThat(new Readiness(catalog).getAsBoolean()).isTrue();
  }

  @Test
  void aKnownOneThatFailsItsProofAfterAnUpgradeIsStoodInFor() throws Exception {
    put(MANY);
    letGo.countDown();
    openProving(this::waiting);
    awaitStates(MANY, State.READY);
    ModelVersion second =
        catalog.add(
            "m3", Files.write(elsewhere.resolve("m3.onnx"), Artifacts.fitted(2)), true, "ada");
    catalog.close();
    // As after an upgrade, which computes one of them differently.
    Files.delete(StoreAddress.folderIn(models).resolve("proven"));
    open(new Differently(second.bytes()));
    awaitStates(MANY + 1, State.READY, State.FAILED);

    assertThat(catalog.versions("m3").get(1).state()).isEqualTo(State.FAILED);
    assertThat(catalog.versions("m3").get(1).reason()).contains("computes differently");
    assertThat(catalog.versions("m3").get(0).role()).isEqualTo(Role.CHAMPION);
    assertThat(catalog.versions("m3").get(0).state()).isEqualTo(State.READY);
  }

  @Test
  void aChangeWaitsForTheProofAndIsMade() throws Exception {
    put(MANY);
    openProving(this::waiting);
    awaitStates(MANY, State.UNPROVEN);
    CompletableFuture<Void> moved =
        CompletableFuture.runAsync(
            () -> catalog.moveThreshold("m5", m -> m.thresholdAt(1e9, "test"), "ada"));
    Thread.sleep(300);
    assertThat(moved).isNotDone();

    letGo.countDown();

    moved.get(60, SECONDS);
    assertThat(catalog.versions("m5").get(0).threshold().orElseThrow().score()).isEqualTo(1e9);
    catalog.unload("m6", "ada");
    assertThat(state("m6")).isIn(State.UNLOADING, State.UNLOADED);
  }

  @Test
  void oneThatIsReplacedOrRemovedWhileItWaitsIsNotWhatAnswers() throws Exception {
    put(MANY);
    openProving(this::waiting);
    awaitStates(MANY, State.UNPROVEN);
    CompletableFuture<Judgements> judged;
    try (ModelLease lease = catalog.lend("m2", OptionalInt.empty())) {
      judged = lease.judge(rows(lease), Set.of(), LONG);
    }
    byte[] other = Artifacts.fitted(2);
    Artifacts.put(models, "m2", other);
    Files.delete(models.resolve("m1.onnx"));

    RefusedException refused = Verdicts.refusal(judged);
    assertThat(refused.refusal()).isEqualTo(Refusal.NOT_READY);
    assertThat(refused).hasMessageContaining("replaced or removed");
    letGo.countDown();

    awaitStates(MANY - 1, State.READY);
    try (ModelLease lease = catalog.lend("m2", OptionalInt.empty());
        Scorer alone = Verdicts.scorer(elsewhere, other)) {
      Verdicts.assertSame(
          Verdicts.get(lease.judge(rows(lease), Set.of(), LONG)),
          alone.judge(rows(lease)),
          Set.of());
    }
    assertThat(catalog.versions()).extracting(ModelVersion::name).doesNotContain("m1");
  }

  @Test
  void aServiceThatEndsWhileModelsWaitToBeProvenEndsAtOnceAndStartsAgain() throws Exception {
    put(MANY);
    openProving(this::waiting);
    awaitStates(MANY, State.UNPROVEN);
    CompletableFuture<Judgements> judged;
    try (ModelLease lease = catalog.lend("m2", OptionalInt.empty())) {
      judged = lease.judge(rows(lease), Set.of(), LONG);
    }

    catalog.close();

    assertThat(Verdicts.refusal(judged).refusal()).isEqualTo(Refusal.NOT_READY);
    letGo.countDown();
    openProving(this::waiting);
    awaitStates(MANY, State.READY);
  }

  private void waiting(Scorer checked) {
    waitFor(letGo);
    checked.prove();
  }

  private void oneByOne(Scorer checked) {
    CountDownLatch own = begun.computeIfAbsent(checked, scorer -> new CountDownLatch(1));
    waitFor(own);
    checked.prove();
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new ArtifactException("cut off", e);
    }
  }

  /** How a proof goes; opened at once, a file is proven as ever. */
  private interface Proving {
    void prove(Scorer checked);
  }

  private record Opened(Proving proving) implements Opener.Opening {
    @Override
    public Scorer open(Path file) {
      return Scorer.open(file, ScorerOptions.threads(1));
    }

    @Override
    public void prove(Scorer checked) {
      proving.prove(checked);
    }
  }

  /** Finds the file of this length different from what its probes say, however it is opened. */
  private record Differently(long bytes) implements Opener.Opening {
    @Override
    public Scorer open(Path file) {
      try {
        if (Files.size(file) == bytes) {
          throw new ArtifactException("this machine computes differently");
        }
      } catch (IOException e) {
        throw new ArtifactException("not readable", e);
      }
      return Scorer.open(file, ScorerOptions.threads(1));
    }

    @Override
    public Scorer check(Scorer.Bytes artifact) {
      Scorer checked = Opener.Opening.super.check(artifact);
      DIFFERENT.put(checked, artifact.read().length == bytes);
      return checked;
    }

    @Override
    public void prove(Scorer checked) {
      if (DIFFERENT.getOrDefault(checked, false)) {
        throw new ArtifactException("this machine computes differently");
      }
      checked.prove();
    }
  }

  /** A file of the right form whose probes promise another score; it has no digest. */
  private static byte[] lying(byte[] good) {
    String text = new String(good, StandardCharsets.ISO_8859_1);
    int probes = text.indexOf("latentry.probes");
    int score = text.indexOf("\"score\":", probes) + "\"score\":".length();
    byte[] lying = good.clone();
    int digit = text.charAt(score) == '-' ? score + 1 : score;
    lying[digit] = (byte) (lying[digit] == '8' ? '7' : '8');
    // The digest is under another key now.
    lying[text.indexOf("latentry.digest") + "latentry.".length()] = 'x';
    return lying;
  }

  private void put(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Artifacts.put(models, "m" + i, Artifacts.tagged(GOOD, i));
    }
  }

  private State state(String name) {
    return catalog.versions(name).get(0).state();
  }

  private void awaitBegun(int count) throws InterruptedException {
    while (begun.size() < count) {
      Thread.sleep(20);
    }
  }

  /** Until so many versions are in one of these states, others apart. */
  private void awaitStates(int count, State... states) throws InterruptedException {
    Set<State> wanted = Set.of(states);
    List<ModelVersion> seen = new ArrayList<>();
    while (seen.size() != count) {
      Thread.sleep(20);
      seen.clear();
      catalog.versions().stream()
          .filter(version -> wanted.contains(version.state()))
          .forEach(seen::add);
    }
  }

  private static Rows rows(ModelLease lease) {
    return Artifacts.rows(lease.manifest().schema(), 50, 7);
  }

  private void openProving(Proving proving) {
    open(new Opened(proving));
  }

  private void open(Opener.Opening opening) {
    catalog =
        ModelCatalog.open(
            models,
            StoreAddress.folderIn(models),
            new ServingConfig(
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                Duration.ofMinutes(5),
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
}
