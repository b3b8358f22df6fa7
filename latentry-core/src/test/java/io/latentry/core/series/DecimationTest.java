package io.latentry.core.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DecimationTest {
  @Test
  void aShortLineIsDrawnAsItIs() {
    assertThat(Decimation.minMax(new double[] {3, Double.NaN, 3}, 4)).containsExactly(0, 1, 2);
  }

  @Test
  void ofALongLineNoSpikeIsLost() {
    double[] values = new double[10_000];
    values[1_234] = 9;
    values[8_765] = -9;

    int[] drawn = Decimation.minMax(values, 100);

    assertThat(drawn.length).isLessThanOrEqualTo(100);
    assertThat(drawn).isSorted().doesNotHaveDuplicates().contains(1_234, 8_765);
  }

  @Test
  void aMissingValueHidesNothingOfItsStretch() {
    double[] values = new double[1_000];
    Arrays.fill(values, 0, 100, Double.NaN);
    values[500] = Double.NaN;
    values[505] = 7;

    int[] drawn = Decimation.minMax(values, 20);

    assertThat(drawn).contains(505);
    assertThat(IntStream.of(drawn).filter(i -> Double.isNaN(values[i]))).hasSize(1);
  }

  @Test
  void theBandIsThreeTimesAsWideAsExpectationsAreOff() {
    double[] actual = {1, 2, Double.NaN, 50};
    double[] expected = {2, 2, 2, 2};

    assertThat(ExpectedBand.reach(actual, expected, i -> i < 3)).isEqualTo(1.5);
    assertThat(ExpectedBand.reach(actual, expected, i -> false)).isZero();
  }
}
