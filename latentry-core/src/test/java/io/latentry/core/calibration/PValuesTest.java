package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.evaluation.OrderStatistics;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PValuesTest {

  @Test
  void aPValueCountsScoresAtLeastAsStrangeAndTheRowItself() {
    PValues pValues = new PValues(new double[] {1, 2, 2, 3}, 4);
    assertThat(pValues.of(0)).isEqualTo(1);
    assertThat(pValues.of(2)).isEqualTo(0.8);
    assertThat(pValues.of(2.5)).isEqualTo(0.4);
    assertThat(pValues.of(4)).isEqualTo(0.2);
    assertThat(pValues.of(Double.POSITIVE_INFINITY)).isEqualTo(0.2);
    assertThat(pValues.of(Double.NaN)).isNaN();
  }

  @Test
  void aRowIsAnAnomalyExactlyWhenItsPValueIsWithinTheRate() {
    double[] scores = new Random(1).doubles(257).sorted().toArray();
    Threshold threshold =
        ThresholdFit.fit(CalibrationConfig.DEFAULT.withFalseAlarmRate(0.03), scores, "m")
            .threshold();
    PValues pValues = new PValues(scores, scores.length);
    for (double score = 0; score < 1.1; score += 0.0003) {
      assertThat(threshold.isExceededBy(score)).isEqualTo(pValues.of(score) <= 0.03);
    }
    for (double score : scores) {
      assertThat(threshold.isExceededBy(score)).isEqualTo(pValues.of(score) <= 0.03);
    }
  }

  @Test
  void aThinnedSampleGivesNoSmallerPValuesAndNearlyTheSame() {
    double[] scores = new Random(1).doubles(25_000).sorted().toArray();
    PValues whole = new PValues(scores, scores.length);
    PValues thinned = new PValues(OrderStatistics.evenlySpaced(scores, 1_000), scores.length);
    for (double score = 0; score < 1.1; score += 0.0007) {
      assertThat(thinned.of(score)).isBetween(whole.of(score), whole.of(score) + 1.1e-3);
    }
  }
}
