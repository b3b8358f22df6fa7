package io.latentry.pipeline.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.promotion.Check;
import io.latentry.core.promotion.GateConfig;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.retrain.Tumours.Change;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sabotage and honest drift of rows that are like those of the bundled tumours. One champion serves
 * all tests.
 */
final class RetrainPipelineTest {
  private static final List<String> DRIFTING = List.of("radius", "texture", "smoothness");

  @TempDir private static Path shared;

  private static Tumours benign;
  private static Tumours malignant;
  private static Path champion;
  private static Path old;

  @TempDir private Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    benign = Tumours.like("benign");
    malignant = Tumours.like("malignant");
    champion = shared.resolve("champion.onnx");
    old = benign.drawn(2_000, 8).write(shared.resolve("old.csv"));
    DataConfig data = DataConfig.builder().exclude(List.of("at")).build();
    Fits.fit(
        benign.drawn(3_000, 1).write(shared.resolve("learned.csv")), Fits.quick(data), champion);
  }

  /** Real drift with a new normal. */
  static Stream<Arguments> drifts() {
    return Stream.of(
        Arguments.of("sudden", 0.7, false, Set.of()),
        Arguments.of("gradual", 1.0, true, Set.of(RetrainRequest.OLD_NORMALS)),
        Arguments.of("sudden and far", 1.0, false, Set.of(RetrainRequest.OLD_NORMALS)));
  }

  @ParameterizedTest(name = "{0}, {1} spreads")
  @MethodSource("drifts")
  void honestDriftIsPromotedWithFewerFalseAlarmsAndRecallKept(
      String name, double spreads, boolean gradual, Set<String> accepted) throws IOException {
    Tumours recent = benign.drawn(2_000, 2).moved(DRIFTING, spreads, gradual);
    RetrainOutcome outcome =
        run(
            accepting(
                request(champion, recent.write(file("recent.csv")), target(), Optional.empty()),
                accepted));
    assertThat(outcome.promotes()).as(String.join("\n", outcome.reasons())).isTrue();
    Path later = benign.drawn(1_500, 3).moved(DRIFTING, spreads, false).write(file("later.csv"));
    Path found = malignant.drawn(400, 4).moved(DRIFTING, spreads, false).write(file("found.csv"));
    double before = alarms(champion, later);
    double after = alarms(target(), later);
    assertThat(before).isGreaterThan(0.02);
    assertThat(after).isLessThan(before).isLessThan(0.03);
    // The champion alarms on nearly all that drifted: what it found before is the measure.
    Path foundBefore = malignant.drawn(400, 4).write(file("found-before.csv"));
    assertThat(alarms(target(), found)).isGreaterThan(alarms(champion, foundBefore) - 0.05);
  }

  @Test
  void aThresholdThatASurgeRaisedForAWhileIsNoPromise() throws IOException {
    Manifest manifest = ArtifactFile.manifest(champion);
    Threshold ofFile = manifest.threshold().current();
    Threshold raised =
        new Threshold(
            ofFile.score() + 3,
            Threshold.Rule.ADAPTIVE,
            ofFile.falseAlarmRate(),
            ofFile.falseAlarmRateUpperBound(),
            ofFile.calibrationRows(),
            manifest.modelId(),
            "adaptive threshold: alarms surge");
    Path thresholds =
        Files.writeString(
            file("thresholds.json"),
            ArtifactJson.write(new Manifest.Thresholds(raised, List.of(ofFile))));
    try (ChampionInForce inForce =
        ChampionInForce.of(champion, thresholds, file("in-force.onnx"), ScorerOptions.threads(1))) {
      assertThat(ArtifactFile.manifest(inForce.file()).threshold().current()).isEqualTo(ofFile);
    }
  }

  @Test
  void aPromiseInForceThatTheFileDoesNotKnowIsKeptAndSegmentsKeepTheirDistance()
      throws IOException {
    Manifest manifest = ArtifactFile.manifest(champion);
    Threshold ofFile = manifest.threshold().current();
    Threshold moved =
        manifest
            .calibration()
            .sample()
            .thresholdFor(0.05, manifest.modelId(), "ada")
            .with(
                List.of(
                    new SegmentThreshold("radius", null, null, 12.0, ofFile.score() + 3),
                    new SegmentThreshold("texture", null, 30.0, null, null)),
                "ada");
    assertThat(moved.falseAlarmRate()).isNotCloseTo(ofFile.falseAlarmRate(), within(0.01));
    Path thresholds =
        Files.writeString(
            file("thresholds.json"),
            ArtifactJson.write(new Manifest.Thresholds(moved, List.of(ofFile))));
    byte[] before = Files.readAllBytes(champion);
    Path data = benign.drawn(2_000, 2).moved(DRIFTING, 0.7, false).write(file("recent.csv"));
    Path copy = file("in-force.onnx");
    try (ChampionInForce inForce =
        ChampionInForce.of(champion, thresholds, copy, ScorerOptions.threads(1))) {
      RetrainOutcome outcome =
          run(
              accepting(
                  request(inForce.file(), data, target(), Optional.empty()),
                  Set.of(RetrainRequest.NO_DRIFT, RetrainRequest.OLD_NORMALS)));
      assertThat(outcome.champion()).isEqualTo(manifest.modelId());
      assertThat(outcome.threshold()).isEqualTo(moved.score());
    }
    Threshold next = ArtifactFile.manifest(target()).threshold().current();
    assertThat(next.falseAlarmRate()).isCloseTo(0.05, within(0.001));
    assertThat(next.segments()).extracting(SegmentThreshold::where).hasSize(2);
    assertThat(next.segments().get(0).score() - next.score())
        .isCloseTo(ofFile.score() + 3 - moved.score(), within(1e-9));
    assertThat(next.segments().get(1).score()).isNull();
    assertThat(copy).doesNotExist();
    assertThat(Files.readAllBytes(champion)).isEqualTo(before);
    assertThatThrownBy(
            () -> ChampionInForce.of(target(), thresholds, copy, ScorerOptions.threads(1)))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("the champion");
    assertThat(copy).doesNotExist();
  }

  @Test
  void aMoveIsLearnedThoughMostRowsAreAlarmsSinceMovedBackTheyAreNormal() throws IOException {
    Tumours recent = benign.drawn(2_000, 2).moved(DRIFTING, 2, false);
    Path data = recent.write(file("recent.csv"));
    assertThat(alarms(champion, data)).isGreaterThan(GateConfig.DEFAULT.mostAlarms());
    RetrainOutcome outcome =
        run(
            accepting(
                request(champion, data, target(), Optional.empty()),
                Set.of(RetrainRequest.OLD_NORMALS)));
    assertThat(outcome.promotes()).as(String.join("\n", outcome.reasons())).isTrue();
    Path later = benign.drawn(1_500, 3).moved(DRIFTING, 2, false).write(file("later.csv"));
    assertThat(alarms(target(), later)).isLessThan(0.03);
    // As many alarms that a move does not explain: of rows that it does not make normal.
    Path mixed = permutedAll(recent).write(file("mixed.csv"));
    RetrainOutcome refused = run(request(champion, mixed, target(), Optional.empty()));
    assertThat(refused.promotes()).isFalse();
    assertThat(refused.reasons().toString()).contains("The champion alarms on");
  }

  /** What must be refused. */
  static Stream<Arguments> sabotage() {
    List<Arguments> all = new ArrayList<>();
    for (int percent : new int[] {1, 3, 5, 10, 20, 30}) {
      add(all, percent + " % anomalies", rows -> mixed(rows, percent));
    }
    add(all, "another unit", rows -> rows.changed("area", (v, i) -> v * 2.54));
    add(all, "another unit by far", rows -> rows.changed("area", (v, i) -> v * 1_000));
    add(all, "a stuck column", rows -> rows.changed("texture", (v, i) -> 17.5));
    add(
        all,
        "a column stuck at times",
        rows -> rows.changed("texture", (v, i) -> i % 3 == 0 ? 17.5 : v));
    add(all, "a column without values", rows -> rows.cells("texture", i -> ""));
    add(
        all,
        "a column without half of its values",
        rows -> rows.cells("texture", i -> i % 2 == 0 ? "" : null));
    add(all, "half of the rows", rows -> rows.lowerHalf("radius"));
    add(all, "few rows", rows -> rows.first(150));
    add(all, "days delivered twice", rows -> rows.and(rows.first(500)));
    add(all, "a permuted column", rows -> rows.permuted("concavity"));
    add(all, "swapped columns", rows -> rows.swapped("radius", "texture"));
    add(all, "another model's rows", rows -> permutedAll(rows));
    add(all, "nothing that changed", rows -> rows);
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sabotage")
  void sabotagedRowsAreRefused(String name, Change change) throws IOException {
    RetrainOutcome outcome = retrain(change.of(benign.drawn(2_000, 2)));
    assertThat(outcome.promotes()).as(String.join("\n", outcome.reasons())).isFalse();
    assertThat(outcome.reasons()).isNotEmpty();
    assertThat(Files.exists(target())).isEqualTo(outcome.challenger() != null);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sabotage")
  void sabotagedRowsOfWhichASampleIsLookedAtAreRefused(String name, Change change)
      throws IOException {
    Path data = change.of(benign.drawn(4_000, 2)).write(file("recent.csv"));
    RetrainOutcome outcome =
        run(sampling(request(champion, data, target(), Optional.empty()), 1_000));
    assertThat(outcome.promotes()).as(String.join("\n", outcome.reasons())).isFalse();
    assertThat(outcome.span().lookedAt()).isEqualTo(Math.min(1_000, outcome.span().rows()));
  }

  @Test
  void daysThatWereDeliveredTwiceAreToldFromAllRowsThoughASampleIsLookedAt() throws IOException {
    Tumours recent = benign.drawn(6_000, 2).moved(DRIFTING, 0.7, false);
    Path once = recent.write(file("once.csv"));
    Path twice = recent.and(recent.first(600)).write(file("twice.csv"));
    Check of = repeated(once);
    assertThat(of.outcome()).isEqualTo(Check.Outcome.PASSED);
    assertThat(of.figures()).containsEntry("hits", 0.0);
    Check refused = repeated(twice);
    assertThat(refused.outcome()).isEqualTo(Check.Outcome.FAILED);
    // 598 of the 600 rows stand between the same neighbours as before.
    assertThat(refused.figures().get("share")).isCloseTo(598 / 6_600.0, within(0.001));
  }

  private Check repeated(Path data) {
    return named(
        run(sampling(request(champion, data, target(), Optional.empty()), 1_000)), "repeated");
  }

  @Test
  void ofManyRowsASampleIsLearnedFromAndAlarmsAreScaledToAll() throws IOException {
    Path data = benign.drawn(8_000, 2).moved(DRIFTING, 0.7, false).write(file("recent.csv"));
    RetrainRequest asked =
        accepting(
            request(champion, data, target(), Optional.empty()),
            Set.of(RetrainRequest.OLD_NORMALS));
    RetrainOutcome outcome = run(sampling(asked, 2_000));
    assertThat(outcome.promotes()).as(String.join("\n", outcome.reasons())).isTrue();
    assertThat(outcome.span().rows()).isEqualTo(8_000);
    assertThat(outcome.span().lookedAt()).isEqualTo(2_000);
    assertThat(outcome.rows()).containsEntry(Fate.NOT_DRAWN.words(), 6_000L);
    assertThat(outcome.rows().values().stream().mapToLong(n -> n).sum()).isEqualTo(8_000);
    assertThat(outcome.learned() + outcome.keptApart()).isLessThanOrEqualTo(2_000);
    assertThat(outcome.notes())
        .anyMatch(note -> note.startsWith("of 8,000 rows of the span 2,000, drawn by chance"));
    Check volume = named(outcome, "alarm_volume");
    assertThat(volume.figures()).containsEntry("rows", 8_000.0).containsEntry("looked_at", 2_000.0);
    assertThat(volume.figures().get("challenger") % 4).isZero();
    assertThat(volume.figures().get("champion")).isGreaterThan(0.02 * 8_000);
    assertThat(outcome.oldNormals()).startsWith("rows of");
    Manifest own = manifest(target());
    assertThat(own.provenance().sampledFrom()).isEqualTo(8_000);
    assertThat(Optional.ofNullable(own.lineage()).orElseThrow().rows()).isEqualTo(8_000);
    assertThat(run(sampling(asked, 1_000)).oldNormals())
        .startsWith("1,000 of the 2,000 rows, drawn by chance, of");
  }

  @Test
  void asManyRowsAsTheSampleMayHaveAreAllLookedAt() throws IOException {
    Path data = benign.drawn(2_000, 2).moved(DRIFTING, 0.7, false).write(file("recent.csv"));
    RetrainRequest asked = request(champion, data, target(), Optional.empty());
    RetrainOutcome all = run(sampling(asked, 0));
    RetrainOutcome bounded = run(sampling(asked, 2_000));
    assertThat(bounded.rows()).isEqualTo(all.rows());
    assertThat(bounded.span()).isEqualTo(all.span());
    assertThat(bounded.scale()).isEqualTo(all.scale());
    assertThat(bounded.notes()).isEqualTo(all.notes());
    assertThat(manifest(target()).provenance().sampledFrom()).isNull();
  }

  @Test
  void whatPeopleSaidOfRowsThatWereNotDrawnIsKeptAndCountsInNoRate() throws IOException {
    Path data =
        benign
            .drawn(8_000, 2)
            .moved(DRIFTING, 0.7, false)
            .and(malignant.drawn(90, 5))
            .write(file("data.csv"));
    List<String> words = new ArrayList<>(List.of("row,feedback"));
    IntStream.range(0, 30).forEach(i -> words.add((8_000 + i) + ",confirmed"));
    IntStream.range(30, 60).forEach(i -> words.add((8_000 + i) + ",known-event"));
    IntStream.range(60, 90).forEach(i -> words.add((8_000 + i) + ",false-alarm"));
    Path feedback = Files.write(file("said.csv"), words);
    RetrainOutcome outcome =
        run(sampling(request(champion, data, target(), Optional.of(feedback)), 1_000));
    assertThat(named(outcome, "recall_confirmed").figures()).containsEntry("anomalies", 30.0);
    assertThat(count(outcome, Fate.CONFIRMED) + count(outcome, Fate.ADDED_ANOMALY)).isEqualTo(30);
    assertThat(count(outcome, Fate.SAID_NORMAL) + count(outcome, Fate.ADDED_NORMAL)).isEqualTo(30);
    // In eight thousand rows they would be drawn as often as others.
    assertThat(count(outcome, Fate.ADDED_ANOMALY)).isGreaterThan(20);
    assertThat(outcome.span().lookedAt()).isEqualTo(1_000);
    assertThat(outcome.learned() + outcome.keptApart()).isLessThanOrEqualTo(1_000);
    assertThat(named(outcome, "promise_recent").figures().get("rows")).isLessThanOrEqualTo(200);
    assertThat(named(outcome, "alarm_volume").figures().get("looked_at"))
        .isLessThanOrEqualTo(1_000);
    assertThat(manifest(target()).provenance().trainingRows())
        .isGreaterThanOrEqualTo((int) count(outcome, Fate.ADDED_NORMAL));
    assertThat(outcome.rows().values().stream().mapToLong(n -> n).sum()).isEqualTo(8_090);
  }

  @Test
  void rowsWithAnotherLabelThatWereNotDrawnAreToBeFoundAndFeedbackMayNameRowsByAKey()
      throws IOException {
    Path data =
        benign
            .drawn(4_000, 2)
            .moved(DRIFTING, 0.7, false)
            .and(malignant.drawn(60, 5))
            .with("status", i -> i < 4_000 ? "ok" : i < 4_040 ? "bad" : "")
            .with("part", i -> "p" + i)
            .write(file("data.csv"));
    List<String> words = new ArrayList<>(List.of("part,feedback"));
    IntStream.range(4_030, 4_060).forEach(i -> words.add("p" + i + ",confirmed"));
    Path feedback = Files.write(file("said.csv"), words);
    RetrainRequest of = sampling(request(champion, data, target(), Optional.of(feedback)), 1_000);
    RetrainOutcome outcome =
        run(
            new RetrainRequest(
                of.champion(),
                of.data(),
                of.input(),
                of.days(),
                of.time(),
                Optional.of("status"),
                Optional.of("ok"),
                of.feedback(),
                Optional.of("part"),
                of.frozen(),
                of.target(),
                of.accepted(),
                of.alarmsPerDay(),
                of.gate(),
                of.seed(),
                of.sampleRows()));
    assertThat(
            count(outcome, Fate.CONFIRMED)
                + count(outcome, Fate.OTHER_LABEL)
                + count(outcome, Fate.ADDED_ANOMALY))
        .isEqualTo(60);
    assertThat(named(outcome, "recall_confirmed").figures()).containsEntry("anomalies", 60.0);
    assertThat(outcome.span().lookedAt()).isEqualTo(1_000);
  }

  @Test
  void whatPeopleSaidIsDrawnFromWhereTheySaidItOfMostRows() throws IOException {
    Path data = benign.drawn(4_000, 2).moved(DRIFTING, 0.7, false).write(file("data.csv"));
    Path recorded = said(data, i -> i % 4 == 0 ? "confirmed" : "");
    RetrainOutcome outcome =
        run(sampling(request(champion, recorded, target(), Optional.empty()), 1_000));
    // A quarter of the sample, of which some were drawn anyway.
    assertThat(count(outcome, Fate.ADDED_ANOMALY)).isBetween(150L, 250L);
    assertThat(outcome.notes())
        .contains("what people said of 1,000 rows is in the data (latentry_feedback)");
  }

  @Test
  void theLastDaysOfManyRowsAreSampled() throws IOException {
    Path data = benign.drawn(8_000, 2).write(file("data.csv"));
    RetrainRequest of = sampling(request(champion, data, target(), Optional.empty()), 1_000);
    RetrainOutcome outcome = run(lastDays(of, 14));
    assertThat(outcome.span().rows()).isBetween(3_990L, 4_010L);
    assertThat(outcome.span().lookedAt()).isEqualTo(1_000);
    assertThat(outcome.rows())
        .containsEntry(Fate.OUTSIDE.words(), 8_000 - outcome.span().rows())
        .containsEntry(Fate.NOT_DRAWN.words(), outcome.span().rows() - 1_000);
    List<String> lines = Files.readAllLines(data);
    assertThat(lines.get(lines.size() - 1)).endsWith("," + outcome.span().to());
    assertThat(run(lastDays(of, 2)).span().lookedAt()).isBetween(560L, 580L);
  }

  @Test
  void tooSmallASampleIsRefused() {
    assertThatThrownBy(() -> sampling(request(champion, old, target(), Optional.empty()), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sample_rows: 10 (expected: at least 1000, or 0 for every row)");
  }

  private static long count(RetrainOutcome outcome, Fate fate) {
    return outcome.rows().getOrDefault(fate.words(), 0L);
  }

  /** Small steps are counted from where a person last fitted. */
  @Test
  void aPoisonThatMovesALittleEachTimeIsStoppedByTheOrigin() throws IOException {
    Path retrained = Files.copy(champion, file("retrained.onnx"));
    Manifest manifest = manifest(champion);
    List<Manifest.OriginColumn> columns =
        ColumnChanges.origin(manifest).stream()
            .map(
                c ->
                    new Manifest.OriginColumn(
                        c.name(),
                        c.name().equals("texture") ? c.middle() - 2.7 * c.spread() : c.middle(),
                        c.spread()))
            .toList();
    ArtifactFile.rewriteManifest(
        retrained,
        manifest.withLineage(
            new Manifest.Lineage(
                "fitted by a person", 4, columns, null, null, 2_000, "promote", List.of())));
    Path recent = benign.drawn(2_000, 2).moved(DRIFTING, 0.7, false).write(file("recent.csv"));
    assertThat(run(request(champion, recent, target(), Optional.empty())).promotes()).isTrue();
    RetrainOutcome outcome = run(request(retrained, recent, target(), Optional.empty()));
    assertThat(outcome.promotes()).isFalse();
    assertThat(outcome.reasons())
        .anyMatch(reason -> reason.contains("texture") && reason.contains("since the model was"));
  }

  @Test
  void normalsOfOldThatWillNotComeAgainNeedAYes() throws IOException {
    Tumours recent = benign.drawn(2_000, 2).moved(DRIFTING, 1.3, true);
    RetrainRequest asked =
        request(champion, recent.write(file("recent.csv")), target(), Optional.empty());
    RetrainOutcome outcome = run(accepting(asked, Set.of(RetrainRequest.OLD_NORMALS)));
    assertThat(named(outcome, "promise_frozen").must()).isFalse();
    assertThat(named(outcome, "recall_shadow_frozen").must()).isFalse();
    assertThat(named(outcome, "promise_recent").must()).isTrue();
  }

  @Test
  void emptyDataCannotBeUsed() {
    assertThatThrownBy(() -> retrain(benign.first(0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no row");
  }

  @Test
  void aColumnThatIsGoneCannotBeUsedAndANewOneNeedsAYes() throws IOException {
    Tumours recent = benign.drawn(2_000, 2).moved(DRIFTING, 0.7, false);
    assertThatThrownBy(() -> retrain(recent.without("texture")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("texture");
    Tumours wider = recent.with("humidity", i -> String.valueOf(i % 17));
    assertThat(retrain(wider).reasons()).anyMatch(reason -> reason.contains("humidity"));
    RetrainOutcome accepted =
        run(
            accepting(
                request(champion, wider.write(file("wider.csv")), target(), Optional.empty()),
                Set.of(RetrainRequest.NEW_COLUMNS)));
    assertThat(accepted.promotes()).as(String.join("\n", accepted.reasons())).isTrue();
    assertThat(accepted.notes()).anyMatch(note -> note.contains("humidity"));
  }

  @Test
  void rowsThatAServiceRecordedHaveTheirTimesAndNoNewColumns() throws IOException {
    Path data =
        benign
            .drawn(2_000, 2)
            .moved(DRIFTING, 0.7, false)
            .with("latentry_verdict", i -> "normal")
            .with("latentry_score", i -> "0.5")
            .write(file("recorded.csv"));
    Files.writeString(data, Files.readString(data).replaceFirst(",at\n", ",latentry_at\n"));
    RetrainRequest of = request(champion, data, target(), Optional.empty());
    RetrainOutcome outcome =
        run(
            new RetrainRequest(
                of.champion(),
                of.data(),
                of.input(),
                Optional.of(14.0),
                Optional.empty(),
                of.label(),
                of.normal(),
                of.feedback(),
                of.feedbackKey(),
                of.frozen(),
                of.target(),
                of.accepted(),
                of.alarmsPerDay(),
                of.gate(),
                of.seed(),
                of.sampleRows()));
    assertThat(outcome.promotes()).as(String.join("\n", outcome.reasons())).isTrue();
    assertThat(outcome.span().time()).isEqualTo("latentry_at");
    assertThat(outcome.span().rows()).isBetween(990L, 1_010L);
  }

  @Test
  void aColumnOfTextInPlaceOfNumbersIsRefused() throws IOException {
    RetrainOutcome outcome = retrain(benign.drawn(2_000, 2).cells("texture", i -> "about " + i));
    assertThat(outcome.reasons()).anyMatch(reason -> reason.contains("cannot be judged"));
    assertThat(outcome.notes()).anyMatch(note -> note.contains("texture"));
  }

  @Test
  void feedbackLeavesOutWhatIsConfirmedAndKeepsFalseAlarms() throws IOException {
    Tumours recent = benign.drawn(2_000, 2).moved(DRIFTING, 0.7, false);
    Path data = recent.and(malignant.drawn(60, 5)).write(file("data.csv"));
    List<String> said = new ArrayList<>(List.of("row,feedback"));
    IntStream.range(0, 20).forEach(i -> said.add((2_000 + i) + ",confirmed"));
    IntStream.range(20, 40).forEach(i -> said.add((2_000 + i) + ",known-event"));
    IntStream.range(40, 60).forEach(i -> said.add((2_000 + i) + ",False_Alarm"));
    Path feedback = Files.write(file("said.csv"), said);
    RetrainOutcome outcome = run(request(champion, data, target(), Optional.of(feedback)));
    assertThat(outcome.rows())
        .containsEntry(Fate.CONFIRMED.words(), 20L)
        .containsEntry(Fate.KNOWN_EVENT.words(), 20L)
        .containsEntry(Fate.SAID_NORMAL.words(), 20L);
    assertThat(named(outcome, "recall_confirmed").figures()).containsEntry("anomalies", 20.0);
  }

  /** The lines of a file with two columns more, as the service hands out what was said. */
  private Path said(Path data, IntFunction<String> word) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(data));
    lines.set(0, lines.get(0) + ",latentry_feedback,latentry_signature");
    for (int i = 1; i < lines.size(); i++) {
      lines.set(i, lines.get(i) + "," + word.apply(i - 1) + ",");
    }
    return Files.write(file("recorded.csv"), lines);
  }

  @Test
  void whatIsSaidInTheDataIsTakenAndFeedbackGoesBeforeIt() throws IOException {
    Tumours recent = benign.drawn(2_000, 2).moved(DRIFTING, 0.7, false);
    Path data = recent.and(malignant.drawn(60, 5)).write(file("data.csv"));
    Path recorded =
        said(
            data,
            i ->
                i < 2_000
                    ? ""
                    : i < 2_020 ? "confirmed" : i < 2_040 ? "known-event" : "false-alarm");
    RetrainOutcome outcome = run(request(champion, recorded, target(), Optional.empty()));
    assertThat(outcome.rows())
        .containsEntry(Fate.CONFIRMED.words(), 20L)
        .containsEntry(Fate.KNOWN_EVENT.words(), 20L)
        .containsEntry(Fate.SAID_NORMAL.words(), 20L);
    assertThat(outcome.notes())
        .contains("what people said of 60 rows is in the data (latentry_feedback)");
    assertThat(outcome.reasons()).noneMatch(reason -> reason.contains("latentry_"));

    Path feedback = Files.write(file("said.csv"), List.of("row,feedback", "2045,confirmed"));
    RetrainOutcome both = run(request(champion, recorded, target(), Optional.of(feedback)));
    assertThat(both.rows())
        .containsEntry(Fate.CONFIRMED.words(), 21L)
        .containsEntry(Fate.SAID_NORMAL.words(), 19L);
  }

  @Test
  void aWordInTheDataThatNobodyKnowsIsToldWithItsRow() throws IOException {
    Path recorded = said(benign.drawn(300, 2).write(file("data.csv")), i -> i == 7 ? "maybe" : "");
    assertThatThrownBy(() -> run(request(champion, recorded, target(), Optional.empty())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "row 7: latentry_feedback 'maybe' (expected: false-alarm, confirmed or known-event)");
  }

  @Test
  void feedbackOnOtherRowsIsNoFeedback() throws IOException {
    Path data = benign.drawn(500, 2).write(file("data.csv"));
    Path feedback = Files.write(file("said.csv"), List.of("row,feedback", "99999,confirmed"));
    assertThatThrownBy(() -> run(request(champion, data, target(), Optional.of(feedback))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none of which is among the data");
    Files.write(feedback, List.of("row,feedback", "1,maybe"));
    assertThatThrownBy(() -> run(request(champion, data, target(), Optional.of(feedback))))
        .hasMessageContaining("'maybe' (expected: false-alarm, confirmed or known-event)");
  }

  @Test
  void onlyTheLastDaysAreLookedAt() throws IOException {
    Path data = benign.drawn(2_800, 2).write(file("data.csv"));
    RetrainRequest all = request(champion, data, target(), Optional.empty());
    RetrainOutcome outcome =
        run(
            new RetrainRequest(
                all.champion(),
                all.data(),
                Fits.noInput(),
                Optional.of(7.0),
                all.time(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                target(),
                Set.of(),
                Optional.empty(),
                GateConfig.DEFAULT,
                0,
                Optional.empty()));
    assertThat(outcome.span().rows()).isBetween(690L, 710L);
    assertThat(outcome.rows()).containsEntry(Fate.OUTSIDE.words(), 2_800 - outcome.span().rows());
  }

  @Test
  void theChallengerNamesWhereItComesFromAndTheSameRunGivesTheSameModel() throws IOException {
    Path data = benign.drawn(2_000, 2).moved(DRIFTING, 0.7, false).write(file("data.csv"));
    RetrainOutcome outcome = run(request(champion, data, target(), Optional.empty()));
    Manifest old = manifest(champion);
    Manifest own = manifest(target());
    assertThat(own.provenance().parentModelId()).isEqualTo(old.modelId());
    Manifest.Lineage lineage = Optional.ofNullable(own.lineage()).orElseThrow();
    assertThat(lineage.origin()).isEqualTo(old.modelId());
    assertThat(lineage.generation()).isEqualTo(1);
    assertThat(lineage.decision()).isEqualTo("promote");
    assertThat(lineage.from()).startsWith("2024-01-01");
    assertThat(own.scales()).isEqualTo(old.scales());
    Path again = file("again.onnx");
    run(request(champion, data, again, Optional.empty()));
    assertThat(manifest(again).modelId()).isEqualTo(outcome.challenger());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(f -> f.getFileName().toString().startsWith("."))).isEmpty();
    }
  }

  /** A p-value says the same of either version: how rare a score is among its normal rows. */
  @Test
  void pValuesMeanTheSameInBothVersions() throws IOException {
    Path data = benign.drawn(2_000, 2).moved(DRIFTING, 0.7, false).write(file("data.csv"));
    RetrainOutcome outcome = run(request(champion, data, target(), Optional.empty()));
    Path old = benign.drawn(3_000, 6).write(file("old.csv"));
    Path now = benign.drawn(3_000, 6).moved(DRIFTING, 0.7, false).write(file("now.csv"));
    for (double p : new double[] {0.5, 0.1, 0.05}) {
      // Each version on its own normal; four standard errors of either sample.
      double error = 4 * Math.sqrt(p * (1 - p) * (1 / 3_000.0 + 1 / 500.0));
      assertThat(share(champion, old, p)).as("champion at %s", p).isLessThan(p + error);
      assertThat(share(target(), now, p)).as("challenger at %s", p).isLessThan(p + error);
      assertThat(share(target(), now, p)).as("challenger at %s", p).isGreaterThan(p / 4);
    }
    RetrainOutcome.Mark usual = outcome.scale().get(0);
    assertThat(usual.pValue()).isEqualTo(0.5);
    assertThat(usual.challenger()).isCloseTo(usual.champion(), within(0.3));
  }

  @Test
  void theChampionItselfIsNoTarget() throws IOException {
    Path data = benign.drawn(500, 2).write(file("data.csv"));
    assertThatThrownBy(() -> run(request(champion, data, champion, Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the champion itself");
  }

  private static void add(List<Arguments> all, String name, Change change) {
    all.add(Arguments.of(name, change));
  }

  private static Tumours mixed(Tumours rows, int percent) {
    int count = rows.rows().size() * percent / 100;
    return rows.first(rows.rows().size() - count).and(malignant.drawn(count, 5)).shuffled(6);
  }

  private static Tumours permutedAll(Tumours rows) {
    Tumours all = rows;
    for (String column : rows.columns()) {
      all = all.permuted(column);
    }
    return all;
  }

  private RetrainOutcome retrain(Tumours rows) throws IOException {
    return run(request(champion, rows.write(file("recent.csv")), target(), Optional.empty()));
  }

  private static RetrainOutcome run(RetrainRequest request) {
    return new RetrainPipeline(Progress.QUIET, ScorerOptions.threads(1), System::nanoTime)
        .retrain(request);
  }

  private static RetrainRequest request(
      Path model, Path data, Path target, Optional<Path> feedback) {
    // How long scoring takes is no matter of these tests, and the machine may be busy.
    GateConfig d = GateConfig.DEFAULT;
    GateConfig patient =
        new GateConfig(
            d.leastRows(),
            d.mostUnscorable(),
            d.mostLeftOut(),
            d.mostAlarms(),
            d.mostRepeated(),
            d.lossLevel(),
            d.leastGain(),
            d.promiseLevel(),
            d.recallLevel(),
            d.recallMargin(),
            d.oldRecallMargin(),
            d.coarsest(),
            d.mostSize(),
            1_000,
            d.oldMatters());
    return new RetrainRequest(
        model,
        List.of(data.toString()),
        Fits.noInput(),
        Optional.empty(),
        Optional.of("at"),
        Optional.empty(),
        Optional.empty(),
        feedback,
        Optional.empty(),
        List.of(old.toString()),
        target,
        Set.of(),
        Optional.empty(),
        patient,
        0,
        Optional.empty());
  }

  private static RetrainRequest sampling(RetrainRequest of, int rows) {
    return changed(of, of.days(), of.accepted(), Optional.of(rows));
  }

  private static RetrainRequest lastDays(RetrainRequest of, double days) {
    return changed(of, Optional.of(days), of.accepted(), of.sampleRows());
  }

  private static RetrainRequest accepting(RetrainRequest of, Set<String> accepted) {
    return changed(of, of.days(), accepted, of.sampleRows());
  }

  private static RetrainRequest changed(
      RetrainRequest of,
      Optional<Double> days,
      Set<String> accepted,
      Optional<Integer> sampleRows) {
    return new RetrainRequest(
        of.champion(),
        of.data(),
        of.input(),
        days,
        of.time(),
        of.label(),
        of.normal(),
        of.feedback(),
        of.feedbackKey(),
        of.frozen(),
        of.target(),
        accepted,
        of.alarmsPerDay(),
        of.gate(),
        of.seed(),
        sampleRows);
  }

  private Path target() {
    return file("challenger.onnx");
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private static Check named(RetrainOutcome outcome, String name) {
    return outcome.checks().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private static Manifest manifest(Path model) {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      return scorer.manifest();
    }
  }

  private static double alarms(Path model, Path data) {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      Judgements judged = judged(scorer, data);
      return (double) judged.count(Verdict.ANOMALY) / judged.count();
    }
  }

  /** The share of rows with at most such a p-value. */
  private static double share(Path model, Path data, double p) {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      Judgements judged = judged(scorer, data);
      return IntStream.range(0, judged.count()).filter(i -> judged.pValue(i) <= p).count()
          / (double) judged.count();
    }
  }

  private static Judgements judged(Scorer scorer, Path data) {
    List<Rows> parts = new ArrayList<>();
    try (DataSource source =
            DataSource.open(List.of(data.toString()), ReadOptions.asFitted(scorer.manifest()));
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), 8_192, ReadListener.NONE)) {
      reader.forEachRemaining(batch -> parts.add(batch.rows()));
    }
    return scorer.judge(Rows.concat(scorer.manifest().schema(), parts));
  }
}
