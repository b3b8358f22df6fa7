package io.latentry.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.verdict.Verdict;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.ModelName;
import io.latentry.kafka.model.ModelSuccession;
import io.latentry.scoring.ScorerOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that take over by decision while records come, without a broker. */
final class DecidedModelTest {
  private static final String TABLE_ID = "02d5d224113a010e";
  private static final String OTHER_ID = "12d5d224113a010e";
  private static final String SERIES_ID = "855ae905edcc24e7";

  @TempDir private Path folder;

  private final List<String> told = new ArrayList<>();
  private final List<String> takeovers = new ArrayList<>();
  private Path table;
  private Path other;

  private final StreamListener listener =
      new StreamListener() {
        @Override
        public void judged(List<StreamVerdict> verdicts, long timestamp, long nanos) {}

        @Override
        public void tookOver(String topic, int partition, long offset, ModelName model) {
          takeovers.add(topic + "-" + partition + "@" + offset + " " + model);
        }
      };

  @BeforeEach
  void makeModels() throws Exception {
    table = Files.copy(Golden.TABLE, folder.resolve("model.onnx"));
    other = Variant.of(Golden.TABLE, folder.resolve("other.onnx"), TABLE_ID, OTHER_ID);
  }

  @Test
  void anotherModelTakesOverAtTheStatedOffsetAndEveryVerdictNamesItsModel() throws Exception {
    JudgeOptions options = JudgeOptions.DEFAULT.withBatch(7, Duration.ofMillis(10));
    try (ModelSuccession models = models();
        Driver driver = new Driver(folder.resolve("state"), models, options, listener)) {
      send(driver, 5);
      models.hear(3, decision(other, "\"name\":\"press\",\"version\":7,\"from\":{\"0\":17}"));
      send(driver, 20);
      List<StreamVerdict> verdicts = driver.answers();
      assertThat(verdicts).extracting(StreamVerdict::offset).isEqualTo(offsets(25));
      ModelName before =
          new ModelName(TABLE_ID, Variant.digest(table), Optional.empty(), OptionalInt.empty());
      ModelName after =
          new ModelName(OTHER_ID, Variant.digest(other), Optional.of("press"), OptionalInt.of(7));
      for (StreamVerdict verdict : verdicts) {
        assertThat(verdict.model()).isEqualTo(verdict.offset() < 17 ? before : after);
      }
      assertThat(takeovers).containsExactly("raw-0@17 model press version 7 " + OTHER_ID);
      assertThat(told)
          .satisfiesExactly(
              taken -> assertThat(taken).startsWith("decision at offset 3: model press version 7"),
              turn ->
                  assertThat(turn).startsWith("from offset 17 of partition 0 of raw on, model"));
    }
  }

  @Test
  void withoutAStatedOffsetItIsTheNextRecordsTurn() throws Exception {
    try (ModelSuccession models = models();
        Driver driver =
            new Driver(folder.resolve("state"), models, JudgeOptions.DEFAULT, listener)) {
      send(driver, 2);
      List<StreamVerdict> verdicts = new ArrayList<>(driver.answers());
      models.hear(0, decision(other, ""));
      send(driver, 2);
      verdicts.addAll(driver.answers());
      models.hear(1, decision(table, ""));
      send(driver, 2);
      verdicts.addAll(driver.answers());
      assertThat(verdicts)
          .extracting(verdict -> verdict.model().id())
          .containsExactly(TABLE_ID, TABLE_ID, OTHER_ID, OTHER_ID, TABLE_ID, TABLE_ID);
    }
  }

  @Test
  void aThresholdMovesByItself() throws Exception {
    try (ModelSuccession models = models();
        Driver driver =
            new Driver(folder.resolve("state"), models, JudgeOptions.DEFAULT, listener)) {
      send(driver, 1);
      List<StreamVerdict> verdicts = new ArrayList<>(driver.answers());
      models.hear(0, decision(table, "\"threshold\":-50.5"));
      send(driver, 1);
      verdicts.addAll(driver.answers());
      assertThat(verdicts.get(0).threshold()).isEqualTo(models.first().threshold().score());
      assertThat(verdicts.get(1).threshold()).isEqualTo(-50.5);
      assertThat(verdicts)
          .extracting(verdict -> verdict.judgement().verdict())
          .containsExactly(Verdict.NORMAL, Verdict.ANOMALY);
    }
  }

  @Test
  void whatIsNoModelForTheseRecordsIsRefusedAndTheOneBeforeGoesOn() throws Exception {
    Path series = Files.copy(Golden.SERIES, folder.resolve("series.onnx"));
    Path columns = Variant.of(Golden.TABLE, folder.resolve("columns.onnx"), "\"e\"", "\"q\"");
    Path broken = Files.writeString(folder.resolve("broken.onnx"), "none");
    try (ModelSuccession models = models();
        Driver driver =
            new Driver(folder.resolve("state"), models, JudgeOptions.DEFAULT, listener)) {
      models.hear(0, decision(other, ""));
      told.clear();
      models.hear(1, decision(series, ""));
      models.hear(2, decision(columns, ""));
      models.hear(3, decision(broken, ""));
      models.hear(
          4, bytes("{\"file\":\"model.onnx\",\"digest\":\"%s\"}".formatted("0".repeat(64))));
      models.hear(5, bytes("{\"file\":\"gone.onnx\",\"digest\":\"%s\"}".formatted("0".repeat(64))));
      models.hear(
          6, bytes("{\"file\":\"../model.onnx\",\"digest\":\"%s\"}".formatted("0".repeat(64))));
      models.hear(7, bytes("{"));
      models.hear(8, bytes("{\"modell\":1}"));
      models.hear(9, (byte[]) null);
      models.hear(10, new byte[70_000]);
      models.hear(11, decision(other, "\"from\":{\"0\":1.5}"));
      assertThat(told)
          .satisfiesExactly(
              reason ->
                  assertThat(reason).contains("offset 1 is refused", "(expected: rows of a table"),
              reason -> assertThat(reason).contains("without [e numeric], with [q numeric]"),
              reason -> assertThat(reason).contains("broken.onnx"),
              reason -> assertThat(reason).contains("digest " + Variant.digest(table)),
              reason -> assertThat(reason).contains("gone.onnx: no such file"),
              reason ->
                  assertThat(reason).contains("'file': \"../model.onnx\" (expected: the name"),
              reason -> assertThat(reason).contains("no JSON"),
              reason -> assertThat(reason).contains("'modell': not known"),
              reason -> assertThat(reason).contains("70,000 bytes (expected: at most 65,536)"),
              reason -> assertThat(reason).contains("'from.0': 1.5 (expected: an offset"));
      assertThat(models.refused()).isEqualTo(10);
      assertThat(models.taken()).isEqualTo(1);
      send(driver, 1);
      assertThat(driver.answers())
          .extracting(verdict -> verdict.model().id())
          .containsExactly(OTHER_ID);
    }
  }

  @Test
  void aRestartGoesOnByWhatIsInForceThoughTheTopicHasForgottenIt() throws Exception {
    Path state = folder.resolve("state");
    try (ModelSuccession models = models();
        Driver driver = new Driver(state, models, JudgeOptions.DEFAULT, listener)) {
      models.hear(4, decision(other, ""));
      send(driver, 1);
      assertThat(driver.answers()).hasSize(1);
      byte[] inForce =
          (byte[])
              driver.driver.getKeyValueStore(JudgeProcessor.PENDING).get(DecidedJudge.IN_FORCE);
      try (ModelSuccession later = models()) {
        later.hearPast(new TreeMap<>(), 5);
        DecidedJudge judge = judge(later, driver);
        assertThat(inForce).isNotNull();
        assertThat(judge.<String>use(now -> now.model().name().id())).isEqualTo(OTHER_ID);
        judge.close();
      }
      try (ModelSuccession later = models()) {
        Files.delete(other);
        later.hearPast(new TreeMap<>(), 5);
        assertThatThrownBy(() -> judge(later, driver))
            .hasMessageContaining("judged by the decision at offset 4 of the control topic")
            .hasMessageContaining("other.onnx: no such file");
      }
    }
  }

  private DecidedJudge judge(ModelSuccession models, Driver driver) {
    return new DecidedJudge(
        models,
        JudgeOptions.DEFAULT,
        listener,
        driver.driver.getKeyValueStore(JudgeProcessor.PENDING),
        0);
  }

  @Test
  void ofWhatWasDecidedBeforeTheLatestThatStandsCounts() throws Exception {
    try (ModelSuccession models = models();
        Driver driver =
            new Driver(folder.resolve("state"), models, JudgeOptions.DEFAULT, listener)) {
      TreeMap<Long, byte[]> past = new TreeMap<>();
      past.put(0L, bytes("{\"file\":\"gone.onnx\",\"digest\":\"%s\"}".formatted("0".repeat(64))));
      past.put(1L, decision(other, "\"version\":2"));
      past.put(2L, bytes("{"));
      models.hearPast(past, 3);
      send(driver, 1);
      assertThat(driver.answers())
          .extracting(verdict -> verdict.model().version())
          .containsExactly(OptionalInt.of(2));
      assertThat(models.refused()).isEqualTo(1);
    }
  }

  @Test
  void keysOfASeriesGoOnWithoutWarmingUpAndNoPointIsLostOrJudgedTwice() throws Exception {
    Path series = Files.copy(Golden.SERIES, folder.resolve("series.onnx"));
    Path next =
        Variant.of(Golden.SERIES, folder.resolve("next.onnx"), SERIES_ID, "955ae905edcc24e7");
    List<String> header = Golden.header(Golden.SERIES);
    List<String> rows = Golden.rows(Golden.SERIES);
    try (Driver undisturbed =
            new Driver(folder.resolve("whole"), Golden.SERIES, JudgeOptions.DEFAULT);
        ModelSuccession models = ModelSuccession.open(series, ScorerOptions.threads(1), told::add);
        Driver driver =
            new Driver(folder.resolve("state"), models, JudgeOptions.DEFAULT, listener)) {
      models.hear(0, decision(next, "\"from\":{\"0\":60}"));
      for (String row : rows) {
        driver.records.pipeInput(new byte[] {1}, Golden.json(header, row));
        undisturbed.records.pipeInput(new byte[] {1}, Golden.json(header, row));
      }
      List<StreamVerdict> verdicts = driver.answers();
      List<StreamVerdict> expected = undisturbed.answers();
      assertThat(verdicts).extracting(StreamVerdict::offset).isEqualTo(offsets(rows.size()));
      for (int i = 0; i < rows.size(); i++) {
        assertThat(verdicts.get(i).model().id()).isEqualTo(i < 60 ? SERIES_ID : "955ae905edcc24e7");
        // The graph is the same, so scores are, if windows are; smoothing begins anew.
        assertThat(verdicts.get(i).unsmoothed())
            .as("row %d", i)
            .isEqualTo(expected.get(i).unsmoothed());
        assertThat(verdicts.get(i).judgement().reason())
            .isEqualTo(expected.get(i).judgement().reason());
      }
    }
  }

  @Test
  void modelsThatNobodyUsesAnyMoreAreGivenBack() throws Exception {
    try (ModelSuccession models = models()) {
      models.hear(0, decision(other, ""));
      JudgingModel open = models.latest().model();
      assertThat(models.use(models.latest())).isTrue();
      ModelSuccession.Decided inUse = models.latest();
      models.hear(1, decision(table, ""));
      assertThat(models.use(inUse)).isTrue();
      models.release(inUse);
      models.release(inUse);
      assertThat(models.use(inUse)).isFalse();
      assertThatThrownBy(
              () -> open.scorer().judge(open.scorer().probes().samples(open.manifest().spec())))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private ModelSuccession models() throws Exception {
    return ModelSuccession.open(table, ScorerOptions.threads(1), told::add);
  }

  private static void send(Driver driver, int records) throws Exception {
    byte[] record = Golden.json(Golden.header(Golden.TABLE), Golden.rows(Golden.TABLE).get(0));
    for (int i = 0; i < records; i++) {
      driver.records.pipeInput(bytes("key-" + i), record);
    }
  }

  private static List<Long> offsets(int count) {
    List<Long> offsets = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      offsets.add(i);
    }
    return offsets;
  }

  private static byte[] decision(Path file, String more) throws Exception {
    return bytes(
        "{\"file\":\"%s\",\"digest\":\"%s\"%s}"
            .formatted(file.getFileName(), Variant.digest(file), more.isEmpty() ? "" : "," + more));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
