package io.latentry.scoring;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.CategoryProbes;
import io.latentry.core.artifact.Probes;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.NovelValues;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProbeProofTest {
  private static final Schema SCHEMA =
      Schema.ordered(
          List.of(Column.numeric("a", ColumnType.NUMERIC, MissingPolicy.REJECT, 0, 1)), List.of());
  private static final Rows ROWS = Rows.of(SCHEMA, 3, new float[] {1, 2, 3}, new String[0]);
  private static final Probes PROBES =
      new Probes(
          Stream.of(1f, 2f, 3f)
              .map(a -> new Probes.Probe(new float[] {a}, new String[0], a, a, a))
              .toList());

  @Test
  void aModelThatLooksAtEachRowAloneIsProven() {
    assertThatCode(() -> proven((rows, row) -> rows.numeric(row, 0))).doesNotThrowAnyException();
  }

  @Test
  void aModelThatLooksAtItsNeighboursIsRefused() {
    assertThatThrownBy(() -> proven((rows, row) -> rows.numeric(row, 0) + rows.count() * 1e-6))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("alone (expected:")
        .hasMessageContaining("looks at other rows or at chance");
    assertThatThrownBy(() -> proven((rows, row) -> rows.numeric(row, 0) + row * 1e-6))
        .hasMessageContaining("in reverse order (expected:");
  }

  @Test
  void aModelOfChanceIsRefused() {
    float[] calls = {0};
    assertThatThrownBy(() -> proven((rows, row) -> rows.numeric(row, 0) + calls[0]++ * 1e-6))
        .hasMessageContaining("scored again (expected:");
  }

  @Test
  void aModelThatComputesSomethingElseIsRefused() {
    assertThatThrownBy(() -> proven((rows, row) -> rows.numeric(row, 0) + 1))
        .hasMessageContaining("probe row 0: 2.0 (expected: 1.0 within");
  }

  @Test
  void whereAnotherGivesScoresNoneThatIsAbsentPassesForOneThatNobodyJudges() {
    ProbeProof nothing = new ProbeProof(ROWS, rows -> scores(rows, (all, row) -> Double.NaN));
    assertThatThrownBy(() -> nothing.requireWhereJudged(PROBES, row -> row == 2))
        .hasMessageContaining("probe row 2: NaN (expected: 3.0 within");
    assertThatThrownBy(() -> nothing.requireWhereJudged(PROBES, row -> false))
        .hasMessageContaining("probes: none that is judged (expected: one or more");
  }

  @Test
  void aHostThatReadsOneOfManyCategoriesAsAnotherIsRefused() {
    int many = 10_000;
    List<String> names = IntStream.range(0, many).mapToObj(k -> "k" + k).toList();
    Schema schema =
        Schema.ordered(
            List.of(Column.categorical("kind", MissingPolicy.REJECT, UnseenPolicy.OTHER, names)),
            List.of());
    Rows rows = Rows.of(schema, 2, new float[0], new String[] {"k0", "k1"});
    float[] expected = new float[many];
    for (int k = 0; k < many; k++) {
      expected[k] = k;
    }
    Probes probes =
        new Probes(
            Stream.of(0f, 1f)
                .map(
                    k -> new Probes.Probe(new float[0], new String[] {"k" + k.intValue()}, k, k, k))
                .toList(),
            new CategoryProbes(expected, expected));
    ToDoubleBiFunction<Rows, Integer> right =
        (asked, row) -> names.indexOf(asked.categorical(row, 0));
    assertThatCode(() -> new ProbeProof(rows, samples -> scores(samples, right)).require(probes))
        .doesNotThrowAnyException();
    ToDoubleBiFunction<Rows, Integer> wrong =
        (asked, row) ->
            asked.categorical(row, 0).equals("k9876") ? -1 : right.applyAsDouble(asked, row);
    assertThatThrownBy(
            () -> new ProbeProof(rows, samples -> scores(samples, wrong)).require(probes))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("categories 'kind' = 'k9876': -1.0 (expected: 9876.0 within");
  }

  private static void proven(ToDoubleBiFunction<Rows, Integer> score) {
    new ProbeProof(ROWS, samples -> scores(samples, score)).require(PROBES);
  }

  private static Scores scores(Samples samples, ToDoubleBiFunction<Rows, Integer> score) {
    Map<Output, float[]> numbers = new EnumMap<>(Output.class);
    for (Output output : Scorer.VERDICT) {
      float[] values = new float[samples.count()];
      for (int row = 0; row < values.length; row++) {
        values[row] = (float) score.applyAsDouble((Rows) samples, row);
      }
      numbers.put(output, values);
    }
    return new Scores(
        new Outputs(samples.count(), numbers, Map.of()),
        new String[samples.count()],
        new NovelValues[samples.count()],
        new String[samples.count()]);
  }
}
