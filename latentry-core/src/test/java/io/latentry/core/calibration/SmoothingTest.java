package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SmoothingTest {

  @Test
  void eachKeyIsSmoothedOnItsOwn() {
    Smoothing smoothing = new Smoothing(0.25);
    assertThat(smoothing.next("a", 8)).isEqualTo(8);
    assertThat(smoothing.next("b", 0)).isEqualTo(0);
    assertThat(smoothing.next("a", 0)).isEqualTo(6);
    assertThat(smoothing.next("b", 4)).isEqualTo(1);
  }

  @Test
  void anUnscorableRowLeavesItsKeyAsItWas() {
    Smoothing smoothing = new Smoothing(0.5);
    assertThat(smoothing.next("a", 2)).isEqualTo(2);
    assertThat(smoothing.next("a", Double.NaN)).isNaN();
    assertThat(smoothing.next("a", 4)).isEqualTo(3);
  }
}
