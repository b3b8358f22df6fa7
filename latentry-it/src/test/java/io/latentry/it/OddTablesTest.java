package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.training.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small and odd tables through the whole line: a usable model or a clear refusal, never NaN. */
final class OddTablesTest {
  @TempDir private Path folder;

  private record Odd(String name, List<String> lines) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Odd> tables() {
    SplittableRandom r = new SplittableRandom(7);
    return Stream.of(
        table("30 rows", 30, 3, i -> numbers(r, 3)),
        table("one column", 120, 1, i -> numbers(r, 1)),
        table("200 columns", 60, 200, i -> numbers(r, 200)),
        table("constant columns", 100, 3, i -> numbers(r, 1) + ",5,5"),
        table("nothing but constants", 100, 2, i -> "1,2"),
        table(
            "near-constant column", 120, 2, i -> numbers(r, 1) + "," + (i == 3 ? "1.000001" : "1")),
        table("duplicate columns", 100, 2, i -> (i * 37 % 101 + "," + i * 37 % 101)),
        table("duplicate rows", 100, 2, i -> i % 2 + ".5," + (i % 3)),
        table("three rows again and again", 600, 2, i -> i % 3 + ".5," + (i % 3) * 7),
        table("1,500 columns", 40, 1_500, i -> numbers(r, 1_500)),
        table(
            "heavy tails",
            150,
            2,
            i -> Math.tan(Math.PI * (r.nextDouble() - 0.5)) + "," + 1 / r.nextDouble()),
        table("integer grid", 150, 2, i -> r.nextInt(6) + "," + r.nextInt(9)),
        table("only categories", 120, 2, i -> "k" + r.nextInt(4) + ",v" + r.nextInt(30)),
        table("only booleans", 120, 2, i -> r.nextBoolean() + "," + r.nextBoolean()),
        table("all-missing column", 100, 2, i -> numbers(r, 1) + ","),
        table("half missing", 100, 2, i -> numbers(r, 1) + "," + (i % 2 == 0 ? "" : i)),
        table("one row", 1, 2, i -> "1,2"),
        table("huge magnitudes", 100, 2, i -> i * 1e30 + "," + r.nextGaussian() * 1e-30),
        table("far offset", 100, 2, i -> (1e7 + r.nextInt(50)) + "," + r.nextInt(5)),
        table(
            "tails without a mean",
            150,
            4,
            i ->
                IntStream.range(0, 4)
                    .mapToObj(j -> String.valueOf((float) Math.pow(r.nextDouble(), -5)))
                    .collect(Collectors.joining(","))));
  }

  @ParameterizedTest
  @MethodSource("tables")
  void aModelOrARefusalButNeverNan(Odd odd) throws IOException {
    Path data = Synthetic.write(folder.resolve("odd.csv"), odd.lines());
    Path model = folder.resolve("model.onnx");
    FitOutcome outcome;
    try {
      outcome = Line.fit(data, Line.quick(DataConfig.DEFAULT), model);
    } catch (DataException | TrainingException refusal) {
      assertThat(refusal.getMessage()).as(odd.name()).contains("(expected");
      assertThat(model).doesNotExist();
      return;
    }
    assertThat(outcome.manifest().calibration().scores()).doesNotContain(Double.NaN);
    assertThat(outcome.manifest().threshold().current().score()).isFinite();
    try (Scorer scorer = Scorer.open(model)) {
      Judgements judged = scorer.judge(Line.read(data, scorer.manifest().schema()));
      assertThat(judged.count(Verdict.UNSCORABLE)).isZero();
      assertThat(judged.count(Verdict.ANOMALY))
          .as("alarms on the training rows")
          .isLessThan(judged.count() / 4 + 1);
    }
  }

  /** A name of ours in the data is a name like any other: judged, and told as what it is. */
  @Test
  void aColumnMayBeCalledAsWhatIsToldOfARow() throws IOException {
    SplittableRandom r = new SplittableRandom(3);
    List<String> lines = new ArrayList<>(List.of("score,latent_term,reconstruction_term,row"));
    IntStream.range(0, 150).mapToObj(i -> numbers(r, 4)).forEach(lines::add);
    Path data = Synthetic.write(folder.resolve("names.csv"), lines);
    Path model = folder.resolve("names.onnx");
    FitOutcome outcome = Line.fit(data, Line.quick(DataConfig.DEFAULT), model);
    FeatureReader features = new FeatureReader(outcome.manifest());
    try (Scorer scorer = Scorer.open(model)) {
      Rows rows = Line.read(data, scorer.manifest().schema());
      Judgements judged = scorer.judge(rows, FeatureReader.outputs(scorer.outputs()));
      assertThat(judged.count(Verdict.UNSCORABLE)).isZero();
      assertThat(features.top(rows, judged.scores(), 0, 4))
          .extracting(Feature::name)
          .containsExactlyInAnyOrder("score", "latent_term", "reconstruction_term", "row");
    }
    assertThat(outcome.manifest().columnReference().get("score").values())
        .as("the column's own values")
        .contains(Float.parseFloat(lines.get(1).substring(0, lines.get(1).indexOf(','))));
  }

  private static Odd table(String name, int rows, int columns, IntFunction<String> row) {
    List<String> lines = new ArrayList<>();
    lines.add(IntStream.range(0, columns).mapToObj(j -> "c" + j).collect(Collectors.joining(",")));
    IntStream.range(0, rows).mapToObj(row).forEach(lines::add);
    return new Odd(name, lines);
  }

  private static String numbers(SplittableRandom random, int columns) {
    return IntStream.range(0, columns)
        .mapToObj(j -> String.format(Locale.ROOT, "%.4f", random.nextGaussian()))
        .collect(Collectors.joining(","));
  }
}
