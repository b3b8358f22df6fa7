package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.ClopperPearson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class DesignEffectTest {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  @Test
  void pointsThatGoTogetherCountAsFewer() {
    // The integrated autocorrelation time of AR(1) is (1 + rho) / (1 - rho): 19 of 0.9.
    double times = 0;
    int trials = 20;
    for (int seed = 0; seed < trials; seed++) {
      times += Autocorrelation.of(List.of(series(50_000, 0.9, seed))).time();
    }
    // One estimate has a deviation of about 1.7, a mean of 20 one of 0.4.
    assertThat(times / trials).isCloseTo(19, within(1.2));
    Autocorrelation none = Autocorrelation.of(List.of(series(50_000, 0, 2)));
    assertThat(none.time()).isBetween(1.0, 1.1);
  }

  @Test
  void exceedancesGoTogetherLessThanScores() {
    List<double[]> scores = List.of(series(50_000, 0.9, 3));
    double ofScores = Autocorrelation.of(scores).time();
    double ofMiddle = Autocorrelation.of(Autocorrelation.exceedances(scores, 0)).time();
    double ofTail = Autocorrelation.of(Autocorrelation.exceedances(scores, 2.3)).time();
    assertThat(ofMiddle).isBetween(8.0, ofScores);
    assertThat(ofTail).isBetween(3.0, ofMiddle);
  }

  @Test
  void aKeyThatIsStrangeThroughoutIsHardlyMoreThanOneObservation() {
    List<double[]> keys = new ArrayList<>();
    for (int k = 0; k < 50; k++) {
      double level = k % 10 == 0 ? 5 : 0;
      keys.add(Arrays.stream(series(100, 0, 10 + k)).map(v -> v + level).toArray());
    }
    assertThat(keys.size() * 100 / Autocorrelation.of(keys).time()).isLessThan(200);
    // Five of fifty keys, not 500 of 5,000 points: the bound of such few is far above a tenth.
    assertThat(DesignEffect.of(keys, 2.5).upperBound(500, 5_000)).isGreaterThan(0.13);
  }

  @Test
  void alternatingAndConstantScoresAreTakenAsIndependent() {
    double[] alternating = new double[1_000];
    for (int t = 0; t < alternating.length; t++) {
      alternating[t] = t % 2;
    }
    assertThat(Autocorrelation.of(List.of(alternating)).time()).isEqualTo(1);
    double[] constant = new double[1_000];
    Arrays.fill(constant, 0.1);
    assertThat(Autocorrelation.of(List.of(constant)).time()).isEqualTo(1);
    assertThat(DesignEffect.of(List.of(constant), 1).factor()).isBetween(1.0, 1.01);
  }

  @Test
  void theBoundHoldsOnSeriesWhoseNeighboursGoTogether() {
    int trials = 1_000;
    int held = 0;
    int heldAsIndependent = 0;
    int points = 2_000;
    for (int seed = 0; seed < trials; seed++) {
      double[] scores = series(points, 0.9, 1_000 + seed);
      // Fitted on the same scores, as thresholds are: 20 points lie above.
      double[] sorted = scores.clone();
      Arrays.sort(sorted);
      double threshold = sorted[points - 21];
      double rate = NORMAL.survivalProbability(threshold);
      held += rate <= DesignEffect.of(List.of(scores), threshold).upperBound(20, points) ? 1 : 0;
      heldAsIndependent += rate <= ClopperPearson.upperBound(20, points) ? 1 : 0;
    }
    assertThat(held).isGreaterThanOrEqualTo(950);
    assertThat(heldAsIndependent).isLessThan(750);
  }

  @Test
  void onIndependentScoresTheBoundIsThatOfClopperAndPearson() {
    double sum = 0;
    int trials = 100;
    for (int seed = 0; seed < trials; seed++) {
      double[] scores = series(2_000, 0, 5_000 + seed);
      int above = (int) Arrays.stream(scores).filter(s -> s > 2.326).count();
      double bound = DesignEffect.of(List.of(scores), 2.326).upperBound(above, 2_000);
      double binomial = ClopperPearson.upperBound(above, 2_000);
      assertThat(bound).isGreaterThanOrEqualTo(binomial * (1 - 1e-9));
      sum += bound / binomial;
    }
    assertThat(sum / trials).isBetween(1.0, 1.03);
  }

  @Test
  void withoutAnAlarmThereIsABoundAllTheSame() {
    double[] scores = series(2_000, 0.9, 4);
    DesignEffect effect = DesignEffect.of(List.of(scores), 100);
    assertThat(effect.factor()).isGreaterThan(5);
    assertThat(effect.upperBound(0, 2_000))
        .isGreaterThan(5 * ClopperPearson.upperBound(0, 2_000))
        .isLessThan(0.05);
    assertThat(effect.upperBound(2_000, 2_000)).isEqualTo(1);
  }

  @Test
  void theBoundOfAThresholdCountsFewerPointsToo() {
    DesignEffect ten = new DesignEffect(10, 5);
    assertThat(FalseAlarmBound.upper(20, 2_000, DesignEffect.INDEPENDENT))
        .isEqualTo(FalseAlarmBound.upper(20, 2_000));
    assertThat(FalseAlarmBound.upper(20, 2_000, ten))
        .isCloseTo(FalseAlarmBound.upper(2, 200), within(1e-12));
  }

  @Test
  void oneKeyMoreOrLessOfNoPointsChangesNothing() {
    double[] scores = series(500, 0.5, 8);
    assertThat(DesignEffect.of(List.of(scores, new double[0]), 1))
        .isEqualTo(DesignEffect.of(List.of(scores), 1));
    assertThat(DesignEffect.of(List.of(new double[] {3}), 1).factor()).isGreaterThanOrEqualTo(1);
  }

  @Test
  void noPointAndNoNumberAreRefused() {
    assertThatThrownBy(() -> DesignEffect.of(List.of(), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("scoresByKey: no point");
    assertThatThrownBy(() -> Autocorrelation.of(List.of(new double[] {Double.NaN})))
        .hasMessageContaining("scoresByKey: not all finite");
    assertThatThrownBy(() -> DesignEffect.of(List.of(new double[] {1}), Double.NaN))
        .hasMessageContaining("threshold: NaN");
    assertThatThrownBy(() -> new DesignEffect(0.5, 1)).hasMessageContaining("factor: 0.5");
    assertThatThrownBy(() -> DesignEffect.INDEPENDENT.upperBound(3, 2))
        .hasMessageContaining("hits: 3 of 2");
  }

  /** A stationary AR(1) series of unit variance. */
  private static double[] series(int points, double rho, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] scores = new double[points];
    double value = random.nextGaussian();
    for (int t = 0; t < points; t++) {
      scores[t] = value;
      value = rho * value + Math.sqrt(1 - rho * rho) * random.nextGaussian();
    }
    return scores;
  }
}
