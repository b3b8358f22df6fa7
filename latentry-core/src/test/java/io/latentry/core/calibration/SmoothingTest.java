package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SmoothingTest {

  @Test
  void theNewestScoreHasItsWeightAndTheFirstAll() {
    Smoothing smoothing = new Smoothing(0.25);
    assertThat(smoothing.next(Double.NaN, 8)).isEqualTo(8);
    assertThat(smoothing.next(8, 0)).isEqualTo(6);
    assertThat(new Smoothing(1).next(8, 3)).isEqualTo(3);
  }

  @Test
  void whatTrainingNeverSawIsNotSmoothedAway() {
    Smoothing smoothing = new Smoothing(0.25);
    assertThat(smoothing.compared(2, 9, true)).isEqualTo(9);
    assertThat(smoothing.compared(2, 9, false)).isEqualTo(2);
    assertThat(smoothing.compared(9, 2, true)).isEqualTo(9);
  }

  @Test
  void aWeightThatIsNoneIsRefused() {
    for (double beta : new double[] {0, -1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new Smoothing(beta)).hasMessageContaining("expected: above 0");
    }
  }
}
