package io.latentry.ingest.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class CoarseNumbersTest {

  private static double offset(int rows, IntToDoubleFunction value) {
    CoarseNumbers numbers = new CoarseNumbers();
    for (int row = 0; row < rows; row++) {
      numbers.add(value.applyAsDouble(row));
    }
    return numbers.offset();
  }

  @Test
  void numbersThatAFloatTellsApartAreLeftAsTheyAre() {
    assertThat(offset(0, row -> 0)).isZero();
    assertThat(offset(5_000, row -> row)).isZero();
    assertThat(offset(5_000, row -> 0.1)).isZero();
    assertThat(offset(5_000, row -> 1.7e9 + 3_600 * row)).isZero();
    assertThat(offset(5_000, row -> row % 10 < 6 ? 1e9 + row % 3 : 0)).isZero();
    assertThat(offset(5_000, row -> 1e-12 * (1 + row % 7))).isZero();
  }

  @Test
  void numbersThatAFloatTakesForOneAreCentredAtARoundOneAmongThem() {
    assertThat(offset(5_000, row -> 1e9 + row % 11 / 10.0 - 0.5)).isEqualTo(1e9);
    assertThat(offset(7, row -> 16_777_216 + row)).isEqualTo(16_777_219);
    assertThat(offset(5_000, row -> 52.52 + 1e-6 * (row % 5))).isEqualTo(52.520002);
    assertThat(offset(5_000, row -> 123_456_789)).isEqualTo(123_456_789);
    assertThat(offset(5_000, row -> -1e12 - row % 5)).isEqualTo(-1e12 - 2);
  }

  @Test
  void fewStrangeNumbersDecideNothing() {
    assertThat(offset(5_000, row -> row % 25 == 0 ? -999 : 1e9 + row % 4)).isBetween(1e9, 1e9 + 3);
  }

  @Test
  void longColumnsAreJudgedByAllOfTheirLength() {
    assertThat(offset(1_000_000, row -> 1e9 + (row < 200_000 ? row % 3 : row))).isZero();
  }
}
