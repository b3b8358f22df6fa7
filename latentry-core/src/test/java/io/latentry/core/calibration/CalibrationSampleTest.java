package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.evaluation.OrderStatistics;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationSampleTest {

  @Test
  void aPValueCountsScoresAtLeastAsStrangeAndTheRowItself() {
    CalibrationSample sample = new CalibrationSample(new double[] {1, 2, 2, 3}, 4);
    assertThat(sample.pValue(0)).isEqualTo(1);
    assertThat(sample.pValue(2)).isEqualTo(0.8);
    assertThat(sample.pValue(2.5)).isEqualTo(0.4);
    assertThat(sample.pValue(4)).isEqualTo(0.2);
    assertThat(sample.pValue(Double.POSITIVE_INFINITY)).isEqualTo(0.2);
    assertThat(sample.pValue(Double.NaN)).isNaN();
  }

  @Test
  void aRowIsAnAnomalyExactlyWhenItsPValueIsWithinTheRate() {
    double[] scores = new Random(1).doubles(257).sorted().toArray();
    Threshold threshold =
        ThresholdFit.fit(CalibrationConfig.DEFAULT.withFalseAlarmRate(0.03), scores, "m")
            .threshold();
    CalibrationSample sample = new CalibrationSample(scores, scores.length);
    for (double score = 0; score < 1.1; score += 0.0003) {
      assertThat(threshold.isExceededBy(score)).isEqualTo(sample.pValue(score) <= 0.03);
    }
    for (double score : scores) {
      assertThat(threshold.isExceededBy(score)).isEqualTo(sample.pValue(score) <= 0.03);
    }
  }

  @Test
  void rowsThatTieShareAPValueWhateverARuntimeRounds() {
    double[] scores = {-1, -1, -1, -1 + 1e-7, -1 + 2e-7, -1 + 3e-7, 2, 2, 3};
    CalibrationSample sample = new CalibrationSample(scores, scores.length);
    assertThat(sample.pValue(-1)).isEqualTo(1);
    assertThat(sample.pValue(-1 + 1e-6)).isEqualTo(1);
    assertThat(sample.pValue(2 + 1e-5)).isEqualTo(0.4);
    assertThat(sample.pValue(2.1)).isEqualTo(0.2);
    // A score alone is no tie: what lies above it is rarer.
    assertThat(sample.pValue(3 + 1e-5)).isEqualTo(0.1);
  }

  @Test
  void tiesAreAnomaliesExactlyWhenTheirPValueIsWithinTheRate() {
    // Steps of less than what may be rounded, of about as much, and of more.
    for (double step : new double[] {1e-7, 9e-5, 1.1e-4, 0.5}) {
      double[] scores = new Random(2).ints(99, 0, 12).sorted().mapToDouble(i -> i * step).toArray();
      CalibrationSample sample = new CalibrationSample(scores, scores.length);
      Threshold threshold =
          ThresholdFit.fit(CalibrationConfig.DEFAULT.withFalseAlarmRate(0.05), scores, "m")
              .threshold();
      for (double score = -step; score < 20 * step; score += step / 7) {
        assertThat(threshold.isExceededBy(score))
            .as("score %s at step %s", score, step)
            .isEqualTo(sample.pValue(score) <= 0.05);
      }
    }
  }

  @Test
  void aThinnedSampleGivesNoSmallerPValuesAndNearlyTheSame() {
    double[] scores = new Random(1).doubles(25_000).sorted().toArray();
    CalibrationSample whole = new CalibrationSample(scores, scores.length);
    CalibrationSample thinned =
        new CalibrationSample(OrderStatistics.evenlySpaced(scores, 1_000), scores.length);
    for (double score = 0; score < 1.1; score += 0.0007) {
      assertThat(thinned.pValue(score))
          .isBetween(whole.pValue(score), whole.pValue(score) + 1.1e-3);
    }
  }

  @Test
  void rowsAboveAreThoseThatAThresholdCallsAnomalies() {
    CalibrationSample sample = new CalibrationSample(new double[] {1, 2, 2, 3}, 4);
    assertThat(sample.above(0)).isEqualTo(4);
    assertThat(sample.above(1)).isEqualTo(3);
    assertThat(sample.above(2)).isEqualTo(1);
    assertThat(sample.above(3)).isZero();
    Threshold threshold = sample.thresholdAt(2, "m", "test");
    assertThat(threshold.falseAlarmRate()).isEqualTo(0.4);
    assertThat(threshold.calibrationRows()).isEqualTo(4);
  }

  @Test
  void aThinnedSampleCountsNoFewerRowsAboveAndNearlyTheSame() {
    double[] scores = new Random(1).doubles(25_000).sorted().toArray();
    CalibrationSample whole = new CalibrationSample(scores, scores.length);
    CalibrationSample thinned =
        new CalibrationSample(OrderStatistics.evenlySpaced(scores, 1_000), scores.length);
    for (double score = 0; score < 1.1; score += 0.0007) {
      assertThat(thinned.above(score)).isBetween(whole.above(score), whole.above(score) + 26);
    }
  }
}
