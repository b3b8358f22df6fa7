package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class UnseenKindTest {
  private static final double RATE = 0.01;

  @Test
  void fewKindsAgainAndAgainMayLackOne() {
    assertThat(UnseenKind.mayBreak(36, 200, RATE)).isTrue();
    assertThat(UnseenKind.mayBreak(36, 1_000, RATE)).as("all have come").isFalse();
    assertThat(UnseenKind.mayBreak(6, 200, RATE)).as("all have come").isFalse();
    assertThat(UnseenKind.mayBreak(150, 200, RATE)).as("hardly any repeats").isFalse();
    assertThat(UnseenKind.mayBreak(120, 400, RATE)).as("a kind is less than the rate").isFalse();
    assertThat(UnseenKind.mayBreak(36, 200, 0.05)).as("a kind is less than the rate").isFalse();
    assertThat(UnseenKind.mayBreak(0, 0, RATE)).isFalse();
  }

  @Test
  void theBoundOfTwoDiceHoldsWithoutOneOfTheirPairs() {
    SplittableRandom random = new SplittableRandom(7);
    int tables = 2_000;
    int plain = 0;
    int allowing = 0;
    ThresholdFit fit =
        ThresholdFit.fit(
            CalibrationConfig.DEFAULT, IntStream.range(0, 200).asDoubleStream().toArray(), "m");
    for (int table = 0; table < tables; table++) {
      boolean[] seen = new boolean[36];
      for (int row = 0; row < 200; row++) {
        seen[random.nextInt(36)] = true;
      }
      double lacking = IntStream.range(0, 36).filter(pair -> !seen[pair]).count() / 36.0;
      plain += lacking > fit.threshold().falseAlarmRateUpperBound() ? 1 : 0;
      allowing += lacking > fit.withUnseenKind().threshold().falseAlarmRateUpperBound() ? 1 : 0;
    }
    // 36 * (35/36)**200 is 0.129.
    assertThat(plain / (double) tables).isBetween(0.09, 0.15);
    assertThat(allowing / (double) tables).isLessThan(0.03);
    assertThat(fit.withUnseenKind().threshold().score()).isEqualTo(fit.threshold().score());
  }
}
