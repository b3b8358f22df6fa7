package io.latentry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.arrow.ArrowRows;
import io.latentry.core.data.DataException;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.model.Model;
import io.latentry.pipeline.config.FitConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way in for programs. */
final class LatentryTest {
  private static final double ODD = 40;

  @TempDir static Path folder;

  private static Model model;

  enum Valve {
    open,
    shut
  }

  record Reading(double pressure, int flowRate, Valve valve, Instant at, String status) {}

  /** As frameworks make them. */
  public static final class ReadingBean {
    private final Reading reading;

    ReadingBean(Reading reading) {
      this.reading = reading;
    }

    public double getPressure() {
      return reading.pressure();
    }

    public Integer getFlowRate() {
      return reading.flowRate();
    }

    public String getValve() {
      return reading.valve().name();
    }

    public LocalDateTime getAt() {
      return LocalDateTime.parse("2024-05-06T07:08:09");
    }
  }

  @BeforeAll
  static void fitOnce() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<String> lines = new ArrayList<>(List.of("pressure,flow_rate,valve,at,status"));
    for (int i = 0; i < 400; i++) {
      double pressure = random.nextGaussian();
      boolean ok = i % 20 != 0;
      lines.add(
          (ok ? pressure : ODD)
              + ","
              + Math.round(100 * pressure)
              + (i % 2 == 0 ? ",open," : ",shut,")
              + "2024-05-0%dT07:08:09Z,".formatted(1 + i % 7)
              + (ok ? "ok" : "broken"));
    }
    Path data = Files.write(folder.resolve("data.csv"), lines);
    FitConfig small =
        FitConfig.DEFAULT
            .withModel(FitConfig.DEFAULT.model().toBuilder().members(1).hidden(List.of(8)).build())
            .withTraining(FitConfig.DEFAULT.training().toBuilder().steps(60).build());
    model = Latentry.fit(data).config(small).normal("status", "ok").falseAlarmRate(0.05).train();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void whatIsNormalAndWhatIsOddIsToldApart() {
    assertThat(model.manifest().threshold().current().falseAlarmRate()).isEqualTo(0.05);
    assertThat(model.judge(row(0.1)).verdict()).isEqualTo(Verdict.NORMAL);
    assertThat(model.judge(row(ODD)).verdict()).isEqualTo(Verdict.ANOMALY);
    assertThat(model.explain(row(ODD), 2)).extracting(Feature::name).contains("pressure");
  }

  @Test
  void aMapARecordABeanAndARowOfADatabaseAreJudgedAlike() throws Exception {
    Reading reading =
        new Reading(0.4, 40, Valve.shut, Instant.parse("2024-05-06T07:08:09Z"), "ignored");
    Map<String, Object> map =
        Map.of("pressure", Optional.of(0.4), "flow_rate", 40L, "valve", "shut", "at", reading.at());
    Judgement expected = model.judge(map);

    assertThat(expected.score()).isFinite();
    assertThat(model.judge(reading)).isEqualTo(expected);
    assertThat(model.judge(new ReadingBean(reading))).isEqualTo(expected);
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT 0.4::DOUBLE AS pressure, 40 AS \"FLOW_RATE\", 'shut' AS valve,"
                    + " TIMESTAMPTZ '2024-05-06 07:08:09+00' AS at FROM range(600)")) {
      assertThat(model.judgeAll(rows)).hasSize(600).containsOnly(expected);
    }
  }

  @Test
  void manyRowsAreJudgedInTheirOrderHoweverTheyCome() {
    List<Map<String, Object>> rows =
        IntStream.range(0, 1_200).<Map<String, Object>>mapToObj(i -> row(i / 300.0)).toList();
    List<Judgement> expected = rows.stream().map(model::judge).toList();

    assertThat(model.judgeAll(rows)).isEqualTo(expected);
    assertThat(model.judgeAll(rows.stream())).isEqualTo(expected);
    assertThat(model.judgeAll(List.of())).isEmpty();
    assertThat(rows.parallelStream().map(model::judge).toList()).isEqualTo(expected);
  }

  @Test
  void aBatchOfArrowIsJudgedAsItsRowsAre() {
    try (BufferAllocator allocator = new RootAllocator();
        Float8Vector pressure = new Float8Vector("pressure", allocator);
        BigIntVector flow = new BigIntVector("flow_rate", allocator);
        VarCharVector valve = new VarCharVector("valve", allocator);
        TimeStampMilliVector at = new TimeStampMilliVector("at", allocator);
        VectorSchemaRoot batch = VectorSchemaRoot.of(pressure, flow, valve, at)) {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        Map<String, Object> row = row(i / 150.0);
        rows.add(row);
        pressure.setSafe(i, i / 150.0);
        flow.setSafe(i, (Long) row.get("flow_rate"));
        valve.setSafe(i, "open".getBytes(StandardCharsets.UTF_8));
        at.setSafe(i, Instant.parse("2024-05-03T07:08:09Z").toEpochMilli());
      }
      batch.setRowCount(600);

      assertThat(model.judgeAll(ArrowRows.of(batch))).isEqualTo(model.judgeAll(rows));
      assertThat(model.explain(ArrowRows.of(batch).get(599), 2))
          .isEqualTo(model.explain(rows.get(599), 2));
    }
  }

  @Test
  void manyThreadsAtOnceGetTheAnswersOfOne() throws Exception {
    List<Map<String, Object>> rows =
        IntStream.range(0, 64).<Map<String, Object>>mapToObj(i -> row(i / 1.5)).toList();
    List<Judgement> judged = model.judgeAll(rows);
    List<List<Feature>> explained = rows.stream().map(row -> model.explain(row, 3)).toList();
    int threads = 8;
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        answers.add(
            callers.submit(
                () -> {
                  start.await();
                  boolean same = model.judgeAll(rows).equals(judged);
                  for (int i = 0; i < rows.size(); i++) {
                    int row = (i + 8 * first) % rows.size();
                    same &= model.judge(rows.get(row)).equals(judged.get(row));
                    same &= model.explain(rows.get(row), 3).equals(explained.get(row));
                  }
                  return same;
                }));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get(2, TimeUnit.MINUTES)).isTrue();
      }
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void aRowThatCannotBeReadIsUnscorableAndAValueOfNoUseIsRefused() {
    Map<String, Object> text = row(0.1);
    text.put("pressure", "much");
    assertThat(model.judge(text).verdict()).isEqualTo(Verdict.UNSCORABLE);
    assertThat(model.judge(text).reason()).contains("pressure").contains("much");
    assertThat(model.explain(text, 3)).isEmpty();

    Map<String, Object> list = row(0.1);
    list.put("pressure", List.of(1));
    assertThatThrownBy(() -> model.judge(list))
        .hasMessageContaining("column 'pressure'")
        .hasMessageContaining("expected: a number");
    assertThatThrownBy(() -> model.judge("0.1,10,open")).hasMessageContaining("expected: a map");
  }

  @Test
  void aModelIsSavedAndOpenedAgain() throws Exception {
    Path file = folder.resolve("saved.onnx");
    model.save(file);
    model.save(file);
    try (Model again = Model.open(file)) {
      assertThat(again.judge(row(0.3))).isEqualTo(model.judge(row(0.3)));
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).noneMatch(f -> f.toString().endsWith(".part"));
    }
  }

  @Test
  void dataThatCannotBeUsedAreToldAndLeaveNothingBehind() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.csv"), "a,b\n");
    assertThatThrownBy(() -> Latentry.fit(empty).train()).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> Model.of(new byte[] {1, 2, 3}))
        .hasMessageContaining("not an ONNX file");
  }

  private static Map<String, Object> row(double pressure) {
    Map<String, Object> row = new HashMap<>(Collections.singletonMap("pressure", pressure));
    row.put("flow_rate", Math.round(100 * Math.min(pressure, 3)));
    row.put("valve", "open");
    row.put("at", "2024-05-03T07:08:09Z");
    return row;
  }
}
