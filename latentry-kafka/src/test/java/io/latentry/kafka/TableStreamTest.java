package io.latentry.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.DataException;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.ModelName;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a table as records, without a broker. */
final class TableStreamTest {
  @TempDir private Path folder;

  @Test
  void everyRecordHasTheVerdictOfItsRowToTheLastBit() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    List<String> rows = Golden.rows(Golden.TABLE);
    try (Scorer scorer = Scorer.open(Golden.TABLE, ScorerOptions.threads(1));
        Driver asJson = new Driver(folder.resolve("json"), Golden.TABLE, JudgeOptions.DEFAULT);
        Driver asCsv =
            new Driver(
                folder.resolve("csv"),
                Golden.TABLE,
                JudgeOptions.DEFAULT.withFormat(RecordFormat.csv(header, ',')))) {
      Judgements expected = scorer.judge(read(scorer, header, rows).rows());
      for (int i = 0; i < rows.size(); i++) {
        asJson.records.pipeInput(key(i), Golden.json(header, rows.get(i)));
        asCsv.records.pipeInput(key(i), rows.get(i).getBytes(StandardCharsets.UTF_8));
      }
      for (List<StreamVerdict> verdicts : List.of(asJson.answers(), asCsv.answers())) {
        assertThat(verdicts).hasSize(rows.size());
        for (int i = 0; i < rows.size(); i++) {
          StreamVerdict told = verdicts.get(i);
          assertThat(told.offset()).isEqualTo(i);
          assertThat(told.judgement()).as(rows.get(i)).isEqualTo(expected.get(i));
        }
      }
    }
  }

  @Test
  void aVerdictTellsItsRecordItsModelAndWhatWasAskedFor() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    String row = Golden.rows(Golden.TABLE).get(0);
    JudgeOptions options =
        JudgeOptions.DEFAULT.withExplain(2).withKeep(List.of("label", "a", "offset", "nothing"));
    try (Scorer scorer = Scorer.open(Golden.TABLE, ScorerOptions.threads(1));
        Driver driver = new Driver(folder, Golden.TABLE, options)) {
      var samples = read(scorer, header, List.of(row)).rows();
      Judgements judged = scorer.judge(samples, FeatureReader.outputs(scorer.outputs()));
      List<Feature> top = new FeatureReader(scorer.manifest()).top(samples, judged.scores(), 0, 2);
      driver.records.pipeInput("k".getBytes(StandardCharsets.UTF_8), Golden.json(header, row), 77);
      driver.driver.advanceWallClockTime(Duration.ofMillis(10));
      TestRecord<byte[], StreamVerdict> record = driver.verdicts.readRecord();
      StreamVerdict verdict = record.value();

      assertThat(record.key()).asString().isEqualTo("k");
      assertThat(record.timestamp()).isEqualTo(77);
      assertThat(verdict.topic()).isEqualTo("raw");
      assertThat(verdict.partition()).isZero();
      assertThat(verdict.model())
          .isEqualTo(
              new ModelName(
                  scorer.manifest().modelId(),
                  Variant.digest(Golden.TABLE),
                  Optional.empty(),
                  OptionalInt.empty()));
      assertThat(verdict.threshold()).isEqualTo(scorer.manifest().threshold().current().score());
      assertThat(verdict.unsmoothed()).isEmpty();
      // A field of the record that is called as one of ours keeps its value under another name.
      assertThat(verdict.kept().keySet()).containsExactly("label", "a", "input_offset", "nothing");
      assertThat(verdict.kept().get("a")).isEqualTo(new StreamVerdict.Kept("-2.67230", true));
      assertThat(verdict.kept().get("label")).isEqualTo(new StreamVerdict.Kept("ok", false));
      assertThat(verdict.features()).hasSize(2);
      for (int k = 0; k < 2; k++) {
        Feature told = verdict.features().get(k);
        assertThat(told.name()).isEqualTo(top.get(k).name());
        assertThat(told.actual()).isEqualTo(top.get(k).actual());
        assertThat((float) told.contribution()).isEqualTo((float) top.get(k).contribution());
      }
    }
  }

  @Test
  void recordsAreJudgedWhenThereAreEnoughOrTheyHaveWaitedLongEnough() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    byte[] record = Golden.json(header, Golden.rows(Golden.TABLE).get(0));
    JudgeOptions options = JudgeOptions.DEFAULT.withBatch(4, Duration.ofMillis(10));
    try (Driver driver = new Driver(folder, Golden.TABLE, options)) {
      for (int i = 0; i < 6; i++) {
        driver.records.pipeInput(key(i), record);
      }
      assertThat(driver.verdicts.readValuesToList()).hasSize(4);
      driver.driver.advanceWallClockTime(Duration.ofMillis(9));
      assertThat(driver.verdicts.isEmpty()).isTrue();
      driver.driver.advanceWallClockTime(Duration.ofMillis(1));
      assertThat(driver.verdicts.readValuesToList())
          .extracting(StreamVerdict::offset)
          .containsExactly(4L, 5L);
    }
  }

  @Test
  void whatAnEarlierOwnerLeftUnansweredIsAnsweredFirstAndOnce() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    byte[] record = Golden.json(header, Golden.rows(Golden.TABLE).get(0));
    JudgeOptions options = JudgeOptions.DEFAULT.withBatch(4, Duration.ofMillis(10));
    try (Driver driver = new Driver(folder, Golden.TABLE, options)) {
      KeyValueStore<Integer, byte[]> store = driver.driver.getKeyValueStore(JudgeProcessor.PENDING);
      PendingRecords left = PendingRecords.restore(store);
      // A batch of three that was answered, and two of the next that were not.
      for (int i = 0; i < 3; i++) {
        left.add(PendingRecord.of("raw", 0, 90 + i, 5, key(i), record, 1_000));
      }
      left.clear();
      for (int i = 0; i < 2; i++) {
        left.add(PendingRecord.of("raw", 0, 93 + i, 5, key(i), record, 1_000));
      }

      assertThat(PendingRecords.restore(store).all())
          .extracting(PendingRecord::offset)
          .containsExactly(93L, 94L);
      try (JudgingModel model = JudgingModel.open(Golden.TABLE)) {
        assertThat(new RecordJudge(model, options).judge(PendingRecords.restore(store).all(), null))
            .extracting(StreamVerdict::offset)
            .containsExactly(93L, 94L);
      }
    }
  }

  @Test
  void aNewOwnerAnswersWhatIsInTheStore() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    byte[] record = Golden.json(header, Golden.rows(Golden.TABLE).get(0));
    JudgeOptions options = JudgeOptions.DEFAULT.withBatch(4, Duration.ofMillis(10));
    Path state = folder.resolve("state");
    try (Driver first = new Driver(state, Golden.TABLE, options)) {
      for (int i = 0; i < 3; i++) {
        first.records.pipeInput(key(i), record);
      }
      assertThat(first.verdicts.isEmpty()).isTrue();
      PendingRecords again =
          PendingRecords.restore(first.driver.getKeyValueStore(JudgeProcessor.PENDING));
      assertThat(again.all()).extracting(PendingRecord::offset).containsExactly(0L, 1L, 2L);
      assertThat(again.all().get(2).key()).isEqualTo(key(2));
      assertThat(again.all().get(2).value()).isEqualTo(record);
    }
  }

  @Test
  void whatCannotBeReadIsUnscorableAndGoesToTheDeadLettersAsItCame() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    byte[] well = Golden.json(header, Golden.rows(Golden.TABLE).get(0));
    JudgeOptions options = JudgeOptions.DEFAULT.withMostBytes(1_000);
    byte[][] unreadable = {
      null,
      bytes("{\"a\": 1"),
      bytes("[1, 2]"),
      bytes("{\"a\": 1, \"a\": 2}"),
      bytes("{\"a\": NaN}"),
      bytes("{\"a\": 1} {\"a\": 2}"),
      bytes(""),
      {'{', '"', 'k', 'i', 'n', 'd', '"', ':', '"', (byte) 0xFF, '"', '}'},
      bytes("{\"a\": \"" + "x".repeat(2_000) + "\"}"),
      bytes("[".repeat(900)),
      bytes("{\"a\": \"tall\", \"b\": 1}"),
      bytes("{\"a\": [1], \"b\": 1}"),
    };
    String[] reasons = {
      "no value: a tombstone",
      "broken JSON at character 7: Unexpected end-of-input",
      "broken JSON: no object",
      "'a': twice",
      "broken JSON at character",
      "broken JSON: text after the object",
      "broken JSON: no object",
      "byte 9: 0xFF (expected: text in UTF-8)",
      "too long: 2,009 bytes (expected: at most 1,000 with its key)",
      "broken JSON: no object",
      "column 'a': 'tall' (expected: a number)",
      "column 'a': '[...]' (expected: a number)",
    };
    try (Driver driver = new Driver(folder, Golden.TABLE, options)) {
      for (byte[] value : unreadable) {
        driver.records.pipeInput(key(1), value);
        driver.records.pipeInput(key(2), well);
      }
      List<StreamVerdict> verdicts = driver.answers();
      List<TestRecord<byte[], byte[]>> letters = driver.deadLetters.readRecordsToList();

      assertThat(verdicts).hasSize(2 * unreadable.length);
      assertThat(letters).hasSameSizeAs(unreadable);
      for (int i = 0; i < unreadable.length; i++) {
        StreamVerdict bad = verdicts.get(2 * i);
        assertThat(bad.judgement().verdict()).as(reasons[i]).isNotEqualTo(Verdict.NORMAL);
        assertThat(bad.judgement().reason()).contains(reasons[i]);
        assertThat(verdicts.get(2 * i + 1).judgement().verdict()).isEqualTo(Verdict.NORMAL);
        TestRecord<byte[], byte[]> letter = letters.get(i);
        assertThat(Driver.header(letter, DeadLetter.REASON)).startsWith(reasons[i]);
        assertThat(Driver.header(letter, DeadLetter.TOPIC)).isEqualTo("raw");
        assertThat(Driver.header(letter, DeadLetter.OFFSET)).isEqualTo(String.valueOf(2 * i));
        assertThat(letter.key()).isEqualTo(key(1));
        if (i != 8) {
          assertThat(letter.value()).isEqualTo(unreadable[i]);
        }
      }
      // Of one that is too long the beginning is kept, and how long the whole is.
      assertThat(letters.get(8).value()).hasSize(1_000 - key(1).length);
      assertThat(Driver.header(letters.get(8), DeadLetter.WHOLE_LENGTH)).isEqualTo("2009");
    }
  }

  @Test
  void aKeyThatIsTooLongByItselfIsNotTold() throws Exception {
    byte[] well = Golden.json(Golden.header(Golden.TABLE), Golden.rows(Golden.TABLE).get(0));
    try (Driver driver =
        new Driver(folder, Golden.TABLE, JudgeOptions.DEFAULT.withMostBytes(1_000))) {
      driver.records.pipeInput(new byte[1_001], well);
      driver.driver.advanceWallClockTime(Duration.ofMillis(10));
      TestRecord<byte[], StreamVerdict> record = driver.verdicts.readRecord();
      assertThat(record.key()).isNull();
      assertThat(record.value().judgement().verdict()).isEqualTo(Verdict.UNSCORABLE);
      assertThat(record.value().judgement().reason()).startsWith("too long: ");
    }
  }

  @Test
  void aFormatThatFailsMakesOneRecordUnreadableAndNoMore() throws Exception {
    RecordFormat poisoned =
        (value, fields) -> {
          if (value[0] == '!') {
            throw new IllegalStateException("poison");
          }
          RecordFormat.json().read(value, fields);
        };
    List<String> header = Golden.header(Golden.TABLE);
    try (Driver driver =
        new Driver(folder, Golden.TABLE, JudgeOptions.DEFAULT.withFormat(poisoned))) {
      driver.records.pipeInput(key(0), bytes("!"));
      driver.records.pipeInput(key(1), Golden.json(header, Golden.rows(Golden.TABLE).get(0)));
      List<StreamVerdict> verdicts = driver.answers();
      assertThat(verdicts.get(0).judgement().reason()).contains("poison");
      assertThat(verdicts.get(1).judgement().verdict()).isEqualTo(Verdict.NORMAL);
    }
  }

  @Test
  void aRaggedLineOfCsvIsUnreadable() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    try (Driver driver =
        new Driver(
            folder, Golden.TABLE, JudgeOptions.DEFAULT.withFormat(RecordFormat.csv(header, ',')))) {
      driver.records.pipeInput(key(0), bytes("1,2"));
      driver.records.pipeInput(key(0), bytes("\n"));
      driver.records.pipeInput(key(0), bytes(Golden.rows(Golden.TABLE).get(0) + "\r\n"));
      assertThat(driver.answers())
          .extracting(verdict -> verdict.judgement().reason())
          .containsExactly(
              "ragged row: 2 fields (expected: 9, as --columns has)",
              "CSV: nothing (expected: one line)",
              "");
    }
  }

  @Test
  void aModelOfATableHasNoTimeAndNoKey() throws Exception {
    try (JudgingModel model = JudgingModel.open(Golden.TABLE)) {
      JudgeOptions options = JudgeOptions.DEFAULT.withSeries(Optional.of("at"), List.of());
      assertThatThrownBy(() -> new JudgeSupplier(model, options))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("judges rows of a table");
    }
  }

  @Test
  void anotherModelTakesOverWhileRecordsComeIfItTakesTheSameOnes() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    byte[] record = Golden.json(header, Golden.rows(Golden.TABLE).get(0));
    try (Driver driver = new Driver(folder, Golden.TABLE, JudgeOptions.DEFAULT)) {
      driver.records.pipeInput(key(0), record);
      // The one before is closed, so that a verdict by it would fail.
      driver.replace(Golden.TABLE);
      driver.records.pipeInput(key(1), record);
      assertThat(driver.answers()).hasSize(2);
      assertThatThrownBy(() -> driver.replace(Golden.SERIES))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("judges series (expected: as the one before it, rows of a table)");
      driver.records.pipeInput(key(2), record);
      assertThat(driver.answers())
          .extracting(verdict -> verdict.judgement().verdict())
          .containsExactly(Verdict.NORMAL);
    }
  }

  @Test
  void aFileThatIsNoModelIsRefusedByItsName() throws Exception {
    Path none = Files.writeString(folder.resolve("none.onnx"), "none");
    assertThatThrownBy(() -> JudgingModel.open(none))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("none.onnx");
  }

  private static RowsBuilder read(Scorer scorer, List<String> header, List<String> rows) {
    RowsBuilder builder = new RowsBuilder(scorer.manifest().schema());
    for (String row : rows) {
      String[] cells = row.split(",", -1);
      for (int j = 0; j < cells.length; j++) {
        int column = builder.column(header.get(j));
        if (column >= 0) {
          builder.set(column, cells[j]);
        }
      }
      builder.endRow(builder.fault());
    }
    return builder;
  }

  private static byte[] key(int number) {
    return bytes("key-" + number);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
