package io.latentry.pipeline.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GrossRowsTest {
  private static final int ROWS = 1_000;

  @Test
  void rowsThatAllLieInOnePlaceFarOffAreFound() {
    GrossRows gross =
        GrossRows.of(
            rows(
                (random, row) ->
                    random.nextGaussian() * (row < 80 ? 0.3 : 1) + (row < 80 ? 9 : 0)));
    assertThat(gross.indices()).isEqualTo(IntStream.range(0, 80).toArray());
    assertThat(gross.examples()).hasSize(10);
    assertThat(gross.examples().get(0).reason())
        .matches("x[0-3] is 9\\S* \\(usual: -0.* to 0.*\\)");
  }

  @Test
  void longTailsFewStrayRowsAndGroupsOfNormalRowsAreNot() {
    assertThat(GrossRows.of(rows((random, row) -> Math.exp(random.nextGaussian()))).isEmpty())
        .isTrue();
    assertThat(
            GrossRows.of(rows((random, row) -> random.nextGaussian() + (row < 4 ? 50 : 0)))
                .isEmpty())
        .isTrue();
    assertThat(
            GrossRows.of(rows((random, row) -> random.nextGaussian() + (row % 2 == 0 ? 5 : 0)))
                .isEmpty())
        .isTrue();
    assertThat(GrossRows.of(rows((random, row) -> 1.0 + random.nextInt(6))).isEmpty()).isTrue();
  }

  @Test
  void rowsThatAreOffInTwoOfManyColumnsAreFound() {
    for (int gross : new int[] {30, 80, 150}) {
      GrossRows found =
          GrossRows.of(
              wide(
                  30,
                  (random, row, column) ->
                      row < gross && column < 2
                          ? (random.nextBoolean() ? 1 : -1) * (8 + 6 * random.nextDouble())
                          : random.nextGaussian()));
      assertThat(found.indices())
          .as("%d rows", gross)
          .isEqualTo(IntStream.range(0, gross).toArray());
      assertThat(found.examples().get(0).reason()).matches("x[01] is .*");
    }
  }

  @Test
  void rowsThatAreOffInTwoColumnsEachInOthersAreFound() {
    for (int columns : new int[] {5, 12}) {
      GrossRows found =
          GrossRows.of(
              wide(
                  columns,
                  (random, row, column) ->
                      row < 80 && (column == row % 4 || column == (row / 4 + row + 1) % 4)
                          ? (random.nextBoolean() ? 1 : -1) * (8 + 6 * random.nextDouble())
                          : random.nextGaussian()));
      assertThat(found.indices())
          .as("%d columns", columns)
          .isEqualTo(IntStream.range(0, 80).toArray());
    }
  }

  @Test
  void aSmallHillWithinALargerOneIsNot() {
    assertThat(
            GrossRows.of(
                    wide(
                        30,
                        (random, row, column) ->
                            random.nextGaussian()
                                + ((column == 0 && row < 150) || (column == 1 && row < 30)
                                    ? 12
                                    : 0)))
                .isEmpty())
        .isTrue();
  }

  @Test
  void aSecondHillInOneColumnOrInRowsOfTheirOwnIsNot() {
    assertThat(
            GrossRows.of(
                    wide(
                        30,
                        (random, row, column) ->
                            random.nextGaussian() + (row < 80 && column == 0 ? 12 : 0)))
                .isEmpty())
        .isTrue();
    assertThat(
            GrossRows.of(
                    wide(
                        30,
                        (random, row, column) ->
                            random.nextGaussian() + (row / 80 == column && column < 5 ? 12 : 0)))
                .isEmpty())
        .isTrue();
    assertThat(
            GrossRows.of(
                    wide(
                        30,
                        (random, row, column) ->
                            column < 2 && row < 100 ? 12.0 : random.nextGaussian()))
                .isEmpty())
        .as("a batch with the same value")
        .isTrue();
  }

  @Test
  void aSecondHillInOneColumnAndItsCopyIsNot() {
    Rows rows =
        wide(
            30,
            (random, row, column) ->
                random.nextGaussian() + (row < 80 && (column == 0 || column == 29) ? 12 : 0));
    List<Column> columns = new ArrayList<>(rows.schema().columns());
    columns.set(29, columns.get(29).watched());
    float[] numbers = rows.numeric().clone();
    for (int i = 0; i < ROWS; i++) {
      numbers[i * 30 + 29] = numbers[i * 30];
    }
    Rows copied = Rows.of(Schema.ordered(columns, List.of()), ROWS, numbers, new String[0]);
    assertThat(GrossRows.of(copied).isEmpty()).isTrue();
    assertThat(GrossRows.of(rows).isEmpty()).as("two columns of their own").isFalse();
  }

  /** A value of a row and a column. */
  private interface Cell {
    double of(Random random, int row, int column);
  }

  private static Rows wide(int columns, Cell value) {
    Random random = new Random(1);
    Schema schema =
        Schema.ordered(
            IntStream.range(0, columns)
                .mapToObj(
                    j ->
                        Column.numeric("x" + j, ColumnType.NUMERIC, MissingPolicy.IMPUTE, -10, 100))
                .toList(),
            List.of());
    float[] numbers = new float[ROWS * columns];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) value.of(random, i / columns, i % columns);
    }
    return Rows.of(schema, ROWS, numbers, new String[0]);
  }

  @Test
  void columnsWithoutSpreadAndMissingValuesAreNoHindrance() {
    assertThat(
            GrossRows.of(
                    rows((random, row) -> row % 10 == 0 ? (row % 3 == 0 ? Double.NaN : 7.0) : 1.0))
                .isEmpty())
        .isTrue();
  }

  private static Rows rows(BiFunction<Random, Integer, Double> value) {
    Random random = new Random(1);
    Schema schema =
        Schema.ordered(
            IntStream.range(0, 4)
                .mapToObj(
                    j ->
                        Column.numeric("x" + j, ColumnType.NUMERIC, MissingPolicy.IMPUTE, -10, 100))
                .toList(),
            List.of());
    float[] numbers = new float[ROWS * 4];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = value.apply(random, i / 4).floatValue();
    }
    return Rows.of(schema, ROWS, numbers, new String[0]);
  }
}
