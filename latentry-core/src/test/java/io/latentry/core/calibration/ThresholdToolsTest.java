package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThresholdToolsTest {
  private static final CalibrationConfig PERCENT =
      CalibrationConfig.DEFAULT.withFalseAlarmRate(0.01);

  @Test
  void thresholdsWithoutFoldsSurroundTheOneOfAllRows() {
    double[] scores = gaussian(2_000, 0, 1);
    ThresholdStability stability = ThresholdStability.of(PERCENT, scores, 1);
    double all = ThresholdFit.fit(PERCENT, scores, "m").threshold().score();
    assertThat(stability.thresholds()).hasSize(10).isSorted();
    assertThat(all).isBetween(stability.thresholds()[0] - 0.05, stability.thresholds()[9] + 0.05);
    assertThat(stability.thresholds()[9] - stability.thresholds()[0]).isBetween(1e-9, 0.5);
  }

  @Test
  void promisesAreKeptOnLeftOutRows() {
    ThresholdStability stability = ThresholdStability.of(PERCENT, gaussian(2_000, 0, 1), 1);
    assertThat(stability.reliability())
        .extracting(ThresholdStability.Promise::promised)
        .contains(0.01, 0.1);
    for (ThresholdStability.Promise promise : stability.reliability()) {
      assertThat(promise.observed().low()).isLessThanOrEqualTo(promise.promised());
      assertThat(promise.observed().high()).isGreaterThanOrEqualTo(promise.promised());
      if (promise.promised() >= 0.01) {
        // 200 resamples of 2,000 rows.
        assertThat(promise.observed().estimate())
            .isCloseTo(promise.promised(), within(0.3 * promise.promised()));
      }
    }
  }

  @Test
  void aRateThatTheRowsCannotSupportIsNotPromised() {
    ThresholdStability stability = ThresholdStability.of(PERCENT, gaussian(150, 0, 1), 1);
    assertThat(stability.reliability()).allMatch(p -> p.promised() >= 0.01);
    assertThat(ThresholdStability.of(PERCENT, gaussian(15, 0, 1), 1).thresholds()).isEmpty();
  }

  @Test
  void aSegmentThatAlarmsTooOftenGetsAThresholdOfItsOwn() {
    Map<String, double[]> scores =
        Map.of(
            "quiet",
            gaussian(2_000, 0, 1),
            "loud",
            gaussian(2_000, 1.5, 2),
            "tiny",
            new double[] {9});
    double common = 2.33;
    SegmentThresholds fitted = SegmentThresholds.fit(scores, common, 0.01, 1);
    SegmentThresholds.Segment tiny = segment(fitted, "tiny");
    SegmentThresholds.Segment loud = segment(fitted, "loud");
    SegmentThresholds.Segment quiet = segment(fitted, "quiet");
    assertThat(fitted.segments().get(0)).isEqualTo(tiny);
    assertThat(loud.before().estimate()).isGreaterThan(0.05);
    assertThat(loud.threshold()).isGreaterThan(3.5);
    assertThat(loud.after().estimate()).isLessThan(0.02);
    assertThat(quiet.threshold()).isCloseTo(common, within(0.3));
    // 1 of the 99 rows that 0.01 takes: the common threshold counts 99 %.
    assertThat(tiny.weight()).isCloseTo(0.01, within(1e-9));
    assertThat(tiny.threshold()).isCloseTo(0.99 * common + 0.01 * 9, within(1e-9));
  }

  private static SegmentThresholds.Segment segment(SegmentThresholds of, String name) {
    return of.segments().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  private static double[] gaussian(int rows, double mean, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, rows).mapToDouble(i -> mean + random.nextGaussian()).toArray();
  }
}
