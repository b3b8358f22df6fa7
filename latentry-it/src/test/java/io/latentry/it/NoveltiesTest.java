package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.Column;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.NovelValues;
import io.latentry.core.data.NoveltyPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.Scores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What training never saw is an anomaly that says so; what cannot be read is unscorable. */
final class NoveltiesTest {
  private static final String HEADER =
      "temp,flow,count,flag,armed,valve,mode,firmware,code,sensor_a,sensor_b,gap,at";
  private static final int ROWS = 600;
  private static final Instant START = Instant.parse("2024-03-04T00:00:00Z");

  /** Cells of every kind, and none. */
  private static final List<String> CELLS =
      List.of(
          "",
          "valve=1",
          "valve=-0.0",
          "valve=",
          "firmware=",
          "firmware=v2",
          "code=E1",
          "flag=2",
          "flag=0.5",
          "armed=perhaps",
          "mode=standby",
          "mode=",
          "count=20.5",
          "count=-1000",
          "temp=1e39",
          "temp=-inf",
          "sensor_b=0",
          "sensor_b=",
          "sensor_a=",
          "sensor_a= sensor_b=",
          "gap=",
          "at=0001-01-01",
          "at=2024-03-14",
          "gap=77",
          "gap=2.5");

  @TempDir private static Path folder;

  private static Path data;
  private static Path model;

  @BeforeAll
  static void fit() throws IOException {
    data = Synthetic.write(folder.resolve("train.csv"), lines(ROWS, 1));
    model = folder.resolve("model.onnx");
    Line.fit(data, Line.quick(DataConfig.DEFAULT), model);
  }

  private static List<String> lines(int rows, long seed) {
    SplittableRandom r = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>(List.of(HEADER));
    for (int i = 0; i < rows; i++) {
      lines.add(normal(r));
    }
    return lines;
  }

  private static String normal(SplittableRandom r) {
    double sensor = 40 + 5 * r.nextGaussian();
    return String.format(
        Locale.ROOT,
        "%.3f,%.3f,%d,%d,%s,0,%s,v1.2,,%.2f,%.2f,%s,%s",
        50 + 3 * r.nextGaussian(),
        5 + r.nextGaussian(),
        r.nextInt(40),
        r.nextInt(2),
        r.nextInt(4) > 0 ? "yes" : "no",
        r.nextInt(3) > 0 ? "auto" : "manual",
        sensor,
        sensor,
        r.nextInt(5) == 0 ? "" : String.valueOf(r.nextInt(9)),
        START.plusSeconds(r.nextInt(28 * 86_400)));
  }

  /** A usual row with some cells set: {@code valve=1 code=E42}. */
  private static String with(String cells) {
    String[] row = "50,5,20,1,yes,0,auto,v1.2,,40.0,40.0,4,2024-03-13T08:00:00Z".split(",", -1);
    List<String> names = List.of(HEADER.split(","));
    for (String cell : cells.isEmpty() ? new String[0] : cells.split(" ")) {
      int equals = cell.indexOf('=');
      row[names.indexOf(cell.substring(0, equals))] = cell.substring(equals + 1);
    }
    return String.join(",", row);
  }

  private static Judgements judge(Path by, String... rows) throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    lines.addAll(Arrays.asList(rows));
    Path file = Synthetic.write(folder.resolve("new.csv"), lines);
    try (Scorer scorer = Scorer.open(by)) {
      return scorer.judge(
          Line.read(file, scorer.manifest().schema()),
          Set.of(Output.NOVELTY, Output.SCORE_CONTRIBUTION));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                        | NORMAL     | ",
        "valve=1                 | ANOMALY    | valve was 0 in all 600 normal rows, now 1",
        "valve=0.001             | ANOMALY    | valve was 0 in all 600 normal rows, now 0.001",
        "firmware=v6.66 | ANOMALY | firmware was 'v1.2' in all 600 normal rows, now 'v6.66'",
        "code=E42                | ANOMALY    | code was empty in all 600 normal rows, now 'E42'",
        "flag=2                  | ANOMALY    | flag was true or false in all 600 normal rows, now 2",
        "flag=-1                 | ANOMALY    | flag was true or false",
        "armed=maybe | ANOMALY | armed was true or false in all 600 normal rows, now neither",
        "mode=standby            | ANOMALY    | mode was 'auto' or 'manual' in all 600 normal rows",
        "count=20.5              | ANOMALY    | count was a whole number in all 600 normal rows",
        "temp=122                | ANOMALY    | temp was ",
        "temp=95                 | ANOMALY    | temp was ",
        "temp=1e39               | ANOMALY    | now 3.4E38 or more",
        "temp=1e400              | ANOMALY    | now 3.4E38 or more",
        "temp=-1e300             | ANOMALY    | now -3.4E38 or less",
        "sensor_b=0              | ANOMALY    | sensor_b was the same as sensor_a",
        "sensor_a=41 sensor_b=41 | NORMAL     | ",
        "valve=abc               | UNSCORABLE | column 'valve': 'abc' (expected: a number)",
        "valve=                  | UNSCORABLE | missing value: column 'valve'",
        "valve=inf               | UNSCORABLE | not finite: column 'valve'",
        "temp=abc                | UNSCORABLE | column 'temp': 'abc' (expected: a number)",
        "temp= code=E42          | ANOMALY    | now 'E42'; missing value: column 'temp'",
        "temp=abc firmware=v9    | ANOMALY    | now 'v9'; line 2 column 'temp': 'abc'",
        "temp=inf flow=900       | ANOMALY    | not finite: column 'temp'",
        "gap=                    | NORMAL     | ",
        "at=2025-03-12T08:00:00Z | NORMAL     | ",
        "at=9999-12-31           | ANOMALY    | at was from 2024-03-04 to 2024-",
        "at=1970-01-01T00:00:00Z | ANOMALY    | now a date years from them",
      })
  void aNovelValueIsAnAnomalyWithItsReason(String cells, Verdict verdict, String reason)
      throws IOException {
    Judgements judged = judge(model, with(cells == null ? "" : cells));
    assertThat(judged.verdict(0)).isEqualTo(verdict);
    if (reason == null) {
      assertThat(judged.reason(0)).isEmpty();
    } else {
      assertThat(judged.reason(0)).contains(reason);
    }
    assertThat(Double.isNaN(judged.score(0))).isEqualTo(verdict == Verdict.UNSCORABLE);
    assertThat(judged.get(0).verdict()).isEqualTo(verdict);
  }

  /**
   * Graph and host say the same of each cell, and the novelty's part of the score is its column's.
   */
  @Test
  void theGraphKnowsWhatTheReasonTells() throws IOException {
    String[] rows = CELLS.stream().map(NoveltiesTest::with).toArray(String[]::new);
    Judgements judged = judge(model, rows);
    Scores scores = judged.scores();
    int columns = scores.width(Output.NOVELTY);
    List<String> names;
    try (Scorer scorer = Scorer.open(model)) {
      names = scorer.manifest().schema().columns().stream().map(Column::name).toList();
    }
    for (int row = 0; row < rows.length; row++) {
      int of = row;
      float[] nats = scores.values(Output.NOVELTY);
      NovelValues told = scores.novelties(row);
      assertThat(
              IntStream.range(0, columns)
                  .filter(j -> nats[of * columns + j] > 0)
                  .mapToObj(names::get)
                  .toList())
          .as(rows[row])
          .isEqualTo(told == null ? List.of() : told.features());
      if (scores.reasonAgainst(row) == null) {
        double sum =
            IntStream.range(0, columns)
                .mapToDouble(j -> scores.values(Output.SCORE_CONTRIBUTION)[of * columns + j])
                .sum();
        assertThat(sum).isCloseTo(judged.score(row), within(1e-3 * Math.max(1, Math.abs(sum))));
      }
      if (told != null && told.features().size() == 1) {
        int novel = names.indexOf(told.features().get(0));
        assertThat(
                IntStream.range(0, columns)
                    .boxed()
                    .max(
                        (a, b) ->
                            Float.compare(
                                scores.values(Output.SCORE_CONTRIBUTION)[of * columns + a],
                                scores.values(Output.SCORE_CONTRIBUTION)[of * columns + b])))
            .as(rows[row])
            .contains(novel);
      }
    }
  }

  /** Normal rows that nobody saw keep the promise although some show something new. */
  @Test
  void freshNormalRowsKeepThePromise() throws IOException {
    Path fresh = Synthetic.write(folder.resolve("fresh.csv"), lines(4_000, 2));
    try (Scorer scorer = Scorer.open(model)) {
      Rows rows = Line.read(fresh, scorer.manifest().schema());
      Judgements judged = scorer.judge(rows);
      assertThat(judged.count(Verdict.UNSCORABLE)).isZero();
      assertThat(judged.count(Verdict.ANOMALY) / 4_000.0)
          .isLessThan(scorer.manifest().threshold().current().falseAlarmRateUpperBound() + 0.005);
    }
  }

  @Test
  void aValueThatManyNormalRowsLackIsNothingNewWhereItLacks() throws IOException {
    Path by = folder.resolve("missing.onnx");
    DataConfig all = DataConfig.builder().missing(Map.of("*", MissingPolicy.ANOMALY)).build();
    Line.fit(data, Line.quick(all), by);
    Judgements judged = judge(by, with("gap=4"), with("gap="), with("code=E"), with("temp="));
    assertThat(judged.reason(0)).isEmpty();
    assertThat(judged.verdict(0)).isEqualTo(Verdict.NORMAL);
    assertThat(judged.reason(1)).isEmpty();
    assertThat(judged.reason(2)).isEqualTo("code was empty in all 600 normal rows, now 'E'");
    assertThat(judged.reason(3)).isEqualTo("temp was given in all 600 normal rows, now missing");
  }

  @Test
  void thePolicyOfAColumnChangesItsVerdict() throws IOException {
    Path by = folder.resolve("policies.onnx");
    DataConfig policies =
        DataConfig.builder()
            .novelty(Map.of("valve", NoveltyPolicy.IGNORE, "firmware", NoveltyPolicy.REJECT))
            .missing(Map.of("temp", MissingPolicy.ANOMALY))
            .build();
    Line.fit(data, Line.quick(policies), by);
    Judgements judged =
        judge(by, with("valve=1"), with("firmware=v2"), with("temp="), with("code=E"));
    assertThat(judged.verdict(0)).isEqualTo(Verdict.NORMAL);
    assertThat(judged.verdict(1)).isEqualTo(Verdict.UNSCORABLE);
    assertThat(judged.reason(1)).contains("firmware was 'v1.2'");
    assertThat(judged.verdict(2)).isEqualTo(Verdict.ANOMALY);
    assertThat(judged.reason(2)).isEqualTo("temp was given in all 600 normal rows, now missing");
    assertThat(judged.verdict(3)).isEqualTo(Verdict.ANOMALY);
  }
}
