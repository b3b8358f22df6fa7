package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.Column;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.server.oip.tensor.Datatype;
import io.latentry.server.oip.tensor.InputTensor;
import io.latentry.server.oip.tensor.RowsFromTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns that name rows are left out of the model, and a name of another form is an anomaly. */
final class IdentifiersTest {
  private static final String HEADER = "trace,row,order,flow,temp";

  @TempDir private static Path folder;

  private static Path model;
  private static FitOutcome fitted;

  @BeforeAll
  static void fit() throws IOException {
    model = folder.resolve("ids.onnx");
    Path train = Synthetic.write(folder.resolve("train.csv"), lines(0, 700));
    fitted = Line.fit(train, Line.quick(DataConfig.DEFAULT), model);
  }

  static List<String> lines(int from, int count) {
    SplittableRandom random = new SplittableRandom(from + 1);
    List<String> lines = new ArrayList<>(List.of(HEADER));
    for (int i = from; i < from + count; i++) {
      double flow = random.nextDouble() * 4;
      lines.add(
          "%s,%d,ORD-%06d,%.3f,%.3f"
              .formatted(
                  new UUID(random.nextLong(), random.nextLong()),
                  i + 1,
                  i + 1,
                  flow,
                  2 * flow + random.nextDouble() / 3));
    }
    return lines;
  }

  static List<String> odd() {
    String[] usual = lines(9_000, 1).get(1).split(",", -1);
    List<String> lines = new ArrayList<>(List.of(HEADER, String.join(",", usual)));
    for (String odd :
        List.of(
            "0=DROP TABLE users", "1=DROP TABLE users", "2=DROP TABLE users", "0=", "1=", "1=-7")) {
      String[] row = usual.clone();
      row[odd.charAt(0) - '0'] = odd.substring(2);
      lines.add(String.join(",", row));
    }
    return lines;
  }

  private static Rows read(Scorer scorer, String name, List<String> lines) throws IOException {
    return Line.read(Synthetic.write(folder.resolve(name), lines), scorer.manifest().schema());
  }

  @Test
  void aNameOfAnotherFormIsAnAnomalyThatSaysSo() throws IOException {
    assertThat(fitted.notices())
        .anyMatch(
            notice ->
                notice.startsWith("left out, but watched for the form of their values: ")
                    && notice.contains("'trace' (length")
                    && notice.contains("'row' (whole numbers)"));
    try (Scorer scorer = Scorer.open(model)) {
      Judgements judged = scorer.judge(read(scorer, "odd.csv", odd()), EnumSet.of(Output.NOVELTY));
      List<Verdict> verdicts = new ArrayList<>();
      for (int row = 0; row < judged.count(); row++) {
        verdicts.add(judged.verdict(row));
      }
      assertThat(verdicts)
          .containsExactly(
              Verdict.NORMAL,
              Verdict.ANOMALY,
              Verdict.ANOMALY,
              Verdict.ANOMALY,
              Verdict.NORMAL,
              Verdict.NORMAL,
              Verdict.ANOMALY);
      assertThat(judged.reason(1))
          .startsWith("length of trace was 36 in all 700 normal rows, now 16");
      assertThat(judged.reason(2))
          .isEqualTo("row was a whole number in all 700 normal rows, now no number");
      assertThat(judged.reason(6)).isEqualTo("row was 1 to 700 in all 700 normal rows, now -7");
      float[] nats = judged.scores().values(Output.NOVELTY);
      List<String> names = scorer.manifest().schema().columns().stream().map(Column::name).toList();
      assertThat((double) nats[names.size() + names.indexOf("trace (length)")])
          .isCloseTo(Math.log(701), within(1e-3));
    }
  }

  @Test
  void newNamesKeepThePromise() throws IOException {
    try (Scorer scorer = Scorer.open(model)) {
      Judgements judged =
          scorer.judge(read(scorer, "new.csv", lines(700, 4_000)), EnumSet.of(Output.NOVELTY));
      float[] nats = judged.scores().values(Output.NOVELTY);
      long novel = IntStream.range(0, nats.length).filter(i -> nats[i] > 0).count();
      assertThat(novel).isZero();
      assertThat(judged.count(Verdict.UNSCORABLE)).isZero();
      assertThat(judged.count(Verdict.ANOMALY) / 4_000.0)
          .isLessThan(scorer.manifest().threshold().current().falseAlarmRateUpperBound() + 0.005);
    }
  }

  /** They do not enter the model: its scores of ordinary rows do not depend on them. */
  @Test
  void rowsMayLackTheirNames() throws IOException {
    List<String> whole = lines(700, 50);
    List<String> bare = withoutNames(whole);
    try (Scorer scorer = Scorer.open(model)) {
      Schema schema = scorer.manifest().schema();
      assertThat(schema.optional()).containsExactlyInAnyOrder("trace", "row", "order");
      Rows rows = read(scorer, "bare.csv", bare);
      Judgements judged = scorer.judge(rows);
      Judgements named = scorer.judge(read(scorer, "whole.csv", whole));
      List<InputTensor> tensors = new ArrayList<>();
      for (String name : List.of("flow", "temp")) {
        int column = schema.columns().stream().map(Column::name).toList().indexOf(name);
        float[] numbers = new float[rows.count()];
        for (int row = 0; row < numbers.length; row++) {
          numbers[row] = rows.numeric(row, column);
        }
        tensors.add(
            new InputTensor(
                name, Datatype.FP32, new long[] {rows.count()}, numbers, new String[0]));
      }
      Judgements byTensors = scorer.judge(RowsFromTensors.read(scorer.manifest(), tensors));
      for (int row = 0; row < rows.count(); row++) {
        assertThat(judged.score(row)).isEqualTo(named.score(row));
        assertThat(byTensors.score(row)).isEqualTo(named.score(row));
      }
    }
  }

  static List<String> withoutNames(List<String> lines) {
    return lines.stream().map(line -> line.replaceFirst("^[^,]*,[^,]*,[^,]*,", "")).toList();
  }
}
