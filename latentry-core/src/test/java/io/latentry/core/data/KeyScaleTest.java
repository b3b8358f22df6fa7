package io.latentry.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class KeyScaleTest {
  private static final KeyScale SCALE =
      new KeyScale(new double[] {1_000, 0}, new double[] {0.01, 1}, new double[] {5, 0});

  @Test
  void aKeyLiesWhereTheOthersLie() {
    assertThat(SCALE.scaled(0, 1_000)).isEqualTo(5);
    assertThat(SCALE.scaled(0, 1_100)).isEqualTo(6);
    assertThat(SCALE.scaled(1, 0.3f)).isEqualTo(0.3f);
    assertThat(SCALE.scaled(0, Float.NaN)).isNaN();
  }

  @Test
  void whatTheModelSaysIsToldInTheUnitsOfTheKey() {
    assertThat(SCALE.told(0, 6)).isEqualTo(1_100);
    assertThat(SCALE.told(1, 0.3f)).isEqualTo(0.3f);
  }

  @Test
  void theNumbersOfAPointAreScaledInTheirPlace() {
    float[] points = {7, 7, 7, 900, 2, 3};
    SCALE.scale(points, 3);
    assertThat(points).containsExactly(7, 7, 7, 4, 2, 3);
  }

  @Test
  void whatIsBeyondAFloatStaysTheLargest() {
    KeyScale steep = new KeyScale(new double[1], new double[] {100}, new double[1]);
    assertThat(steep.scaled(0, Float.MAX_VALUE)).isEqualTo(Float.MAX_VALUE);
    assertThat(steep.scaled(0, -1e38f)).isEqualTo(-Float.MAX_VALUE);
  }

  @Test
  void aScaleThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new KeyScale(new double[1], new double[1], new double[1]))
        .hasMessageContaining("channel 0 has level 0.0, factor 0.0");
    assertThatThrownBy(() -> new KeyScale(new double[2], new double[1], new double[1]))
        .hasMessageContaining("2 levels, 1 factors");
  }
}
