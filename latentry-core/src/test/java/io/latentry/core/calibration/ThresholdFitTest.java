package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.DataException;
import io.latentry.core.graph.Tolerance;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThresholdFitTest {
  private static final CalibrationConfig ONE_PERCENT =
      CalibrationConfig.DEFAULT.withFalseAlarmRate(0.01);

  @Test
  void theQuantileRuleRefusesFewerRowsThanTheRateTakesAndNamesBothFigures() {
    assertThatThrownBy(() -> ThresholdFit.fit(ONE_PERCENT, gaussian(50, 1), "m"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "normalScores: 50 rows (expected: >= 99 for falseAlarmRate 0.01); add normal rows, or"
                + " ask for a rate of 0.0197 or more");
    assertThat(
            ThresholdFit.fit(ONE_PERCENT.withFalseAlarmRate(0.0197), gaussian(50, 1), "m").notes())
        .isEmpty();
  }

  @Test
  void ninetyNineRowsSupportOnePercentAndNinetyEightDoNot() {
    assertThat(ThresholdFit.rowsNeeded(Threshold.Rule.QUANTILE, 0.01)).isEqualTo(99);
    assertThat(ThresholdFit.rowsNeeded(Threshold.Rule.QUANTILE, 0.05)).isEqualTo(19);
    assertThat(ThresholdFit.smallestRate(Threshold.Rule.QUANTILE, 99)).isEqualTo(0.01);
    double[] scores = IntStream.rangeClosed(1, 99).asDoubleStream().toArray();
    ThresholdFit fit = ThresholdFit.fit(ONE_PERCENT, scores, "m");
    assertThat(fit.threshold().score()).isEqualTo(99);
    assertThat(fit.threshold().falseAlarmRateUpperBound())
        .isEqualTo(FalseAlarmBound.upper(0, 99))
        // Nothing seen in 99 rows, and no allowance for another model: 1 - 0.05**(1/99).
        .isBetween(1 - Math.pow(0.05, 1 / 99.0), 1.1 * (1 - Math.pow(0.05, 1 / 99.0)));
    assertThatThrownBy(() -> ThresholdFit.fit(ONE_PERCENT, gaussian(98, 1), "m"))
        .isInstanceOf(DataException.class);
  }

  @Test
  void everyRateIsSupportedByTheRowsItIsSaidToNeed() {
    for (Threshold.Rule rule :
        new Threshold.Rule[] {Threshold.Rule.QUANTILE, Threshold.Rule.GAUSSIAN_TAIL}) {
      for (double rate : new double[] {0.2, 0.07, 0.03, 0.01, 1 / 300.0, 0.001}) {
        int rows = ThresholdFit.rowsNeeded(rule, rate);
        CalibrationConfig config =
            CalibrationConfig.DEFAULT.withThresholdRule(rule).withFalseAlarmRate(rate);
        assertThat(ThresholdFit.fit(config, gaussian(rows, 3), "m").threshold().falseAlarmRate())
            .isEqualTo(rate);
        assertThatThrownBy(() -> ThresholdFit.fit(config, gaussian(rows - 1, 3), "m"))
            .isInstanceOf(DataException.class);
      }
    }
  }

  @Test
  void aRateThatNobodyAskedForIsRelaxedWithANote() {
    ThresholdFit fit = ThresholdFit.fit(CalibrationConfig.DEFAULT, gaussian(50, 1), "m");
    assertThat(fit.threshold().falseAlarmRate()).isEqualTo(1 / 51.0);
    assertThat(fit.notes())
        .containsExactly(
            "falseAlarmRate: 0.01961, relaxed from 0.01: 50 normal rows support no smaller one (99"
                + " would)");
    assertThatThrownBy(() -> ThresholdFit.fit(CalibrationConfig.DEFAULT, gaussian(5, 1), "m"))
        .isInstanceOf(DataException.class);
  }

  @Test
  void theConformalPromiseHoldsOverAThousandSeeds() {
    int alarms = 0;
    int trials = 0;
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      double[] scores = random.doubles(150).map(u -> -Math.log(u)).toArray();
      Threshold threshold = ThresholdFit.fit(ONE_PERCENT, scores, "m").threshold();
      for (int i = 0; i < 100; i++) {
        alarms += threshold.isExceededBy(-Math.log(random.nextDouble())) ? 1 : 0;
        trials++;
      }
    }
    // The expected rate is 1/151. Rows of a seed share its threshold, whose own coverage varies by
    // 0.0066; so the mean over 1,000 seeds has a standard error of 0.00033.
    assertThat((double) alarms / trials).isCloseTo(1 / 151.0, within(4 * 0.00033)).isLessThan(0.01);
  }

  @Test
  void theUpperBoundCoversTheTrueRateInNineteenOfTwentySeedsAtLeast() {
    int covered = 0;
    for (int seed = 0; seed < 1_000; seed++) {
      double[] scores = new Random(seed).doubles(300).toArray();
      Threshold threshold = ThresholdFit.fit(ONE_PERCENT, scores, "m").threshold();
      covered += 1 - threshold.score() <= threshold.falseAlarmRateUpperBound() ? 1 : 0;
    }
    // At least 950 expected, standard deviation 6.9: one model scores here, and the bound allows
    // for
    // another.
    assertThat(covered).isBetween(950 - 14, 985);
  }

  @Test
  void theGaussianTailFindsTheQuantileOfAGaussian() {
    CalibrationConfig config = ONE_PERCENT.withThresholdRule(Threshold.Rule.GAUSSIAN_TAIL);
    assertThat(ThresholdFit.fit(config, gaussian(100_000, 5), "m").threshold().score())
        .isCloseTo(2.3263, within(0.02));
  }

  @Test
  void theOneClassGaussianIsStricterThanTheGaussianTail() {
    CalibrationConfig config = ONE_PERCENT.withThresholdRule(Threshold.Rule.ONE_CLASS_GAUSSIAN);
    assertThat(ThresholdFit.fit(config, gaussian(100_000, 5), "m").threshold().score())
        .isCloseTo(Math.sqrt(-2 * Math.log(0.01)), within(0.02));
  }

  @Test
  void aGaussianTailOfHeavyTailedScoresIsRefusedBecauseTheRowsContradictIt() {
    double[] heavy = new Random(1).doubles(5_000).map(u -> Math.pow(u, -0.4)).toArray();
    CalibrationConfig config =
        CalibrationConfig.DEFAULT
            .withFalseAlarmRate(0.001)
            .withThresholdRule(Threshold.Rule.GAUSSIAN_TAIL);
    assertThatThrownBy(() -> ThresholdFit.fit(config, heavy, "m"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "rows above the threshold (expected: about 5.0 for falseAlarmRate 0.001)")
        .hasMessageContaining("use QUANTILE or EXTREME_VALUE");
  }

  @Test
  void theExtremeValueRuleReachesBeyondTheSample() {
    double[] scores = new Random(2).doubles(2_000).map(u -> -Math.log(u)).toArray();
    CalibrationConfig config =
        CalibrationConfig.DEFAULT
            .withFalseAlarmRate(0.0002)
            .withThresholdRule(Threshold.Rule.EXTREME_VALUE);
    ThresholdFit fit = ThresholdFit.fit(config, scores, "m");
    // An exponential tail: -log(0.0002) = 8.5.
    assertThat(fit.threshold().score()).isCloseTo(8.5, within(1.7));
    assertThat(fit.tail().orElseThrow().distance()).isLessThan(0.1);
    assertThatThrownBy(() -> ThresholdFit.fit(config, gaussian(199, 1), "m"))
        .hasMessageContaining("199 rows (expected: >= 499 for falseAlarmRate 0.0002");
  }

  @Test
  void aTailOfTiesIsRefusedByTheExtremeValueRule() {
    double[] scores = IntStream.range(0, 500).mapToDouble(i -> i < 10 ? 1 : 0).toArray();
    CalibrationConfig config = ONE_PERCENT.withThresholdRule(Threshold.Rule.EXTREME_VALUE);
    assertThatThrownBy(() -> ThresholdFit.fit(config, scores, "m"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("use threshold rule QUANTILE");
  }

  @Test
  void equalScoresGiveAThresholdThatNoneOfThemExceeds() {
    ThresholdFit fit = ThresholdFit.fit(ONE_PERCENT, new double[200], "m");
    assertThat(fit.rowsAbove()).isZero();
    assertThat(fit.threshold().isExceededBy(0)).isFalse();
  }

  @Test
  void rowsThatTieAreNoAlarmsHoweverLargeTheirScoreAndWhateverARuntimeRounds() {
    for (double tie : new double[] {-40, -0.5, 0, 1, 7, 4_000}) {
      double[] scores = IntStream.range(0, 200).mapToDouble(i -> i < 100 ? tie - 1 : tie).toArray();
      Threshold threshold = ThresholdFit.fit(ONE_PERCENT, scores, "m").threshold();
      assertThat(threshold.isExceededBy(tie + 0.99 * Tolerance.of(tie)))
          .as("tie %s", tie)
          .isFalse();
    }
    assertThat(ThresholdFit.fit(ONE_PERCENT, new double[200], "m").threshold().score())
        .isEqualTo(Tolerance.RELATIVE);
  }

  @Test
  void aBudgetOfAlarmsIsARate() {
    CalibrationConfig base = CalibrationConfig.DEFAULT;
    CalibrationConfig config =
        new CalibrationConfig(
            base.normalization(),
            base.transform(),
            base.combination(),
            null,
            base.thresholdRule(),
            null,
            5.0,
            1_000.0);
    assertThat(config.targetFalseAlarmRate()).isEqualTo(0.005);
    assertThat(config.isRateAskedFor()).isTrue();
    assertThatThrownBy(() -> FalseAlarmPromise.rateOfBudget(5, 5))
        .hasMessage("alarmsPerDay: 5.0 (expected: above 0 and below rowsPerDay 5.0)");
  }

  @Test
  void nanScoresNeverReachAComparison() {
    double[] scores = gaussian(200, 1);
    scores[17] = Double.NaN;
    assertThatThrownBy(() -> ThresholdFit.fit(ONE_PERCENT, scores, "m"))
        .hasMessage("normalScores: NaN (expected: finite; row 17)");
  }

  @Test
  void largeScoresWithSmallNoiseKeepTheirOrder() {
    double[] scores = new Random(1).doubles(500).map(u -> 1e9 + u).toArray();
    CalibrationConfig config = CalibrationConfig.DEFAULT.withFalseAlarmRate(0.02);
    for (Threshold.Rule rule :
        new Threshold.Rule[] {Threshold.Rule.GAUSSIAN_TAIL, Threshold.Rule.EXTREME_VALUE}) {
      assertThat(ThresholdFit.fit(config.withThresholdRule(rule), scores, "m").threshold().score())
          .isBetween(1e9 + 0.9, 1e9 + 1.2);
    }
    // The ranks are not to be told apart by a runtime that rounds as it may.
    assertThat(ThresholdFit.fit(config, scores, "m").threshold().score())
        .isCloseTo(1e9 + 1 + Tolerance.of(1e9), within(0.5));
  }

  @Test
  void whatIsPromisedIsKeptInTheCalibrationCheck() {
    assertThat(CalibrationCheck.points(CalibrationConfig.DEFAULT, gaussian(2_000, 9), 1))
        .hasSizeGreaterThan(8)
        .allSatisfy(
            point ->
                // The fitted thresholds add their own spread to the binomial one: twice 95 %.
                assertThat(point.observed().estimate())
                    .isCloseTo(
                        point.promised(),
                        within(2 * (point.observed().high() - point.observed().low()))));
  }

  static double[] gaussian(int rows, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, rows).mapToDouble(i -> random.nextGaussian()).toArray();
  }
}
