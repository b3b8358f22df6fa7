package io.latentry.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.training.term.Codes;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ExplainedVarianceTest {
  private static final int ROWS = 2_000;
  private static final double LEFT = 0.3;

  @Test
  void isTheShareOfTheVarianceThatTheResidualsDoNotHold() {
    float[] x = normals(1);

    // What is left of a deviation of 1 has one of 0.3: 9 % of the variance.
    assertThat(explained(x, residuals(x)).share()).isCloseTo(0.91, within(0.01));
  }

  @Test
  void aFewWildRowsThatNobodyCouldLearnDoNotHideWhatWasLearned() {
    float[] x = normals(1);
    float[] residuals = residuals(x);
    for (int i = 0; i < 5; i++) {
      x[i * 397] = 1e4f;
      residuals[i * 397] = 1e4f;
    }

    assertThat(explained(x, residuals).share()).isCloseTo(0.91, within(0.01));
  }

  @Test
  void whereWildRowsElsewhereMadeTheUnitTheEntryIsPassedOver() {
    float[] x = twoEntries(normals(1), normals(1e-5f));
    float[] residuals = twoEntries(residuals(normals(1)), normals(3e-5f));

    assertThat(explained(x, residuals, 2).share()).isCloseTo(0.91, within(0.01));
  }

  @Test
  void whereThereIsNoOtherEntryItCounts() {
    float[] x = normals(1e-3f);

    assertThat(explained(x, residuals(x)).share()).isCloseTo(0.91, within(0.01));
    assertThat(explained(x, residuals(x)).varies()).isTrue();
  }

  @Test
  void whatDoesNotVaryIsNotExplained() {
    float[] x = new float[ROWS];

    assertThat(explained(x, x).share()).isZero();
    assertThat(explained(x, x).varies()).isFalse();
  }

  @Test
  void anEntryThatIsGotWorseThanByItsMeanTakesAwayOneAtMost() {
    float[] x = twoEntries(normals(1), normals(1));
    float[] wrong = twoEntries(new float[ROWS], normals(100));

    assertThat(explained(x, wrong, 2).share()).isCloseTo(0, within(1e-9));
  }

  private static float[] normals(float deviation) {
    Random random = new Random(1);
    float[] values = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      values[i] = (float) random.nextGaussian() * deviation;
    }
    return values;
  }

  private static float[] residuals(float[] x) {
    float[] left = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      left[i] = (float) (LEFT * x[i]);
    }
    return left;
  }

  private static float[] twoEntries(float[] first, float[] second) {
    float[] both = new float[2 * ROWS];
    for (int i = 0; i < ROWS; i++) {
      both[2 * i] = first[i];
      both[2 * i + 1] = second[i];
    }
    return both;
  }

  private static ExplainedVariance explained(float[] x, float[] residuals) {
    return explained(x, residuals, 1);
  }

  private static ExplainedVariance explained(float[] x, float[] residuals, int width) {
    return new ExplainedVariance(
        x,
        new Codes(
            1, ROWS, 1, width, new float[ROWS], new float[ROWS], new float[x.length], residuals));
  }
}
