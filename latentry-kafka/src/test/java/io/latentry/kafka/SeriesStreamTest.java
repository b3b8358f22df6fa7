package io.latentry.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Points of series as records, without a broker. */
final class SeriesStreamTest {
  @TempDir private Path folder;

  @Test
  void everyPointHasTheVerdictOfItsSeriesToTheLastBitHoweverTheStreamIsCut() throws Exception {
    List<String> header = Golden.header(Golden.SERIES);
    List<String> rows = Golden.rows(Golden.SERIES);
    try (Scorer scorer = Scorer.open(Golden.SERIES, ScorerOptions.threads(1))) {
      PointJudgements expected = expected(scorer, header, rows);
      for (int batch : new int[] {1, 7, 64}) {
        JudgeOptions options = JudgeOptions.DEFAULT.withBatch(batch, Duration.ofMillis(10));
        try (Driver driver = new Driver(folder.resolve("b" + batch), Golden.SERIES, options)) {
          for (String row : rows) {
            driver.records.pipeInput(
                row.split(",", -1)[1].getBytes(StandardCharsets.UTF_8), Golden.json(header, row));
          }
          List<StreamVerdict> verdicts = driver.answers();
          assertThat(verdicts).hasSize(rows.size());
          for (int i = 0; i < rows.size(); i++) {
            StreamVerdict told = verdicts.get(i);
            assertThat(told.judgement())
                .as("batch %d, row %d: %s", batch, i, rows.get(i))
                .isEqualTo(expected.judgements().get(i));
            assertThat(Float.floatToIntBits(told.unsmoothed().orElseThrow()))
                .isEqualTo(Float.floatToIntBits(expected.unsmoothed()[i]));
          }
        }
      }
    }
  }

  @Test
  void onlyWhatCannotBeReadIsADeadLetterAndNotWhatWarmsUpOrCameLate() throws Exception {
    List<String> header = Golden.header(Golden.SERIES);
    try (Driver driver = new Driver(folder, Golden.SERIES, JudgeOptions.DEFAULT)) {
      for (String row :
          List.of(
              "2024-03-01T00:00:00Z,north,5,busy,60",
              "2024-03-01T00:00:00Z,north,5,busy,60",
              "soon,north,5,busy,60",
              "2024-03-01T00:01:00Z,,5,busy,60",
              "2024-03-01T00:01:00Z,north,low,busy,60")) {
        driver.records.pipeInput(new byte[] {1}, Golden.json(header, row));
      }
      List<StreamVerdict> verdicts = driver.answers();
      assertThat(verdicts)
          .extracting(verdict -> verdict.judgement().reason())
          .satisfiesExactly(
              reason -> assertThat(reason).startsWith("warming up: 1 of 16"),
              reason -> assertThat(reason).startsWith("out of order: "),
              reason -> assertThat(reason).isEqualTo("not a time: column 'at', 'soon'"),
              reason -> assertThat(reason).isEqualTo("missing key: column 'pump'"),
              reason -> assertThat(reason).startsWith("column 'pressure': 'low'"));
      assertThat(driver.deadLetters.readRecordsToList())
          .extracting(letter -> Driver.header(letter, DeadLetter.OFFSET))
          .containsExactly("2", "3", "4");
    }
  }

  @Test
  void aRecordMayHaveOtherNamesForTimeAndKey() throws Exception {
    List<String> header = List.of("ts", "unit", "pressure", "mode", "load");
    List<String> rows = Golden.rows(Golden.SERIES);
    JudgeOptions options =
        JudgeOptions.DEFAULT
            .withSeries(Optional.of("ts"), List.of("unit"))
            .withKeep(List.of("unit"));
    try (Scorer scorer = Scorer.open(Golden.SERIES, ScorerOptions.threads(1));
        Driver driver = new Driver(folder, Golden.SERIES, options)) {
      PointJudgements expected = expected(scorer, Golden.header(Golden.SERIES), rows);
      rows.forEach(row -> driver.records.pipeInput(new byte[] {1}, Golden.json(header, row)));
      List<StreamVerdict> verdicts = driver.answers();
      for (int i = 0; i < rows.size(); i++) {
        assertThat(verdicts.get(i).judgement()).isEqualTo(expected.judgements().get(i));
      }
      assertThat(verdicts.get(1).kept().get("unit").text()).isEqualTo("south");
    }
  }

  @Test
  void aKeyOfMorePartsThanTheModelsIsRefused() throws Exception {
    try (JudgingModel model = JudgingModel.open(Golden.SERIES)) {
      JudgeOptions options =
          JudgeOptions.DEFAULT.withSeries(Optional.empty(), List.of("site", "pump"));
      assertThatThrownBy(() -> new JudgeSupplier(model, options))
          .isInstanceOf(DataException.class)
          .hasMessage(
              "key: site, pump (expected: the fields that hold pump, the key of the model's"
                  + " series)");
    }
  }

  @Test
  void aStateOfAnotherModelKeepsItsPointsIfTheyMeanTheSameAndBeginsAnewIfNot() throws Exception {
    List<String> header = Golden.header(Golden.SERIES);
    String row = Golden.rows(Golden.SERIES).get(0);
    try (Driver driver = new Driver(folder, Golden.SERIES, JudgeOptions.DEFAULT)) {
      KeyValueStore<String, byte[]> states = driver.driver.getKeyValueStore(JudgeProcessor.SERIES);
      driver.records.pipeInput(new byte[] {1}, Golden.json(header, row));
      assertThat(driver.answers()).hasSize(1);
      byte[] own = states.get("north");
      own[4] ^= 1;
      states.put("north", own);
      // The very same point again: late for a key that had it, the first of one that begins anew.
      driver.records.pipeInput(new byte[] {1}, Golden.json(header, row));
      assertThat(driver.answers())
          .extracting(verdict -> verdict.judgement().reason())
          .satisfiesExactly(reason -> assertThat(reason).startsWith("out of order: "));
      byte[] other = states.get("north");
      other[4] ^= 1;
      other[4 + 16 + 1] ^= 1;
      states.put("north", other);
      driver.records.pipeInput(new byte[] {1}, Golden.json(header, row));
      assertThat(driver.answers())
          .extracting(verdict -> verdict.judgement().reason())
          .containsExactly("warming up: 1 of 16 points");
    }
  }

  @Test
  void aDeadLetterKeepsTheKeyOfItsRecord() throws Exception {
    try (Driver driver = new Driver(folder, Golden.SERIES, JudgeOptions.DEFAULT)) {
      driver.records.pipeInput("n".getBytes(StandardCharsets.UTF_8), (byte[]) null);
      assertThat(driver.answers()).hasSize(1);
      TestRecord<byte[], byte[]> letter = driver.deadLetters.readRecord();
      assertThat(letter.key()).asString().isEqualTo("n");
      assertThat(letter.value()).isNull();
    }
  }

  /** All points at once, by the scorer. */
  private static PointJudgements expected(Scorer scorer, List<String> header, List<String> rows) {
    RowsBuilder builder = new RowsBuilder(scorer.manifest().schema());
    String[][] beside = new String[2][rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      String[] cells = rows.get(i).split(",", -1);
      for (int j = 0; j < cells.length; j++) {
        int column = builder.column(header.get(j));
        if (column >= 0) {
          builder.set(column, cells[j]);
        }
      }
      builder.endRow(builder.fault());
      beside[0][i] = cells[0];
      beside[1][i] = cells[1];
    }
    SeriesScorer series = SeriesScorer.of(scorer);
    Map<String, SeriesState> states = new HashMap<>();
    return series.judge(
        SeriesPoints.of(
            series.settings(), scorer.manifest().reading().cells(), builder.rows(), beside),
        key -> states.computeIfAbsent(key, k -> series.begin()),
        Set.of());
  }
}
