package io.latentry.training.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CodeBookTest {
  private static final long SEED = 5;
  private static final int WIDTH = 4;

  @Test
  void centresLieNearerToTheRowsThanAsManyRowsDrawnAtRandom() {
    float[] rows = gaussians(2_000);
    float[] centres = CodeBook.centres(rows, 1, 2_000, WIDTH, 100, random());
    // The rows were made independently, so that the first hundred are a random draw.
    float[] drawn = Arrays.copyOf(rows, 100 * WIDTH);
    assertThat(meanSquare(rows, centres)).isLessThan(0.75 * meanSquare(rows, drawn));
  }

  @Test
  void plantedClustersAreFound() {
    float[] rows = new float[300 * WIDTH];
    SplittableRandom random = random();
    for (int i = 0; i < rows.length; i++) {
      int cluster = i / WIDTH % 3;
      rows[i] = 10 * cluster + (float) (0.1 * random.nextGaussian());
    }
    float[] centres = CodeBook.centres(rows, 1, 300, WIDTH, 12, random());
    assertThat(meanSquare(rows, centres)).isLessThan(WIDTH * 0.1 * 0.1);
  }

  @Test
  void eachMemberHasCentresOfItsOwnRows() {
    float[] near = gaussians(500);
    float[] far = gaussians(500);
    for (int i = 0; i < far.length; i++) {
      far[i] += 1_000;
    }
    float[] both = Arrays.copyOf(near, near.length + far.length);
    System.arraycopy(far, 0, both, near.length, far.length);
    float[] centres = CodeBook.centres(both, 2, 500, WIDTH, 20, random());
    assertThat(meanSquare(near, Arrays.copyOf(centres, 20 * WIDTH))).isLessThan(WIDTH);
    assertThat(meanSquare(far, Arrays.copyOfRange(centres, 20 * WIDTH, 40 * WIDTH)))
        .isLessThan(WIDTH);
  }

  @Test
  void repeatedRowsLeaveEveryCentreOnARow() {
    float[] rows = new float[50 * WIDTH];
    Arrays.fill(rows, 25 * WIDTH, rows.length, 3);
    float[] centres = CodeBook.centres(rows, 1, 50, WIDTH, 10, random());
    for (float value : centres) {
      assertThat(value).isIn(0f, 3f);
    }
    assertThat(meanSquare(rows, centres)).isCloseTo(0, within(1e-12));
  }

  @Test
  void theSameSeedGivesTheSameCentres() {
    float[] rows = gaussians(400);
    assertThat(CodeBook.centres(rows, 1, 400, WIDTH, 30, random()))
        .containsExactly(CodeBook.centres(rows, 1, 400, WIDTH, 30, random()));
  }

  private static SplittableRandom random() {
    return new SplittableRandom(SEED);
  }

  private static float[] gaussians(int rows) {
    SplittableRandom random = random();
    float[] values = new float[rows * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** From a row to the nearest centre. */
  private static double meanSquare(float[] rows, float[] centres) {
    double sum = 0;
    for (int i = 0; i < rows.length; i += WIDTH) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int k = 0; k < centres.length; k += WIDTH) {
        double square = 0;
        for (int j = 0; j < WIDTH; j++) {
          double away = rows[i + j] - centres[k + j];
          square += away * away;
        }
        nearest = Math.min(nearest, square);
      }
      sum += nearest;
    }
    return sum * WIDTH / rows.length;
  }
}
