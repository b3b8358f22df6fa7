package io.latentry.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final double[] NORMALS = {0.1, 0.4, 0.4, 0.2};
  private static final double[] ANOMALIES = {0.35, 0.8, 0.4, 0.4};

  @Test
  void areasOfTiedScoresAgreeWithScikitLearn() {
    // roc_auc_score and average_precision_score of scikit-learn 1.9.
    assertThat(Areas.auroc(NORMALS, ANOMALIES)).isEqualTo(0.75);
    assertThat(Areas.auprc(NORMALS, ANOMALIES)).isCloseTo(0.7166666666666667, within(1e-12));
  }

  @Test
  void equalScoresSayNothing() {
    assertThat(Areas.auroc(new double[7], new double[3])).isEqualTo(0.5);
    assertThat(Areas.auprc(new double[7], new double[3])).isCloseTo(0.3, within(1e-12));
    assertThat(Areas.auroc(new double[] {-0.0}, new double[] {0.0})).isEqualTo(0.5);
  }

  @Test
  void aPerfectRankingHasAnIntervalBelowOne() {
    Interval interval = Areas.aurocInterval(new double[] {1, 2, 3, 4, 5}, new double[] {6, 7, 8});
    assertThat(interval.estimate()).isEqualTo(1);
    assertThat(interval.low()).isCloseTo(Math.pow(0.025, 1 / 3.0), within(1e-9));
  }

  @Test
  void theIntervalOfTheAurocCoversItsTrueValue() {
    // Two Gaussians one standard deviation apart: AUROC = Phi(1 / sqrt(2)).
    int covered = 0;
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      double[] normals = random.doubles(100).map(u -> random.nextGaussian()).toArray();
      double[] anomalies = random.doubles(40).map(u -> 1 + random.nextGaussian()).toArray();
      Interval interval = Areas.aurocInterval(normals, anomalies);
      covered += interval.low() <= 0.760250 && 0.760250 <= interval.high() ? 1 : 0;
    }
    // 475 expected, standard deviation 4.9.
    assertThat(covered).isBetween(475 - 20, 475 + 20);
  }

  @Test
  void binomialBoundsAgreeWithPublishedValues() {
    // Clopper and Pearson 1934: 4 of 10 gives 0.12 to 0.74; digits from scipy's beta.ppf.
    Interval interval = ClopperPearson.interval(4, 10);
    assertThat(interval.low()).isCloseTo(0.12155225811982719, within(1e-9));
    assertThat(interval.high()).isCloseTo(0.7376219233930549, within(1e-9));
    assertThat(ClopperPearson.upperBound(0, 99)).isCloseTo(0.029806673773350886, within(1e-9));
    assertThat(ClopperPearson.upperBound(5, 100)).isCloseTo(0.1022533776432745, within(1e-9));
    assertThat(ClopperPearson.upperBound(3, 3)).isEqualTo(1);
    assertThat(ClopperPearson.interval(0, 0).estimate()).isNaN();
    assertThat(ClopperPearson.interval(0, 5).low()).isZero();
  }

  @Test
  void ratesCountRowsAboveTheThresholdOnly() {
    Evaluation evaluation =
        Evaluation.of(
            new double[] {0.1, 0.4, 0.5, 0.4, 0.9, Double.NaN},
            new boolean[] {false, false, false, true, true, true},
            0.4);
    assertThat(evaluation.recall().estimate()).isEqualTo(0.5);
    assertThat(evaluation.falseAlarmRate().estimate()).isEqualTo(1 / 3.0);
    assertThat(evaluation.unscorable()).isEqualTo(1);
    assertThat(evaluation.anomalies()).isEqualTo(2);
  }

  @Test
  void oneClassAloneGivesRatesAndNoAreas() {
    Evaluation evaluation = Evaluation.of(new double[] {1, 2}, new boolean[2], 1.5);
    assertThat(evaluation.auroc().estimate()).isNaN();
    assertThat(evaluation.recall().estimate()).isNaN();
    assertThat(evaluation.falseAlarmRate().estimate()).isEqualTo(0.5);
    assertThat(evaluation.roc()).isEmpty();
  }

  @Test
  void theCurveHasTheAreaThatIsReported() {
    Random random = new Random(5);
    double[] scores = random.doubles(3_000).map(u -> random.nextGaussian()).toArray();
    boolean[] isAnomaly = new boolean[scores.length];
    for (int i = 0; i < 200; i++) {
      isAnomaly[i] = true;
      scores[i] += 1.5;
    }
    Evaluation evaluation = Evaluation.of(scores, isAnomaly, 2);
    double area = 0;
    for (int i = 1; i < evaluation.roc().size(); i++) {
      Evaluation.Point before = evaluation.roc().get(i - 1);
      Evaluation.Point now = evaluation.roc().get(i);
      area += (now.x() - before.x()) * (now.y() + before.y()) / 2;
    }
    assertThat(area).isCloseTo(evaluation.auroc().estimate(), within(2e-3));
    assertThat(evaluation.roc()).hasSizeLessThanOrEqualTo(Evaluation.MOST_POINTS);
    assertThat(evaluation.roc().get(evaluation.roc().size() - 1))
        .isEqualTo(new Evaluation.Point(1, 1));
  }

  @Test
  void nanNeverReachesAComparison() {
    assertThatThrownBy(() -> Areas.auroc(new double[] {Double.NaN}, ANOMALIES))
        .hasMessage("normals: NaN (expected: scores of judged rows only)");
    assertThatThrownBy(() -> Evaluation.of(NORMALS, new boolean[4], Double.NaN))
        .hasMessageContaining("threshold: NaN");
  }

  @Test
  void spearmanSharesRanksAmongTies() {
    // scipy.stats.spearmanr
    assertThat(Spearman.correlation(new double[] {1, 2, 2, 4, 5}, new double[] {2, 1, 3, 3, 9}))
        .isCloseTo(0.7631578947368421, within(1e-12));
    assertThat(Spearman.correlation(new double[3], new double[] {1, 2, 3})).isNaN();
  }

  @Test
  void aReservoirKeepsEachValueWithTheSameChance() {
    int[] kept = new int[20];
    // Neighbouring seeds of java.util.Random begin alike; these are far apart.
    long[] seeds = new Random(1).longs(4_000).toArray();
    for (long seed : seeds) {
      Reservoir reservoir = new Reservoir(5, seed);
      IntStream.range(0, 20).forEach(reservoir::add);
      for (float value : reservoir.sorted()) {
        kept[(int) value]++;
      }
    }
    // 1,000 expected of each, standard deviation 27.
    assertThat(Arrays.stream(kept)).allMatch(count -> count > 880 && count < 1_120);
  }

  @Test
  void aReservoirCountsMissingValues() {
    Reservoir reservoir = new Reservoir(5, 1);
    for (float value : new float[] {3, Float.NaN, 1, 2}) {
      reservoir.add(value);
    }
    assertThat(reservoir.sorted()).containsExactly(1, 2, 3);
    assertThat(reservoir.missingShare()).isEqualTo(0.25);
  }

  @Test
  void evenlySpacedOrderStatisticsKeepBothEnds() {
    double[] sorted = IntStream.range(0, 1_001).asDoubleStream().toArray();
    assertThat(OrderStatistics.evenlySpaced(sorted, 11))
        .containsExactly(0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000);
    assertThat(OrderStatistics.evenlySpaced(sorted, 5_000)).isEqualTo(sorted);
    assertThat(Arrays.stream(OrderStatistics.evenlySpaced(sorted, 2)).sum()).isEqualTo(1_000);
  }
}
