package io.latentry.core.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.graph.ArrayOps;
import io.latentry.core.graph.Dense;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TablePreprocessorTest {
  private static final float NAN = Float.NaN;

  @Test
  void trainingRowsComeOutStandardisedInBothViews() {
    Random random = new Random(1);
    float[] values = new float[2_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (50 + 7 * random.nextGaussian());
    }
    Dense x = prepare(numbers(1, MissingPolicy.REJECT, values)).x();
    for (int view = 0; view < 2; view++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 2_000; i++) {
        sum += x.values()[2 * i + view];
        squares += Math.pow(x.values()[2 * i + view], 2);
      }
      assertThat(sum / 2_000).isCloseTo(0, within(1e-3));
      assertThat(squares / 2_000).isCloseTo(1, within(1e-3));
    }
  }

  @Test
  void theSecondViewKeepsTheOrderOfAHeavyTailAndBothAreCut() {
    Rows train = numbers(1, MissingPolicy.REJECT, 1, 2, 3, 4, 5, 6, 7, 8);
    TablePreprocessor preprocessor = TablePreprocessor.fit(train);
    Dense x = apply(preprocessor, numbers(1, MissingPolicy.REJECT, 1e6f, 1e9f, 1e30f)).x();
    assertThat(x.values()[0]).isEqualTo(TablePreprocessor.LIMIT);
    assertThat(x.values()[2]).isEqualTo(TablePreprocessor.LIMIT);
    assertThat(x.values()[1]).isLessThan(x.values()[3]);
    assertThat(x.values()[3]).isLessThan(x.values()[5]);
    assertThat(x.values()[5]).isLessThan(TablePreprocessor.LIMIT);
  }

  @Test
  void aFewWildValuesDoNotTakeTheSecondViewFromTheOthers() {
    Random random = new Random(1);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * (i % 1_000 == 0 ? 1e6f : 1);
    }
    Dense x = prepare(numbers(1, MissingPolicy.REJECT, values)).x();
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      squares += i % 1_000 == 0 ? 0 : Math.pow(x.values()[2 * i + 1], 2);
    }
    assertThat(Math.sqrt(squares / values.length)).isGreaterThan(0.5);
  }

  @Test
  void constantColumnsGiveZerosAndNoNan() {
    assertThat(prepare(numbers(1, MissingPolicy.REJECT, 3, 3, 3)).x().values()).containsOnly(0f);
  }

  @Test
  void aMissingValueIsTheMeanIsUnobservedAndIsIndicated() {
    Prepared<Dense> prepared = prepare(numbers(1, MissingPolicy.IMPUTE, 1, 3, NAN));
    assertThat(prepared.x().shape()).containsExactly(3, 3);
    assertThat(row(prepared.x(), 2)).containsExactly(0, 0, 1);
    assertThat(row(Objects.requireNonNull(prepared.observed()), 2)).containsExactly(0, 0, 1);
    assertThat(row(Objects.requireNonNull(prepared.observed()), 1)).containsExactly(1, 1, 1);
    assertThat(prepared.invalid().values()).containsExactly(0, 0, 0);
  }

  @Test
  void aColumnThatWasNeverMissingHasNoIndicatorAndIsImputedAllTheSame() {
    TablePreprocessor preprocessor = TablePreprocessor.fit(numbers(1, MissingPolicy.IMPUTE, 1, 3));
    Prepared<Dense> prepared = apply(preprocessor, numbers(1, MissingPolicy.IMPUTE, NAN));
    assertThat(preprocessor.width()).isEqualTo(2);
    assertThat(prepared.x().values()).containsExactly(0, 0);
    assertThat(prepared.invalid().values()).containsExactly(0);
  }

  @Test
  void rowsThatCannotBeJudgedAreMarked() {
    TablePreprocessor preprocessor =
        TablePreprocessor.fit(numbers(2, MissingPolicy.REJECT, 1, 2, 3, 4));
    Prepared<Dense> prepared =
        apply(
            preprocessor,
            numbers(2, MissingPolicy.REJECT, 1, 2, NAN, 2, 1, Float.NEGATIVE_INFINITY));
    assertThat(prepared.invalid().values()[0]).isZero();
    assertThat(prepared.invalid().values()[1]).isPositive();
    assertThat(prepared.invalid().values()[2]).isPositive();
  }

  @Test
  void aLargeMeanDoesNotSwallowASmallSpread() {
    float[] values = {1_000_000, 1_000_001, 1_000_002, 1_000_003};
    Dense x = prepare(numbers(1, MissingPolicy.REJECT, values)).x();
    assertThat(x.values()[0]).isCloseTo(-1.3416f, within(1e-3f));
    assertThat(x.values()[6]).isCloseTo(1.3416f, within(1e-3f));
  }

  @Test
  void numbersBooleansAndMomentsComeBackInTheirUnits() {
    Schema schema =
        Schema.ordered(
            List.of(
                Column.numeric("weight", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 100),
                Column.numeric("height", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 100),
                Column.numeric("smokes", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
                Column.numeric("at", ColumnType.TIMESTAMP, MissingPolicy.IMPUTE, 0, 604_799)),
            List.of());
    float[] numeric = {
      70, 1.8f, 1, 0, 55, 1.6f, 0, 43_200, 99, 1.7f, 0, 86_399, 61, 1.9f, 1, 345_678, 20, 1, 1,
      604_700
    };
    Rows rows = Rows.of(schema, 5, numeric, new String[0]);
    TablePreprocessor preprocessor = TablePreprocessor.fit(rows);
    Dense back = preprocessor.numericInUnits(new ArrayOps(), apply(preprocessor, rows).x());
    assertThat(back.shape()).containsExactly(5, 4);
    for (int i = 0; i < numeric.length; i++) {
      // Angles in float32 keep a second of a week at best.
      float tolerance = i % 4 == 3 ? 2f : 1e-4f;
      float distance = Math.abs(back.values()[i] - numeric[i]);
      assertThat(i % 4 == 3 ? Math.min(distance, 604_800 - distance) : distance)
          .as("value %d", i)
          .isLessThanOrEqualTo(tolerance);
    }
  }

  @Test
  void categoriesAreOneHotWithOtherAndMissing() {
    Schema schema =
        Schema.ordered(
            List.of(
                Column.categorical(
                    "colour", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("red", "green")),
                Column.categorical(
                    "size", MissingPolicy.REJECT, UnseenPolicy.REJECT, List.of("s", "l"))),
            List.of());
    Rows rows =
        Rows.of(
            schema,
            4,
            new float[0],
            new String[] {"green", "s", "blue", "l", "", "s", "red", "xxl"});
    TablePreprocessor preprocessor = TablePreprocessor.fit(rows);
    Prepared<Dense> prepared = apply(preprocessor, rows);
    Block colour = preprocessor.blocks().get(0);
    Block size = preprocessor.blocks().get(1);
    assertThat(hot(row(prepared.x(), 0), colour)).isEqualTo(1);
    assertThat(hot(row(prepared.x(), 1), colour)).isEqualTo(2);
    assertThat(hot(row(prepared.x(), 2), colour)).isEqualTo(3);
    assertThat(hot(row(prepared.x(), 1), size)).isEqualTo(1);
    assertThat(prepared.invalid().values()).containsExactly(0, 0, 0, 1);
    assertThat(preprocessor.categoryIndices(rows)).containsExactly(1, 0, 2, 1, 3, 0, 0, -1);
  }

  @Test
  void blocksCoverTheVectorWithoutGapOrOverlap() {
    Schema schema =
        Schema.ordered(
            List.of(
                Column.numeric("a", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1),
                Column.numeric("b", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
                Column.numeric("c", ColumnType.TIMESTAMP, MissingPolicy.IMPUTE, 0, 1),
                Column.categorical(
                    "d", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("x", "y", "z"))),
            List.of());
    Rows rows = Rows.of(schema, 2, new float[] {1, NAN, 5, 2, 0, NAN}, new String[] {"x", "y"});
    TablePreprocessor preprocessor = TablePreprocessor.fit(rows);
    int offset = 0;
    for (Block block : preprocessor.blocks()) {
      assertThat(block.offset()).isEqualTo(offset);
      offset += block.width();
    }
    assertThat(preprocessor.width()).isEqualTo(offset);
    assertThat(apply(preprocessor, rows).x().shape()).containsExactly(2, offset);
    assertThat(Objects.requireNonNull(apply(preprocessor, rows).observed()).shape())
        .containsExactly(2, offset);
  }

  private static int hot(float[] row, Block block) {
    int found = -1;
    for (int i = 0; i < block.width(); i++) {
      if (row[block.offset() + i] == 1) {
        assertThat(found).isEqualTo(-1);
        found = i;
      } else {
        assertThat(row[block.offset() + i]).isZero();
      }
    }
    return found;
  }

  private static float[] row(Dense of, int row) {
    int width = of.shape()[1];
    return java.util.Arrays.copyOfRange(of.values(), row * width, (row + 1) * width);
  }

  private static Prepared<Dense> prepare(Rows rows) {
    return apply(TablePreprocessor.fit(rows), rows);
  }

  private static Prepared<Dense> apply(TablePreprocessor preprocessor, Rows rows) {
    return preprocessor.apply(new ArrayOps(), preprocessor.raw(rows, Dense::of));
  }

  private static Rows numbers(int columns, MissingPolicy missing, float... values) {
    List<Column> all = new java.util.ArrayList<>();
    for (int j = 0; j < columns; j++) {
      all.add(Column.numeric("c" + j, ColumnType.NUMERIC, missing, 0, 1));
    }
    return Rows.of(Schema.ordered(all, List.of()), values.length / columns, values, new String[0]);
  }
}
