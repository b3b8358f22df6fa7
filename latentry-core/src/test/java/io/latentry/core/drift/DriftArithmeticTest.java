package io.latentry.core.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Effects that do not depend on the rows, p-values that keep their level. */
final class DriftArithmeticTest {
  private static final long SEED = 11;

  private static double[] normal(int count, double mean, double deviation, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = mean + deviation * random.nextGaussian();
    }
    Arrays.sort(values);
    return values;
  }

  private static NumericShift shift(double[] reference, double[] now) {
    return NumericShift.between(reference, now, new SampleSizes(reference.length, now.length));
  }

  @Test
  void aShiftHasTheSameSizeAmongAThousandAndAHundredThousandRows() {
    double[] reference = normal(500, 10, 2, SEED);
    double middle = shift(reference, normal(100_000, 10, 2, SEED + 1)).moved();
    for (int rows : new int[] {1_000, 10_000, 100_000}) {
      NumericShift found = shift(reference, normal(rows, 11.2, 2, SEED + 2));
      // The standard error of a mean of 1,000 rows is 0.03 spreads.
      assertThat(found.moved() - middle).as("%d rows", rows).isCloseTo(0.6, within(0.1));
      assertThat(found.distance()).isCloseTo(Math.abs(found.moved()), within(0.06));
      assertThat(found.upward()).isCloseTo(found.moved(), within(0.06));
      assertThat(found.pValue()).isLessThan(1e-6);
      assertThat(found.stabilityIndex()).isBetween(0.15, 0.6);
    }
  }

  @Test
  void chanceAloneIsTakenOffTheDistance() {
    double[] distances =
        IntStream.range(0, 200)
            .mapToDouble(
                i -> shift(normal(200, 0, 1, 2L * i), normal(150, 0, 1, 2L * i + 1)).distance())
            .toArray();
    // Without that it would be 0.12 on average.
    assertThat(Arrays.stream(distances).average().orElseThrow()).isLessThan(0.06);
  }

  @Test
  void normalRowsAreCalledDifferentAsOftenAsPromised() {
    long called =
        IntStream.range(0, 1_000)
            .filter(
                i ->
                    shift(normal(300, 0, 1, 2L * i), normal(600, 0, 1, 2L * i + 1)).pValue()
                        <= 0.05)
            .count();
    // 50 are promised at most; three standard errors more would be chance.
    assertThat(called).isLessThanOrEqualTo(70);
  }

  @Test
  void whatBecomesWiderIsSeenThoughItDoesNotMove() {
    NumericShift found = shift(normal(500, 0, 1, SEED), normal(1_000, 0, 1.5, SEED + 1));
    assertThat(found.widening()).isCloseTo(1.5, within(0.15));
    assertThat(Math.abs(found.moved())).isLessThan(0.12);
    assertThat(found.distance()).isGreaterThan(0.3);
    assertThat(found.pValue()).isLessThan(1e-5);
    assertThat(found.factor()).isNaN();
  }

  @Test
  void aChangeOfUnitIsAFactor() {
    NumericShift found = shift(normal(500, 70, 5, SEED), normal(1_000, 70_000, 5_000, SEED + 1));
    assertThat(found.factor()).isCloseTo(1_000, within(10.0));
    assertThat(shift(normal(500, 70, 5, SEED), normal(1_000, 75, 5, SEED + 1)).factor()).isNaN();
  }

  @Test
  void oneWildValueIsNoDistance() {
    double[] now = normal(1_000, 0, 1, SEED + 1);
    now[now.length - 1] = 1e30;
    assertThat(shift(normal(500, 0, 1, SEED), now).distance()).isLessThan(0.2);
  }

  @Test
  void fewerIndependentRowsAreLessSure() {
    double[] reference = normal(500, 0, 1, SEED);
    double[] now = normal(2_000, 0.3, 1, SEED + 1);
    double few = NumericShift.between(reference, now, new SampleSizes(500, 50)).pValue();
    assertThat(few).isGreaterThan(0.01);
    assertThat(shift(reference, now).pValue()).isLessThan(1e-4);
  }

  @Test
  void theMixOfCategoriesHasTheSameSizeWhateverTheRows() {
    for (double rows : new double[] {1_000, 1_000_000}) {
      CategoryShift found =
          CategoryShift.between(
              new double[] {250, 250, 0},
              new double[] {0.3 * rows, 0.5 * rows, 0.2 * rows},
              new SampleSizes(500, rows));
      assertThat(found.changed()).isCloseTo(0.2, within(0.01));
      assertThat(found.pValue()).isLessThan(1e-10);
      assertThat(found.cramersV()).isPositive();
    }
  }

  @Test
  void aMixOfManyRareCategoriesKeepsItsLevel() {
    int called = 0;
    double changed = 0;
    for (int seed = 0; seed < 400; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] reference = new double[60];
      double[] now = new double[60];
      for (int i = 0; i < 300; i++) {
        reference[(int) (60 * Math.pow(random.nextDouble(), 3))]++;
      }
      for (int i = 0; i < 900; i++) {
        now[(int) (60 * Math.pow(random.nextDouble(), 3))]++;
      }
      CategoryShift found = CategoryShift.between(reference, now, new SampleSizes(300, 900));
      called += found.pValue() <= 0.05 ? 1 : 0;
      changed += found.changed() / 400;
    }
    // 20 are promised; three standard errors more would be chance.
    assertThat(called).isLessThanOrEqualTo(33);
    assertThat(changed).isLessThan(0.05);
  }

  @Test
  void sharesAreComparedByFishersExactTest() {
    // Fisher's lady: 3 of 4 and 1 of 4.
    assertThat(ShareShift.between(3, 4, 1, 4, new SampleSizes(4, 4)).pValue())
        .isCloseTo(34.0 / 70, within(1e-9));
    assertThat(ShareShift.between(0, 500, 0, 10_000_000_000L, new SampleSizes(500, 1e10)).pValue())
        .isEqualTo(1);
    ShareShift grown = ShareShift.between(5, 500, 1_000, 10_000, new SampleSizes(500, 10_000));
    assertThat(grown.difference()).isCloseTo(0.09, within(1e-12));
    assertThat(grown.pValue()).isLessThan(1e-9);
    assertThatThrownBy(() -> ShareShift.between(5, 4, 0, 1, new SampleSizes(4, 1)))
        .hasMessageContaining("5 of 4");
  }

  @Test
  void manyComparisonsAreAdjustedByBenjaminiAndYekutieli() {
    // 1 + 1/2 + 1/3 = 11/6.
    assertThat(FalseDiscovery.adjusted(new double[] {0.04, 0.01, 0.02}))
        .containsExactly(
            new double[] {0.04 * 11 / 6, 0.01 * 3 * 11 / 6, 0.02 * 3 / 2 * 11 / 6}, within(1e-12));
    assertThat(FalseDiscovery.adjusted(new double[] {0.9, 1})).containsExactly(1, 1);
    assertThat(FalseDiscovery.strictest(3, 0.05)).isCloseTo(0.05 / 5.5, within(1e-12));
  }

  @Test
  void valuesThatFollowEachOtherAreWorthFewer() {
    double[] walk = new double[20_000];
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 1; i < walk.length; i++) {
      walk[i] = 0.95 * walk[i - 1] + random.nextGaussian();
    }
    double all = Dependence.of(walk, 1).independent(walk.length, 1);
    // Of a mean 39 count as one, of a share above a level somewhat fewer.
    assertThat(walk.length / all).isBetween(15.0, 60.0);
    double[] some = IntStream.range(0, 4_000).mapToDouble(i -> walk[5 * i]).toArray();
    double ofSome = Dependence.of(some, 0.2).independent(walk.length, 1);
    assertThat(ofSome / all).isBetween(0.5, 2.0);
    for (double level : new double[] {-2, 0, 2}) {
      double[] ones = Arrays.stream(walk).map(v -> v > level ? 1 : 0).toArray();
      assertThat(ones.length / Dependence.of(ones, 1).independent(ones.length, 1))
          .as("above %s", level)
          .isGreaterThan(8);
    }
    double[] free = random.doubles(5_000).toArray();
    assertThat(Dependence.of(free, 0.01)).isEqualTo(Dependence.NONE);
  }
}
