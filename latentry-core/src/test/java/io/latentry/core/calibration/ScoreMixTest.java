package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.graph.ArrayOps;
import io.latentry.core.graph.Dense;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoreMixTest {
  private static final float[] TERMS = {-1e6f, -3.2f, 0, 0.1f, 1, 7.5f, 40, 1e6f};

  @Test
  void everyScaleInJavaEqualsItsGraph() {
    for (TermScale.Transform transform : TermScale.Transform.values()) {
      TermScale scale = new TermScale(TermScale.Normalization.ROBUST, 1.5, 2.5, transform);
      Dense graph = scale.apply(new ArrayOps(), Dense.of(TERMS, TERMS.length));
      for (int i = 0; i < TERMS.length; i++) {
        // ASINH of -1e6 goes through float32 in between: a few units in the last place.
        assertThat(scale.apply(TERMS[i]))
            .as("%s of %s", transform, TERMS[i])
            .isCloseTo(graph.values()[i], within(2e-6f * Math.max(1, Math.abs(graph.values()[i]))));
      }
    }
  }

  @Test
  void everyMixInJavaEqualsItsGraph() {
    TermScale scale =
        new TermScale(TermScale.Normalization.Z_SCORE, 0.5, 20, TermScale.Transform.SOFTPLUS);
    for (ScoreMix.Combination combination : ScoreMix.Combination.values()) {
      ScoreMix mix = new ScoreMix(combination, 0.3, scale, scale);
      float[] r = {-30, 0, 3, 90};
      float[] l = {5, -40, 2, 100};
      Dense graph = mix.score(new ArrayOps(), Dense.of(r, 4), Dense.of(l, 4));
      for (int i = 0; i < r.length; i++) {
        assertThat(mix.score(r[i], l[i]))
            .isCloseTo(graph.values()[i], within(1e-5 * Math.max(1, Math.abs(graph.values()[i]))));
      }
    }
  }

  @Test
  void scalesAreFittedByTheirNames() {
    double[] term = {0, 1, 2, 3, 4, 5, 6, 7, 80};
    TermScale robust =
        TermScale.fit(TermScale.Normalization.ROBUST, TermScale.Transform.NONE, term);
    assertThat(robust.center()).isEqualTo(4);
    assertThat(robust.spread()).isEqualTo(4);
    TermScale range =
        TermScale.fit(TermScale.Normalization.MIN_MAX, TermScale.Transform.NONE, term);
    assertThat(range.apply(0)).isEqualTo(0);
    assertThat(range.apply(80)).isEqualTo(1);
    TermScale standard =
        TermScale.fit(
            TermScale.Normalization.Z_SCORE, TermScale.Transform.NONE, new double[] {1, 3});
    assertThat(standard.center()).isEqualTo(2);
    assertThat(standard.spread()).isEqualTo(1);
  }

  @Test
  void aSpreadOfZeroFallsBackToTheDeviationAndThenToOneNat() {
    double[] mostlyEqual = {5, 5, 5, 5, 5, 5, 5, 5, 5, 15};
    assertThat(fitRobust(mostlyEqual).spread()).isEqualTo(3);
    assertThat(fitRobust(new double[] {5, 5, 5}).spread()).isEqualTo(1);
  }

  @Test
  void aSpreadLostToRoundingIsNoSpread() {
    double[] large = new Random(1).doubles(100).map(u -> 1e9 + u).toArray();
    // Around 1e9 float32 counts in steps of 64.
    assertThat(fitRobust(large).spread()).isEqualTo(64);
  }

  @Test
  void alphaGoesToTheTermThatSeesThePerturbations() {
    Random random = new Random(3);
    double[] noise = random.doubles(600).toArray();
    double[] other = random.doubles(600).toArray();
    double[] moved = random.doubles(600).map(u -> u + 0.6).toArray();
    double[] still = random.doubles(600).toArray();
    Terms normals = new Terms(noise, other);
    ScoreMix byReconstruction =
        ScoreMix.fit(CalibrationConfig.DEFAULT, normals, new Terms(moved, still));
    ScoreMix byLatent = ScoreMix.fit(CalibrationConfig.DEFAULT, normals, new Terms(still, moved));
    assertThat(byReconstruction.alpha()).isEqualTo(AlphaTuning.MOST_TUNED_ALPHA);
    assertThat(byLatent.alpha()).isLessThanOrEqualTo(0.2);
  }

  @Test
  void aFlatOptimumGivesThePreferredAlpha() {
    double[] same = new Random(3).doubles(300).toArray();
    double[] moved = Arrays.stream(same).map(v -> v + 0.3).toArray();
    ScoreMix mix =
        ScoreMix.fit(CalibrationConfig.DEFAULT, new Terms(same, same), new Terms(moved, moved));
    assertThat(mix.alpha()).isEqualTo(AlphaTuning.PREFERRED_ALPHA);
  }

  @Test
  void aGivenAlphaIsKept() {
    CalibrationConfig base = CalibrationConfig.DEFAULT;
    CalibrationConfig config =
        new CalibrationConfig(
            base.normalization(),
            TermScale.Transform.SOFTPLUS,
            ScoreMix.Combination.PRODUCT,
            0.7,
            base.thresholdRule(),
            null,
            null,
            null);
    Terms terms = new Terms(new double[] {1, 2, 3}, new double[] {3, 2, 1});
    ScoreMix mix = ScoreMix.fit(config, terms, terms);
    assertThat(mix.alpha()).isEqualTo(0.7);
    assertThat(mix.combination()).isEqualTo(ScoreMix.Combination.PRODUCT);
    assertThat(mix.scores(terms)).doesNotContain(Double.NaN);
  }

  @Test
  void aProductOfTermsThatMayBeNegativeIsRefused() {
    CalibrationConfig base = CalibrationConfig.DEFAULT;
    assertThatThrownBy(
            () ->
                new CalibrationConfig(
                    base.normalization(),
                    TermScale.Transform.ASINH,
                    ScoreMix.Combination.PRODUCT,
                    null,
                    base.thresholdRule(),
                    null,
                    null,
                    null))
        .hasMessageContaining("transform: ASINH (expected: SIGMOID or SOFTPLUS");
  }

  @Test
  void nanTermsAreRefused() {
    assertThatThrownBy(() -> new Terms(new double[] {1}, new double[] {Double.NaN}))
        .hasMessage("latent: NaN (expected: finite; row 0)");
  }

  private static TermScale fitRobust(double[] term) {
    return TermScale.fit(TermScale.Normalization.ROBUST, TermScale.Transform.ASINH, term);
  }
}
