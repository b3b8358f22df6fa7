package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class RecentLevelTest {
  @Test
  void goesOverToWhatScoresHaveForLong() {
    RecentLevel recent = new RecentLevel(100);
    double level = 0;
    for (int seen = 0; seen < 29; seen++) {
      level = recent.next(level, seen, 3);
    }
    // At first each point weighs one among those so far and 20 that had 0.
    assertThat(level).isCloseTo(3 * 29.0 / 49, within(1e-9));
    for (int seen = 29; seen < 1_000; seen++) {
      level = recent.next(level, seen, 3);
    }
    assertThat(level).isCloseTo(3, within(1e-6));
  }

  @Test
  void onePointMovesItByItsShare() {
    RecentLevel recent = new RecentLevel(999);
    assertThat(recent.next(1, 1_000_000, 11)).isCloseTo(1 + 10 * 2.0 / 1_000, within(1e-12));
  }

  @Test
  void refusesWhatIsNoNumberOfPoints() {
    assertThatThrownBy(() -> new RecentLevel(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("adapt: 0 (expected: 1 to 1000000)");
  }
}
