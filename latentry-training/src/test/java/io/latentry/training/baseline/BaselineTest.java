package io.latentry.training.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BaselineTest {

  @Test
  void theAveragePathLengthIsThatOfThePaper() {
    assertThat(IsolationForest.averagePathLength(1)).isZero();
    assertThat(IsolationForest.averagePathLength(2)).isEqualTo(1);
    // 2 (ln 255 + 0.5772156649) - 2 * 255 / 256
    assertThat(IsolationForest.averagePathLength(256)).isCloseTo(10.2448, within(1e-4));
  }

  @Test
  void theIsolationForestScoresAsScikitLearnDoes() {
    float[] x = waves(500);
    float[] queries = {0, 0, 0, 0, 1, 1, 1, 1, 2, -2, 2, -2, 4, 4, 4, 4, 0, 0, 0, 5};
    double[] mean = new double[5];
    for (int seed = 0; seed < 30; seed++) {
      double[] scores = IsolationForest.fit(x, 4, seed).score(queries);
      for (int i = 0; i < 5; i++) {
        mean[i] += scores[i] / 30;
      }
    }
    // Means of scikit-learn 1.9 over 30 seeds of the same forest; their standard errors are 0.002.
    double[] reference = {0.40362, 0.50305, 0.68571, 0.67720, 0.49893};
    for (int i = 0; i < 5; i++) {
      assertThat(mean[i]).isCloseTo(reference[i], within(0.01));
    }
  }

  @Test
  void everyBaselineRanksPlantedOutliersAboveNormalRows() {
    int width = 6;
    float[] train = correlated(800, width, 1);
    float[] normals = correlated(200, width, 2);
    Random random = new Random(3);
    float[] outliers = new float[20 * width];
    for (int i = 0; i < outliers.length; i++) {
      outliers[i] = (float) (6 * random.nextGaussian());
    }
    for (Baseline baseline : Baseline.fitAll(train, width, 1)) {
      double[] normal = baseline.score(normals);
      double[] strange = baseline.score(outliers);
      long pairs = 0;
      for (double a : strange) {
        for (double b : normal) {
          pairs += a > b ? 1 : 0;
        }
      }
      assertThat((double) pairs / (normal.length * strange.length))
          .as(baseline.name())
          .isGreaterThan(0.97);
    }
  }

  @Test
  void theSeedDecides() {
    float[] x = waves(300);
    assertThat(IsolationForest.fit(x, 4, 1).score(x))
        .isEqualTo(IsolationForest.fit(x, 4, 1).score(x));
    assertThat(IsolationForest.fit(x, 4, 1).score(x))
        .isNotEqualTo(IsolationForest.fit(x, 4, 2).score(x));
  }

  @Test
  void principalComponentsHoldTheVarianceAndLeaveTheRest() {
    // A line in the plane z = 1, with a little noise across it.
    Random random = new Random(1);
    float[] x = new float[500 * 3];
    for (int i = 0; i < 500; i++) {
      float along = (float) (10 * random.nextGaussian());
      x[i * 3] = along;
      x[i * 3 + 1] = along + (float) (0.1 * random.nextGaussian());
      x[i * 3 + 2] = 1;
    }
    PcaReconstruction pca = PcaReconstruction.fit(x, 3, 1);
    assertThat(pca.componentCount()).isEqualTo(1);
    double[] scores = pca.score(new float[] {5, 5, 1, 1, -1, 1, 0, 0, 3});
    assertThat(scores[0]).isCloseTo(0, within(0.01));
    assertThat(scores[1]).isCloseTo(2, within(0.1));
    assertThat(scores[2]).isCloseTo(4, within(0.1));
  }

  @Test
  void wideRowsTakeTheSameComponentsByTheirGramMatrix() {
    int width = 40;
    float[] x = correlated(30, width, 4);
    PcaReconstruction byRows = PcaReconstruction.fit(x, width, 1);
    float[] twice = new float[2 * x.length];
    System.arraycopy(x, 0, twice, 0, x.length);
    System.arraycopy(x, 0, twice, x.length, x.length);
    PcaReconstruction byEntries = PcaReconstruction.fit(twice, width, 1);
    float[] query = correlated(5, width, 5);
    assertThat(byRows.score(query)).containsExactly(byEntries.score(query), within(1e-6));
  }

  @Test
  void thousandsOfEntriesStayUsable() {
    int width = 3_000;
    float[] x = new float[900 * width];
    Random random = new Random(1);
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat();
    }
    assertThat(PcaReconstruction.fit(x, width, 1).score(new float[width])[0]).isPositive();
  }

  @Test
  void theDistanceIsTheMeanToTheFiveNearestStoredRows() {
    float[] x = {0, 1, 2, 3, 4, 100};
    assertThat(NearestNeighbours.fit(x, 1, 1).score(new float[] {0, 4})).containsExactly(2, 2);
    assertThat(NearestNeighbours.fit(new float[] {7}, 1, 1).score(new float[] {4}))
        .containsExactly(3);
  }

  @Test
  void equalRowsAndSingleRowsAreScoredWithoutNan() {
    for (float[] x : new float[][] {{1, 2}, {1, 2, 1, 2, 1, 2}}) {
      for (Baseline baseline : Baseline.fitAll(x, 2, 1)) {
        assertThat(baseline.score(new float[] {1, 2, 9, 9})).doesNotContain(Double.NaN);
      }
    }
  }

  @Test
  void nanIsRefused() {
    assertThatThrownBy(() -> Baseline.fitAll(new float[] {1, Float.NaN}, 2, 1))
        .hasMessage("x: NaN (expected: finite; row 0, entry 1)");
  }

  private static float[] waves(int rows) {
    float[] x = new float[rows * 4];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < 4; j++) {
        x[i * 4 + j] =
            (float) (Math.sin((i + 1) * (j + 2) * 0.7) + Math.cos((i + 1) * 0.11 * (j + 1)));
      }
    }
    return x;
  }

  private static float[] correlated(int rows, int width, long seed) {
    Random random = new Random(seed);
    float[] x = new float[rows * width];
    for (int i = 0; i < rows; i++) {
      double shared = random.nextGaussian();
      for (int j = 0; j < width; j++) {
        x[i * width + j] = (float) (shared + 0.4 * random.nextGaussian());
      }
    }
    return x;
  }
}
