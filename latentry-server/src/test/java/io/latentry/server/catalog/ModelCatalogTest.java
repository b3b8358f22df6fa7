package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.Digest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.registry.Databases;
import io.latentry.server.registry.RegistryException;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelCatalogTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final OptionalInt CHAMPION = OptionalInt.empty();

  /** No look but those that a test asks for. */
  private static final ServingConfig QUIET =
      new ServingConfig(Duration.ofHours(1), Duration.ofSeconds(30), 2, 64, 256, 10_000);

  @TempDir Path models;
  @TempDir Path elsewhere;

  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private ModelCatalog catalog;

  @AfterEach
  void close() {
    if (catalog != null) {
      catalog.close();
    }
  }

  @Test
  void everyFileOfTheFolderIsAModelOfItsName() throws Exception {
    putOld("pump-3.b_C", Artifacts.fitted(1));
    putOld("valve", Artifacts.fitted(2));
    Files.writeString(models.resolve("README.md"), "no model");
    putOld(".hidden", Artifacts.fitted(1));
    putOld("not a name", Artifacts.fitted(1));
    putOld("x".repeat(101), Artifacts.fitted(1));

    open();

    assertThat(catalog.versions())
        .extracting(ModelVersion::name, ModelVersion::version, ModelVersion::state)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("pump-3.b_C", 1, State.READY),
            org.assertj.core.groups.Tuple.tuple("valve", 1, State.READY));
    assertThat(events.stream().filter(event -> event.startsWith("warned")))
        .hasSize(2)
        .anySatisfy(event -> assertThat(event).contains("not a name.onnx").contains("rename"));
    assertThat(score("valve")).isNotEqualTo(score("pump-3.b_C"));
  }

  @ParameterizedTest
  @EnumSource
  void aVersionIsDeployedPromotedRolledBackAndFoundAgainAfterARestart(Databases databases)
      throws Exception {
    StoreAddress store = databases.fresh(models);
    open(store);
    Path file = Files.write(elsewhere.resolve("m.onnx"), Artifacts.fitted(1));
    ModelVersion first = catalog.add("m", file, false, "ada");
    assertThat(first.role()).isEqualTo(Role.CHAMPION);
    assertThat(first.state()).isEqualTo(State.READY);
    float scoreOfFirst = score("m");

    Files.write(file, Artifacts.fitted(2));
    ModelVersion second = catalog.add("m", file, false, "bob");
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.role()).isEqualTo(Role.CANDIDATE);
    assertThat(score("m")).isEqualTo(scoreOfFirst);
    float scoreOfSecond = score("m", OptionalInt.of(2));
    assertThat(scoreOfSecond).isNotEqualTo(scoreOfFirst);

    assertThat(catalog.promote("m", 2, "eve").role()).isEqualTo(Role.CHAMPION);
    assertThat(score("m")).isEqualTo(scoreOfSecond);
    assertThat(score("m", OptionalInt.of(1))).isEqualTo(scoreOfFirst);

    reopen(store);
    assertThat(score("m")).isEqualTo(scoreOfSecond);

    assertThatThrownBy(() -> catalog.rollBack("m", 1, "eve", "judged before"))
        .satisfies(refusedAs(Refusal.CONFLICT))
        .hasMessage("model 'm': version 2 is the champion by now");
    assertThatThrownBy(() -> catalog.promote("m", 1, 1, "eve", "judged before"))
        .satisfies(refusedAs(Refusal.CONFLICT));
    assertThat(score("m")).isEqualTo(scoreOfSecond);

    assertThat(catalog.rollBack("m", 2, "eve", "judged").version()).isEqualTo(1);
    assertThat(score("m")).isEqualTo(scoreOfFirst);
    assertThatThrownBy(() -> catalog.rollBack("m", "eve")).satisfies(refusedAs(Refusal.CONFLICT));
    assertThat(catalog.versions("m").get(1).role()).isEqualTo(Role.RETIRED);

    reopen(store);
    assertThat(score("m")).isEqualTo(scoreOfFirst);
    assertThat(catalog.audit("m"))
        .extracting(AuditEntry::action, AuditEntry::version, AuditEntry::by)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("roll_back", 1, "eve"),
            org.assertj.core.groups.Tuple.tuple("promote", 2, "eve"),
            org.assertj.core.groups.Tuple.tuple("add", 2, "bob"),
            org.assertj.core.groups.Tuple.tuple("promote", 1, "ada"),
            org.assertj.core.groups.Tuple.tuple("add", 1, "ada"));
  }

  @ParameterizedTest
  @EnumSource
  void aMovedThresholdIsInForceForTheNextRequestAndAfterARestart(Databases databases)
      throws Exception {
    StoreAddress store = databases.fresh(models);
    putOld("m", Artifacts.fitted(1));
    open(store);
    Threshold fitted = catalog.versions("m").get(0).threshold().orElseThrow();
    try (ModelLease lease = catalog.lend("m", CHAMPION)) {
      ModelVersion moved =
          catalog.moveThreshold("m", m -> m.thresholdAt(-1e9, "test"), "ada").version();
      assertThat(moved.thresholdHistory()).containsExactly(fitted);
      // Of a lease that was lent before, too.
      assertThat(lease.version().threshold().orElseThrow().score()).isEqualTo(-1e9);
      Rows rows = Artifacts.rows(lease.manifest().schema(), 40, 1);
      assertThat(Verdicts.get(lease.judge(rows, Set.of(), LONG)).count(Verdict.NORMAL)).isZero();
    }

    reopen(store);
    assertThat(catalog.versions("m").get(0).threshold().orElseThrow().score()).isEqualTo(-1e9);
    assertThat(catalog.undoThreshold("m", "bob").after()).isEqualTo(fitted);
    assertThatThrownBy(() -> catalog.undoThreshold("m", "bob"))
        .satisfies(refusedAs(Refusal.CONFLICT));
  }

  @Test
  void aThresholdOfAnotherModelOrNoneAtAllIsRefused() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    Threshold fitted = catalog.versions("m").get(0).threshold().orElseThrow();
    Threshold foreign =
        new Threshold(1, Threshold.Rule.MANUAL, 0.1, 0.2, 100, "another model", "test");

    assertThatThrownBy(() -> catalog.moveThreshold("m", m -> foreign, "ada"))
        .satisfies(refusedAs(Refusal.BAD_INPUT));
    assertThatThrownBy(() -> catalog.moveThreshold("m", m -> m.thresholdFor(7, "test"), "ada"))
        .satisfies(refusedAs(Refusal.BAD_INPUT));
    assertThat(catalog.versions("m").get(0).threshold()).contains(fitted);
  }

  @Test
  void aNewFileIsTheNextVersionAndTheChampion() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    float before = score("m");

    Artifacts.put(models, "m", Artifacts.fitted(2));
    lookTwice();

    assertThat(score("m")).isNotEqualTo(before);
    assertThat(catalog.versions("m"))
        .extracting(ModelVersion::role)
        .containsExactly(Role.RETIRED, Role.CHAMPION);
    assertThat(catalog.versions("m").get(1).addedBy()).isEqualTo("file");

    // The first content again: no third version.
    Artifacts.put(models, "m", Artifacts.fitted(1));
    lookTwice();
    assertThat(score("m")).isEqualTo(before);
    assertThat(catalog.versions("m")).hasSize(2);
  }

  @Test
  void aFileThatLiesThereAlreadyDisplacesNoVersionThatWasPromotedSince() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    ModelVersion added =
        catalog.add(
            "m", Files.write(elsewhere.resolve("m.onnx"), Artifacts.fitted(2)), true, "ada");
    assertThat(added.role()).isEqualTo(Role.CHAMPION);

    reopen(StoreAddress.inFolder(models));
    lookTwice();

    try (ModelLease lease = catalog.lend("m", CHAMPION)) {
      assertThat(lease.version().version()).isEqualTo(2);
    }
  }

  @Test
  void aBadFileDisplacesNothingAndIsShownWithItsReason() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    float before = score("m");

    Artifacts.put(models, "m", Arrays.copyOf(Artifacts.fitted(2), 5_000));
    lookTwice();
    lookTwice();

    assertThat(score("m")).isEqualTo(before);
    ModelVersion failed = catalog.versions("m").get(1);
    assertThat(failed.state()).isEqualTo(State.FAILED);
    assertThat(failed.reason())
        .contains("cut off or damaged")
        .doesNotContain(".part")
        .doesNotContain("xception");
    assertThatThrownBy(() -> catalog.lend("m", OptionalInt.of(2)))
        .satisfies(refusedAs(Refusal.NOT_READY))
        .hasMessageContaining("cut off or damaged");
    // Tried once, told once.
    assertThat(events.stream().filter(event -> event.startsWith("failed"))).hasSize(1);
    assertThat(catalog.audit("m").stream().filter(entry -> entry.action().equals("fail")))
        .hasSize(1);

    reopen(StoreAddress.inFolder(models));
    assertThat(score("m")).isEqualTo(before);
    assertThat(catalog.versions("m").get(1).state()).isEqualTo(State.FAILED);
    assertThat(catalog.audit("m").stream().filter(entry -> entry.action().equals("fail")))
        .hasSize(1);

    Artifacts.put(models, "m", Artifacts.fitted(2));
    lookTwice();
    assertThat(catalog.versions("m"))
        .extracting(ModelVersion::state)
        .containsExactly(State.READY, State.READY);
    assertThat(score("m")).isNotEqualTo(before);
  }

  @Test
  void aModelWhoseOnlyFileIsBadIsKnownButNotReady() throws Exception {
    Files.createDirectory(models.resolve("folder.onnx"));
    putOld("empty", new byte[0]);
    putOld("noise", new byte[] {1, 2, 3});
    open();
    lookTwice();

    for (String name : List.of("empty", "folder", "noise")) {
      assertThat(catalog.versions(name))
          .singleElement()
          .satisfies(version -> assertThat(version.state()).isEqualTo(State.FAILED));
      assertThatThrownBy(() -> catalog.lend(name, CHAMPION))
          .satisfies(refusedAs(Refusal.NOT_READY));
    }
    Files.delete(models.resolve("noise.onnx"));
    lookTwice();
    lookTwice();
    assertThatThrownBy(() -> catalog.versions("noise")).satisfies(refusedAs(Refusal.UNKNOWN));
  }

  @Test
  void anEntryOfWhichNothingCanBeToldIsNamedAndPassedOver() throws Exception {
    Path loop = models.resolve("loop.onnx");
    Files.createSymbolicLink(loop, loop);
    putOld("m", Artifacts.fitted(1));
    open();
    lookTwice();

    float score = score("m");
    assertThat(catalog.versions("loop"))
        .singleElement()
        .satisfies(version -> assertThat(version.state()).isEqualTo(State.FAILED))
        .satisfies(version -> assertThat(version.reason()).startsWith("not readable: "));
    assertThat(events.stream().filter(event -> event.startsWith("failed"))).hasSize(1);

    putOld("n", Artifacts.fitted(1));
    Files.delete(models.resolve("m.onnx"));
    lookTwice();
    lookTwice();
    assertThat(score("n")).isEqualTo(score);
    assertThatThrownBy(() -> catalog.lend("m", CHAMPION)).satisfies(refusedAs(Refusal.NOT_READY));

    Files.delete(loop);
    lookTwice();
    lookTwice();
    assertThatThrownBy(() -> catalog.versions("loop")).satisfies(refusedAs(Refusal.UNKNOWN));
  }

  @Test
  void aLinkToNothingIsNamedAndPassedOver() throws Exception {
    Path link = models.resolve("link.onnx");
    Files.createSymbolicLink(link, elsewhere.resolve("later.onnx"));
    putOld("m", Artifacts.fitted(1));
    open();
    lookTwice();

    float score = score("m");
    assertThat(catalog.versions("link"))
        .singleElement()
        .satisfies(version -> assertThat(version.state()).isEqualTo(State.FAILED))
        .satisfies(
            version ->
                assertThat(version.reason())
                    .isEqualTo("not readable: a link to a file that is not there"));
    Artifacts.put(elsewhere, "later", Artifacts.fitted(1));
    lookTwice();
    lookTwice();
    assertThat(score("link")).isEqualTo(score);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no pipes among files")
  void aPipeHoldsUpNobody() throws Exception {
    Process made =
        new ProcessBuilder("mkfifo", models.resolve("pipe.onnx").toString()).inheritIO().start();
    assertThat(made.waitFor()).isZero();
    putOld("m", Artifacts.fitted(1));
    open();
    lookTwice();

    assertThat(score("m")).isFinite();
    assertThat(catalog.versions("pipe"))
        .singleElement()
        .satisfies(version -> assertThat(version.state()).isEqualTo(State.FAILED));
  }

  @Test
  void aModelStaysWhileNothingCanBeToldOfItsFile() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    float before = score("m");
    Path file = models.resolve("m.onnx");
    Files.delete(file);
    Files.createSymbolicLink(file, file);
    lookTwice();
    lookTwice();
    assertThat(score("m")).isEqualTo(before);
    assertThat(catalog.versions("m").get(1).reason()).startsWith("not readable: ");

    Files.delete(file);
    putOld("m", Artifacts.fitted(1));
    lookTwice();
    assertThat(score("m")).isEqualTo(before);
    assertThat(catalog.versions("m")).hasSize(1);
  }

  @Test
  void aFileThatEndedTheServiceTwiceIsPassedOverAndNamed() throws Exception {
    byte[] ends = Artifacts.tagged(Artifacts.fitted(1), 7);
    String digest = HexFormat.of().formatHex(Digest.sha256().digest(ends));
    Path note = models.resolve(".latentry").resolve("opening").resolve(digest);
    Files.createDirectories(note.getParent());
    putOld("ends", ends);
    putOld("m", Artifacts.fitted(1));

    // The machine may have failed once.
    Files.writeString(note, "|");
    open();
    assertThat(score("ends")).isEqualTo(score("m"));
    assertThat(note).doesNotExist();

    Files.writeString(note, "||");
    reopen(StoreAddress.inFolder(models));
    assertThat(score("m")).isNotNaN();
    assertThat(catalog.versions("ends"))
        .singleElement()
        .satisfies(version -> assertThat(version.state()).isEqualTo(State.FAILED))
        .satisfies(
            version ->
                assertThat(version.reason())
                    .contains("the service ended 2 times while it opened this file")
                    .contains(note.toString()));
    assertThat(note).exists();

    Files.delete(note);
    catalog.load("ends", "ana");
    assertThat(score("ends")).isEqualTo(score("m"));
  }

  @Test
  void aFileThatStandsUnderANoteIsNotOpened() {
    OpeningNotes notes = OpeningNotes.in(elsewhere.resolve("opening"));
    Path note = elsewhere.resolve("opening").resolve("abc");
    assertThat(notes.<String>noted("abc", () -> Files.exists(note) ? "noted" : "not noted"))
        .isEqualTo("noted");
    assertThat(note).doesNotExist();
    assertThatThrownBy(
            () ->
                notes.noted(
                    "abc",
                    () -> {
                      throw new IllegalStateException("bad");
                    }))
        .hasMessage("bad");
    assertThat(note).doesNotExist();
  }

  @Test
  void aFileThatIsStillBeingCopiedIsNotReadHalf() throws Exception {
    open();
    byte[] artifact = Artifacts.fitted(1);
    Path file = models.resolve("m.onnx");
    for (int part = 1; part <= 4; part++) {
      Files.write(file, Arrays.copyOf(artifact, artifact.length / 5 * part));
      catalog.look();
      assertThatThrownBy(() -> catalog.versions("m")).satisfies(refusedAs(Refusal.UNKNOWN));
    }
    Files.write(file, artifact);
    lookTwice();
    assertThat(catalog.versions("m"))
        .singleElement()
        .satisfies(version -> assertThat(version.state()).isEqualTo(State.READY));
    assertThat(events.stream().filter(event -> event.startsWith("failed"))).isEmpty();
  }

  @Test
  void removingAFileUnloadsTheModelAndRestoringItLoadsItAgain() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    float before = score("m");
    Path unused = Files.move(models.resolve("m.onnx"), elsewhere.resolve("m.onnx"));

    catalog.look();
    // A file may be gone for the moment between removing and copying.
    assertThat(score("m")).isEqualTo(before);
    catalog.look();
    assertThat(catalog.versions("m").get(0).state()).isEqualTo(State.UNLOADED);
    assertThatThrownBy(() -> catalog.lend("m", CHAMPION)).satisfies(refusedAs(Refusal.NOT_READY));

    reopen(StoreAddress.inFolder(models));
    assertThat(catalog.versions("m").get(0).state()).isEqualTo(State.UNLOADED);

    Artifacts.put(models, "m", Files.readAllBytes(elsewhere.resolve("m.onnx")));
    lookTwice();
    assertThat(score("m")).isEqualTo(before);
    assertThat(catalog.versions("m")).hasSize(1);
  }

  @Test
  void anUnloadedModelFinishesWhatIsUnderWayAndStaysUnloaded() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    ModelLease lease = catalog.lend("m", CHAMPION);

    catalog.unload("m", "ada");

    assertThat(catalog.versions("m").get(0).state()).isEqualTo(State.UNLOADING);
    assertThatThrownBy(() -> catalog.lend("m", CHAMPION)).satisfies(refusedAs(Refusal.NOT_READY));
    Rows rows = Artifacts.rows(lease.manifest().schema(), 300, 1);
    CompletableFuture<Judgements> verdicts = lease.judge(rows, Set.of(), LONG);
    // What was asked for before the lease was given back is answered.
    lease.close();
    assertThat(Verdicts.get(verdicts).count()).isEqualTo(300);
    assertThat(catalog.versions("m").get(0).state()).isEqualTo(State.UNLOADED);
    awaitEvent("unloaded m 1");

    reopen(StoreAddress.inFolder(models));
    assertThatThrownBy(() -> catalog.lend("m", CHAMPION)).satisfies(refusedAs(Refusal.NOT_READY));
    catalog.load("m", "ada");
    assertThat(score("m")).isFinite();
  }

  @Test
  void loadingByNameTakesInAFileThatWasPutThereJustNow() throws Exception {
    open(
        StoreAddress.inFolder(models),
        new ServingConfig(Duration.ofMillis(200), Duration.ofSeconds(30), 2, 64, 256, 10_000));
    Artifacts.put(models, "m", Artifacts.fitted(1));
    catalog.load("m", "ada");
    assertThat(score("m")).isFinite();
  }

  @Test
  void aLeaseThatNobodyGivesBackIsCutOffAfterTheDrainLimit() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open(
        StoreAddress.inFolder(models),
        new ServingConfig(Duration.ofMillis(20), Duration.ofMillis(50), 2, 64, 256, 10_000));
    ModelLease lease = catalog.lend("m", CHAMPION);
    catalog.unload("m", "ada");
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!events.contains("unloaded m 1") && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
    assertThat(catalog.versions("m").get(0).state()).isEqualTo(State.UNLOADED);
    Rows rows = Artifacts.rows(lease.manifest().schema(), 1, 1);
    assertThat(Verdicts.refusal(lease.judge(rows, Set.of(), LONG)).refusal())
        .isEqualTo(Refusal.NOT_READY);
  }

  @Test
  void aDamagedChampionFallsBackToTheOneBeforeItAndSaysSo() throws Exception {
    open();
    Path file = elsewhere.resolve("m.onnx");
    for (int seed = 1; seed <= 3; seed++) {
      ModelVersion added =
          catalog.add(
              "m", Files.write(file, Artifacts.tagged(Artifacts.fitted(1), seed)), true, "ada");
      assertThat(added.version()).isEqualTo(seed);
    }
    List<ModelVersion> versions = catalog.versions("m");
    catalog.close();
    Files.delete(kept(versions.get(2)));
    byte[] bytes = Files.readAllBytes(kept(versions.get(1)));
    bytes[bytes.length / 2] ^= 1;
    Files.write(kept(versions.get(1)), bytes);

    open();

    try (ModelLease lease = catalog.lend("m", CHAMPION)) {
      assertThat(lease.version().version()).isEqualTo(1);
    }
    assertThat(catalog.versions("m"))
        .extracting(ModelVersion::state)
        .containsExactly(State.READY, State.FAILED, State.FAILED);
    assertThat(catalog.versions("m").get(1).reason()).contains("damaged");
    assertThat(catalog.versions("m").get(2).reason()).contains("missing");
    assertThat(events).anySatisfy(event -> assertThat(event).contains("fell back to version 1"));
    assertThat(catalog.audit("m").get(0).action()).isEqualTo("fall_back");
    assertThatThrownBy(() -> catalog.promote("m", 3, "ada"))
        .satisfies(refusedAs(Refusal.CONFLICT))
        .hasMessageContaining("missing");
  }

  @Test
  void aDamagedStoreIsHealedFromTheFolder() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    Path kept = kept(catalog.versions("m").get(0));
    catalog.close();
    Files.write(kept, new byte[] {1});

    open();

    assertThat(score("m")).isFinite();
    assertThat(Files.readAllBytes(kept)).isEqualTo(Artifacts.fitted(1));
  }

  @Test
  void aModelWithoutAnyUsableVersionIsNotReadyAndTheOthersAre() throws Exception {
    putOld("good", Artifacts.fitted(1));
    open();
    ModelVersion added =
        catalog.add("lost", Files.write(elsewhere.resolve("m"), Artifacts.fitted(2)), true, "ada");
    catalog.close();
    Files.delete(kept(added));

    open();

    assertThat(score("good")).isFinite();
    assertThatThrownBy(() -> catalog.lend("lost", CHAMPION))
        .satisfies(refusedAs(Refusal.NOT_READY))
        .hasMessageContaining("missing");
  }

  @Test
  void whatIsNoArtifactOrNoNameIsNotAdded() throws Exception {
    open();
    Path noise = Files.write(elsewhere.resolve("noise"), new byte[] {1, 2, 3});
    Path good = Files.write(elsewhere.resolve("good"), Artifacts.fitted(1));

    assertThatThrownBy(() -> catalog.add("m", noise, true, "ada"))
        .satisfies(refusedAs(Refusal.BAD_INPUT))
        .hasMessageNotContaining(".part");
    Path empty = Files.write(elsewhere.resolve("empty"), new byte[0]);
    assertThatThrownBy(() -> catalog.add("m", empty, true, "ada"))
        .satisfies(refusedAs(Refusal.BAD_INPUT))
        .hasMessageStartingWith("artifact: 0 bytes (expected: 1 to ");
    assertThatThrownBy(() -> catalog.add("m", elsewhere.resolve("none"), true, "ada"))
        .satisfies(refusedAs(Refusal.BAD_INPUT));
    for (String name : List.of("", "a b", "..", ".a", "a/b", "ä", "x".repeat(101))) {
      assertThatThrownBy(() -> catalog.add(name, good, true, "ada"))
          .satisfies(refusedAs(Refusal.BAD_INPUT));
    }
    assertThat(catalog.versions()).isEmpty();
    try (Stream<Path> kept = Files.list(models.resolve(".latentry").resolve("artifacts"))) {
      assertThat(kept).isEmpty();
    }
  }

  @Test
  void whatNobodyKnowsIsRefused() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    assertThatThrownBy(() -> catalog.lend("none", CHAMPION))
        .satisfies(refusedAs(Refusal.UNKNOWN))
        .hasMessageContaining("[m]");
    assertThatThrownBy(() -> catalog.lend("m", OptionalInt.of(7)))
        .satisfies(refusedAs(Refusal.UNKNOWN));
    assertThatThrownBy(() -> catalog.versions("none")).satisfies(refusedAs(Refusal.UNKNOWN));
    assertThatThrownBy(() -> catalog.audit("none")).satisfies(refusedAs(Refusal.UNKNOWN));
    assertThatThrownBy(() -> catalog.promote("m", 7, "ada")).satisfies(refusedAs(Refusal.UNKNOWN));
    assertThatThrownBy(() -> catalog.load("none", "ada")).satisfies(refusedAs(Refusal.UNKNOWN));
  }

  @Test
  void rowsOfAnotherSchemaAndOutputsThatAreNotThereAreRefused() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    try (ModelLease lease = catalog.lend("m", CHAMPION)) {
      var schema =
          new io.latentry.core.data.Schema(
              lease.manifest().schema().columns().subList(0, 2), List.of());
      Rows rows = Rows.of(schema, 1, new float[2], new String[0]);
      assertThat(Verdicts.refusal(lease.judge(rows, Set.of(), LONG)).refusal())
          .isEqualTo(Refusal.BAD_INPUT);
    }
  }

  @Test
  void aFolderIsUsedByOneServiceAtATime() throws Exception {
    open();
    assertThatThrownBy(() -> ModelCatalog.open(models, QUIET))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("in use by another service")
        .hasMessageContaining("--set store.folder=DIR");
    assertThatThrownBy(() -> ModelCatalog.open(models.resolve("none"), QUIET))
        .hasMessageContaining("no such folder");
  }

  @Test
  void nothingIsWrittenToTheFolderOfModelsWhenTheStoreIsElsewhere() throws Exception {
    putOld("m", Artifacts.fitted(1));
    Path store = models.resolveSibling(models.getFileName() + "-store");
    catalog =
        ModelCatalog.open(
            models,
            store,
            QUIET,
            StoreAddress.sqlite(store),
            new Events(),
            VerdictTap.NONE,
            Clock.systemUTC());
    assertThat(score("m")).isFinite();
    Path upload = Files.write(models.resolveSibling("upload"), Artifacts.fitted(2));
    assertThat(catalog.add("m", upload, true, "ada").version()).isEqualTo(2);
    try (Stream<Path> files = Files.list(models)) {
      assertThat(files).containsExactly(models.resolve("m.onnx"));
    }
    assertThat(store.resolve("registry.db")).exists();
  }

  @Test
  void aStoreThatCannotBeWrittenToSaysWhatToDo() throws Exception {
    Path inTheWay = Files.writeString(models.resolve(".latentry"), "a file");
    assertThatThrownBy(() -> ModelCatalog.open(models, QUIET))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(inTheWay.toString())
        .hasMessageContaining("make it writable, or keep artifacts and registry elsewhere")
        .hasMessageContaining("--set store.folder=DIR");
  }

  @Test
  void aFolderThatCannotBeReadUnloadsNothing() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    Path hidden = models.resolveSibling(models.getFileName() + "-away");
    Path unused = Files.move(models, hidden);
    try {
      lookTwice();
      lookTwice();
      assertThat(score("m")).isFinite();
      assertThat(events.stream().filter(event -> event.startsWith("warned"))).hasSize(1);
    } finally {
      Path ignored = Files.move(hidden, models);
    }
  }

  @Test
  void aClosedCatalogLendsNothing() throws Exception {
    putOld("m", Artifacts.fitted(1));
    open();
    catalog.close();
    assertThatThrownBy(() -> catalog.lend("m", CHAMPION)).satisfies(refusedAs(Refusal.NOT_READY));
    assertThatThrownBy(() -> catalog.unload("m", "ada")).satisfies(refusedAs(Refusal.NOT_READY));
    awaitEvent("unloaded m 1");
  }

  private void open() {
    open(StoreAddress.inFolder(models));
  }

  private void open(StoreAddress store) {
    open(store, QUIET);
  }

  private void open(StoreAddress store, ServingConfig config) {
    catalog =
        ModelCatalog.open(
            models,
            StoreAddress.folderIn(models),
            config,
            store,
            new Events(),
            VerdictTap.NONE,
            Clock.systemUTC());
  }

  private void reopen(StoreAddress store) {
    catalog.close();
    open(store);
  }

  private void lookTwice() {
    catalog.look();
    catalog.look();
  }

  /** A file that has been there for some time. */
  private void putOld(String name, byte[] artifact) throws Exception {
    Artifacts.put(models, name, artifact);
    Path unused =
        Files.setLastModifiedTime(
            models.resolve(name + ".onnx"),
            java.nio.file.attribute.FileTime.from(
                Clock.systemUTC().instant().minus(Duration.ofDays(1))));
  }

  private Path kept(ModelVersion version) {
    return models.resolve(".latentry").resolve("artifacts").resolve(version.digest() + ".onnx");
  }

  private float score(String name) throws Exception {
    return score(name, CHAMPION);
  }

  private float score(String name, OptionalInt version) throws Exception {
    try (ModelLease lease = catalog.lend(name, version)) {
      Rows row =
          Rows.of(
              lease.manifest().schema(),
              1,
              new float[] {0.5f, -0.25f, 0.75f},
              new String[] {"high"});
      return Verdicts.get(lease.judge(row, Set.of(), LONG)).score(0);
    }
  }

  private static java.util.function.Consumer<Throwable> refusedAs(Refusal refusal) {
    return thrown -> {
      assertThat(thrown).isInstanceOf(RefusedException.class);
      assertThat(((RefusedException) thrown).refusal()).isEqualTo(refusal);
    };
  }

  private final class Events implements ServingListener {
    @Override
    public void loaded(String model, int version, double seconds) {
      events.add("loaded " + model + " " + version);
    }

    @Override
    public void failed(String model, int version, String reason) {
      events.add("failed " + model + " " + version + " " + reason);
    }

    @Override
    public void unloaded(String model, int version) {
      events.add("unloaded " + model + " " + version);
    }

    @Override
    public void warned(String message) {
      events.add("warned " + message);
      throw new IllegalStateException("a listener that breaks");
    }
  }

  /** A version is closed on whatever thread was last to need it, and told of then. */
  private void awaitEvent(String event) throws InterruptedException {
    for (int look = 0; look < 1_000 && !events.contains(event); look++) {
      Thread.sleep(10);
    }
    assertThat(events).contains(event);
  }
}
