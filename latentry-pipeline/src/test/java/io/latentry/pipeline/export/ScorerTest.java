package io.latentry.pipeline.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.Rows;
import io.latentry.core.graph.Dense;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Tolerance;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.Scores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScorerTest {
  private static final long SEED = 20_260_101;

  @TempDir Path folder;

  static Stream<Toy> toys() {
    return Stream.of(1, 4).flatMap(m -> Stream.of(Toy.mixed(m), Toy.numbers(m), Toy.categories(m)));
  }

  @ParameterizedTest
  @MethodSource("toys")
  void everyOutputIsWhatPlainJavaGives(Toy toy) {
    Rows rows = Toy.rows(toy.schema(), 700, SEED);
    Map<Output, Dense> expected = toy.detector().run(rows);
    try (Scorer scorer = open(toy)) {
      assertThat(scorer.outputs()).isEqualTo(expected.keySet());
      Scores scores = scorer.score(rows, scorer.outputs());
      for (Output output : scores.outputs()) {
        float[] got = scores.values(output);
        float[] wanted = expected.get(output).values();
        assertThat(got).hasSameSizeAs(wanted);
        for (int i = 0; i < got.length; i++) {
          if (scores.reasonAgainst(i * rows.count() / got.length) != null) {
            continue;
          }
          // A second of the week is the difference of large angles, in seconds.
          double tolerance = output == Output.RECONSTRUCTION ? 2e-3 : 1e-4;
          if (!(Math.abs(got[i] - wanted[i]) <= tolerance * Math.max(1, Math.abs(wanted[i])))) {
            fail("%s, value %d: %s (expected: %s)", output, i, got[i], wanted[i]);
          }
        }
      }
      if (toy.schema().categoricalCount() > 0) {
        float[] indices = expected.get(Output.RECONSTRUCTION_CATEGORICAL).values();
        for (int i = 0; i < indices.length; i++) {
          int column = i % toy.schema().categoricalCount();
          assertThat(scores.expectedCategories()[i])
              .isEqualTo(toy.schema().categorical(column).categories().get((int) indices[i]));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("toys")
  void aRowGetsTheSameBitsInAnyBatchAtAnyPlaceOnAnyThread(Toy toy) {
    Rows rows = Toy.rows(toy.schema(), 1300, SEED);
    Random random = new Random(SEED);
    Set<Output> wanted = EnumSet.allOf(Output.class);
    try (Scorer scorer = open(toy)) {
      wanted.retainAll(scorer.outputs());
      Scores whole = scorer.score(rows, wanted);
      for (int count : new int[] {1, 1, 1, 2, 3, 5, 15, 16, 17, 31, 100, 511, 512, 513, 1299}) {
        int[] chosen = random.ints(count, 0, rows.count()).toArray();
        Scores part = scorer.score(rows.select(chosen), wanted);
        for (Output output : part.outputs()) {
          int width = whole.width(output);
          for (int i = 0; i < count * width; i++) {
            int at = chosen[i / width] * width + i % width;
            int got = Float.floatToIntBits(part.values(output)[i]);
            int expected = Float.floatToIntBits(whole.values(output)[at]);
            if (got != expected) {
              fail("%s of row %d in a batch of %d", output, chosen[i / width], count);
            }
          }
        }
      }
    }
  }

  @Test
  void whatElseIsAskedForNeverChangesTheScore() {
    Toy toy = Toy.mixed(4);
    Rows rows = Toy.rows(toy.schema(), 300, SEED);
    try (Scorer scorer = open(toy)) {
      float[] alone = scorer.score(rows, Set.of(Output.SCORE)).values(Output.SCORE);
      Scores all = scorer.score(rows, scorer.outputs());
      assertThat(all.values(Output.SCORE)).isEqualTo(alone);
      assertThat(scorer.judge(rows, Set.of(Output.CONTRIBUTION)).scores().outputs())
          .containsExactlyInAnyOrder(
              Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM, Output.CONTRIBUTION);
      assertThat(scorer.score(rows, Set.of(Output.LATENT_MEAN)).outputs())
          .containsExactly(Output.LATENT_MEAN);
    }
  }

  @ParameterizedTest
  @MethodSource("toys")
  void everySetOfOutputsIsAnsweredHoweverManyWereAskedForBefore(Toy toy) {
    Rows rows = Toy.rows(toy.schema(), 40, SEED);
    try (Scorer scorer = open(toy)) {
      Scores all = scorer.score(rows, scorer.outputs());
      List<Output> outputs = List.copyOf(scorer.outputs());
      for (int bits = 0; bits < 1 << outputs.size(); bits++) {
        Set<Output> wanted = EnumSet.noneOf(Output.class);
        for (int i = 0; i < outputs.size(); i++) {
          if ((bits >> i & 1) == 1) {
            wanted.add(outputs.get(i));
          }
        }
        Judgements judged = scorer.judge(rows, wanted);
        assertThat(judged.scores().values(Output.SCORE)).isEqualTo(all.values(Output.SCORE));
        Scores scores = scorer.score(rows, wanted);
        assertThat(scores.expectedCategories())
            .isEqualTo(
                wanted.remove(Output.RECONSTRUCTION_CATEGORICAL)
                    ? all.expectedCategories()
                    : new String[0]);
        assertThat(scores.outputs()).isEqualTo(wanted);
        for (Output output : wanted) {
          // Engines that were cut differently may round differently.
          assertThat(scores.values(output)).containsExactly(all.values(output), within(1e-3f));
        }
      }
    }
  }

  @Test
  void manyThreadsGetTheAnswersOfOne() throws Exception {
    Toy toy = Toy.mixed(4);
    Rows rows = Toy.rows(toy.schema(), 3000, SEED);
    Path file = folder.resolve("toy.onnx");
    toy.export(file);
    float[] expected;
    try (Scorer scorer = Scorer.open(file, ScorerOptions.threads(1))) {
      expected = scorer.judge(rows).scores().values(Output.SCORE);
    }
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try (Scorer scorer = Scorer.open(file, ScorerOptions.threads(3))) {
      List<Callable<float[]>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        boolean explains = i % 3 == 0;
        calls.add(
            () ->
                scorer
                    .judge(rows, explains ? Set.of(Output.CONTRIBUTION) : Set.of())
                    .scores()
                    .values(Output.SCORE));
      }
      for (Future<float[]> answer : callers.invokeAll(calls)) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    } finally {
      callers.shutdown();
    }
  }

  @Test
  void noRowIsBothInvalidAndNormal() {
    Toy toy = Toy.mixed(4);
    Random random = new Random(SEED);
    try (Scorer scorer = open(toy)) {
      for (int round = 0; round < 40; round++) {
        Rows clean = Toy.rows(toy.schema(), 1 + random.nextInt(200), random.nextLong());
        float[] before = scorer.judge(clean).scores().values(Output.SCORE);
        boolean[] spoilt = new boolean[clean.count()];
        Rows rows = spoil(clean, random, spoilt);
        Judgements judged = scorer.judge(rows);
        for (int row = 0; row < rows.count(); row++) {
          String what = "seed " + SEED + ", round " + round + ", row " + row;
          Judgement judgement = judged.get(row);
          assertThat(judgement.verdict()).as(what).isEqualTo(judged.verdict(row));
          if (spoilt[row]) {
            assertThat(judgement.verdict()).as(what).isEqualTo(Verdict.UNSCORABLE);
            assertThat(judgement.reason()).as(what).isNotEmpty();
            assertThat(judged.score(row)).as(what).isNaN();
            assertThat(judged.pValue(row)).as(what).isNaN();
          } else {
            // One bad row never disturbs another.
            assertThat(judged.score(row)).as(what).isEqualTo(before[row]);
            assertThat(judgement.verdict()).as(what).isNotEqualTo(Verdict.UNSCORABLE);
            assertThat(judgement.pValue()).as(what).isGreaterThan(0).isLessThanOrEqualTo(1);
            assertThat(judgement.verdict() == Verdict.ANOMALY)
                .as(what)
                .isEqualTo(judgement.score() > toy.manifest().threshold().current().score());
          }
        }
      }
    }
  }

  @Test
  void extremeNumbersNeverPassAsNormal() {
    Toy toy = Toy.numbers(1);
    float[] extremes = {
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      1e30f,
      -1e30f,
      1e20f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY
    };
    float[] numeric = new float[extremes.length * 3];
    for (int row = 0; row < extremes.length; row++) {
      for (int j = 0; j < 3; j++) {
        numeric[row * 3 + j] = j == row % 3 ? extremes[row] : 50;
      }
    }
    try (Scorer scorer = open(toy)) {
      Judgements judged =
          scorer.judge(Rows.of(toy.schema(), extremes.length, numeric, new String[0]));
      assertThat(judged.count(Verdict.NORMAL)).isZero();
      assertThat(IntStream.range(0, 5).mapToObj(judged::verdict)).containsOnly(Verdict.ANOMALY);
      assertThat(IntStream.range(5, 8).mapToObj(judged::verdict)).containsOnly(Verdict.UNSCORABLE);
    }
  }

  @Test
  void noRowsGiveNoVerdicts() {
    Toy toy = Toy.mixed(1);
    try (Scorer scorer = open(toy)) {
      assertThat(scorer.judge(Toy.rows(toy.schema(), 0, SEED)).count()).isZero();
    }
  }

  @Test
  void pValuesAreSharesOfTheCalibrationRows() {
    Toy toy = Toy.mixed(1);
    try (Scorer scorer = open(toy)) {
      Judgements judged = scorer.judge(toy.data());
      double[] calibration = toy.manifest().calibration().scores();
      for (int row = 0; row < judged.count(); row++) {
        float score = judged.score(row);
        long atLeast = Arrays.stream(calibration).filter(c -> c >= score).count();
        long orTied =
            Arrays.stream(calibration).filter(c -> c >= score - Tolerance.of(score)).count();
        // The calibration scores are plain Java's, a rounding away from the engine's.
        assertThat(judged.pValue(row) * 201).isBetween(atLeast - 1.5, orTied + 1.5);
      }
    }
  }

  @Test
  void rowsOfAnotherSchemaAreRefused() {
    try (Scorer scorer = open(Toy.mixed(1))) {
      Rows others = Toy.rows(Toy.numbers(1).schema(), 3, SEED);
      assertThatThrownBy(() -> scorer.judge(others))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("of another schema");
    }
  }

  @Test
  void aClosedScorerSaysSo() {
    Toy toy = Toy.mixed(1);
    Scorer scorer = open(toy);
    scorer.close();
    scorer.close();
    assertThatThrownBy(() -> scorer.judge(toy.data()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  private Scorer open(Toy toy) {
    Path file = folder.resolve("toy.onnx");
    toy.export(file);
    return Scorer.open(file, ScorerOptions.threads(2));
  }

  /** A copy in which some rows cannot be judged. */
  private static Rows spoil(Rows clean, Random random, boolean[] spoilt) {
    float[] numeric = clean.numeric().clone();
    String[] categorical = clean.categorical().clone();
    String[] faults = new String[clean.count()];
    for (int row = 0; row < clean.count(); row++) {
      spoilt[row] = random.nextInt(3) == 0;
      if (!spoilt[row]) {
        continue;
      }
      int numbers = row * clean.schema().numericCount();
      int categories = row * clean.schema().categoricalCount();
      switch (random.nextInt(6)) {
        case 0 -> numeric[numbers + random.nextInt(5)] = Float.POSITIVE_INFINITY;
        case 1 -> numeric[numbers + random.nextInt(5)] = Float.NEGATIVE_INFINITY;
        case 2 -> numeric[numbers] = Float.NaN;
        case 3 -> categorical[categories + 1] = "";
        case 4 -> categorical[categories + 1] = "never seen";
        default -> faults[row] = "line 3: ragged";
      }
    }
    return new Rows(clean.schema(), clean.count(), numeric, categorical, faults);
  }
}
