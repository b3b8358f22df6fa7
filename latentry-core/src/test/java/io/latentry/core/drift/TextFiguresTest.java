package io.latentry.core.drift;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextFiguresTest {
  @Test
  void aFigureThatDiffersByItsOwnRowAloneIsTheNormalOne() {
    double[] normal = {0.4785, 0.4785, 2.5, 6.25};
    assertThat(TextFigures.asNormal(normal, new double[] {0.4776, 2.5, 6.24, 0.4, 2.6, 9, 0}))
        .containsExactly(0.4785, 2.5, 6.25, 0.4, 2.6, 9, 0);
    assertThat(TextFigures.asNormal(new double[0], new double[] {1})).containsExactly(1);
    assertThat(TextFigures.asNormal(new double[] {-1, 0}, new double[] {0.001}))
        .containsExactly(0.001);
  }
}
