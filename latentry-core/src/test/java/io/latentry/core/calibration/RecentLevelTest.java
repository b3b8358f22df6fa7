package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class RecentLevelTest {
  @Test
  void goesOverToWhatScoresHaveForLong() {
    RecentLevel recent = new RecentLevel(100);
    RecentLevel.At at = RecentLevel.At.FIRST;
    for (int i = 0; i < 29; i++) {
      at = recent.next(at, 3);
    }
    // At first each score weighs one among those so far and 20 that were 0.
    assertThat(at.level()).isCloseTo(3 * 29.0 / 49, within(1e-9));
    for (int i = 0; i < 1_000; i++) {
      at = recent.next(at, 3);
    }
    assertThat(at.count(5)).isCloseTo(2, within(1e-6));
    assertThat(at.seen()).isEqualTo(100);
  }

  @Test
  void oneScoreMovesItByItsShareAndNoneByNothing() {
    RecentLevel recent = new RecentLevel(999);
    RecentLevel.At at = new RecentLevel.At(1, 999);
    assertThat(recent.next(at, 11).level()).isCloseTo(1 + 10 * 2.0 / 1_000, within(1e-12));
    assertThat(recent.next(at, Double.NaN)).isEqualTo(at);
  }

  @Test
  void refusesWhatIsNoNumberOfPoints() {
    assertThatThrownBy(() -> new RecentLevel(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("adapt: 0 (expected: 1 to 1000000)");
  }
}
