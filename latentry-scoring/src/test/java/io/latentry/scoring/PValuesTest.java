package io.latentry.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.TermScale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PValuesTest {
  private static final ScoreMix MIX =
      new ScoreMix(
          ScoreMix.Combination.WEIGHTED_SUM,
          0.5,
          new TermScale(TermScale.Normalization.Z_SCORE, 0, 1, TermScale.Transform.NONE),
          new TermScale(TermScale.Normalization.Z_SCORE, 0, 1, TermScale.Transform.NONE));

  @Test
  void theFormulaHoldsWithTies() {
    PValues pValues = of(4, 1, 2, 2, 3);
    assertThat(pValues.of(0)).isEqualTo(5 / 5.0);
    assertThat(pValues.of(1)).isEqualTo(5 / 5.0);
    assertThat(pValues.of(1.5)).isEqualTo(4 / 5.0);
    assertThat(pValues.of(2)).isEqualTo(4 / 5.0);
    assertThat(pValues.of(3)).isEqualTo(2 / 5.0);
    assertThat(pValues.of(3.1)).isEqualTo(1 / 5.0);
  }

  @Test
  void aThinnedSampleStandsForAllItsRows() {
    double[] whole = IntStream.range(0, 100_000).asDoubleStream().toArray();
    double[] thinned = IntStream.range(0, 1000).mapToDouble(i -> 100 * i + 50).toArray();
    for (double score : new double[] {-1, 0, 10_000, 55_555, 99_000}) {
      assertThat(of(100_000, thinned).of(score))
          .isCloseTo(of(100_000, whole).of(score), within(1e-3));
    }
    assertThat(of(100_000, thinned).of(1e9)).isEqualTo(1 / 100_001.0);
  }

  @Test
  void unsortedScoresAreRefused() {
    assertThatThrownBy(() -> of(3, 1, 3, 2))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("2.0 after 3.0");
    assertThatThrownBy(() -> of(2, 1, Double.NaN)).isInstanceOf(ArtifactException.class);
  }

  private static PValues of(int rows, double... scores) {
    return new PValues(new Manifest.Calibration(MIX, scores, rows, "held-out"));
  }
}
