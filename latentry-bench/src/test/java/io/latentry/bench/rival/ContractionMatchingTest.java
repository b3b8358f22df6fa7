package io.latentry.bench.rival;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ContractionMatchingTest {
  private static final int WIDTH = 4;

  @Test
  void rowsThatBreakWhatTrainingRowsHaveInCommonAreCarriedLessWell() {
    ContractionMatching fitted = ContractionMatching.fit(onALine(300, 1, 1), WIDTH, 0);
    double[] normal = fitted.score(onALine(100, 2, 1));
    double[] broken = fitted.score(onALine(100, 3, -1));
    double most = Arrays.stream(normal).sorted().skip(90).findFirst().orElseThrow();
    assertThat(Arrays.stream(broken).filter(score -> score > most).count()).isGreaterThan(80);
    // A net that had learned nothing would leave a row's own length, 2.5 in the mean.
    assertThat(Arrays.stream(normal).average().orElseThrow()).isLessThan(0.5);
  }

  @Test
  void theSeedSettlesTheScores() {
    float[] training = onALine(40, 1, 1);
    float[] test = onALine(5, 2, 1);
    double[] scores = ContractionMatching.fit(training, WIDTH, 3).score(test);
    assertThat(ContractionMatching.fit(training, WIDTH, 3).score(test)).isEqualTo(scores);
    assertThat(ContractionMatching.fit(training, WIDTH, 4).score(test)).isNotEqualTo(scores);
  }

  /** The last two entries follow the first two, or go against them. */
  private static float[] onALine(int rows, long seed, int sign) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[rows * WIDTH];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < WIDTH; j++) {
        x[i * WIDTH + j] =
            (float)
                (j < 2
                    ? 1 + 0.7 * random.nextGaussian()
                    : sign * x[i * WIDTH + j - 2] + 0.05 * random.nextGaussian());
      }
    }
    return x;
  }
}
