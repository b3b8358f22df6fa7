package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.evaluation.ClopperPearson;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FalseAlarmBoundTest {

  @Test
  void theBoundAllowsForMoreThanTheCalibrationRowsAlone() {
    for (int rows : new int[] {10, 99, 684, 100_000}) {
      for (int above = 0; above < rows; above = 3 * above + 1) {
        assertThat(FalseAlarmBound.upper(above, rows))
            .isGreaterThan(ClopperPearson.upperBound(above, rows))
            .isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void howeverManyRowsCalibrateTheModelThatShipsIsAnotherOne() {
    // 1.645 deviations of 0.25, and a little for the skewness.
    assertThat(FalseAlarmBound.upper(100_000, 10_000_000) / 0.01).isBetween(1.4, 1.5);
  }

  @Test
  void theBoundCoversARateThatChangesWithTheModel() {
    Random random = new Random(3);
    int trials = 4_000;
    int covered = 0;
    for (int trial = 0; trial < trials; trial++) {
      double[] scores = random.doubles(700).toArray();
      Arrays.sort(scores);
      double threshold = scores[693];
      double change = Math.exp(0.22 * random.nextGaussian());
      covered += (1 - threshold) * change <= FalseAlarmBound.upper(6, 700) ? 1 : 0;
    }
    // As measured. 95 %, with a standard error of 0.35 %.
    assertThat((double) covered / trials).isBetween(0.94, 0.965);
  }

  @Test
  void whereEveryRowIsAboveTheRateMayBeOne() {
    assertThat(FalseAlarmBound.upper(5, 5)).isEqualTo(1);
    assertThatThrownBy(() -> FalseAlarmBound.upper(6, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("above: 6 of 5");
  }
}
