package io.latentry.pipeline.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GroupingTest {

  @Test
  void plantedGroupsAreFoundTheLargestFirstAndNoiseIsKeptApart() {
    double[][] points = planted(30, 20, 6);
    int[] labels = Grouping.group(points, 5, 1);
    assertThat(Arrays.copyOfRange(labels, 0, 30)).containsOnly(0);
    assertThat(Arrays.copyOfRange(labels, 30, 50)).containsOnly(1);
    assertThat(Arrays.copyOfRange(labels, 50, 56)).containsOnly(Grouping.NOISE);
    assertThat(Grouping.group(points, 5, 2)).isEqualTo(labels);
  }

  @Test
  void oneCloudIsOneGroup() {
    assertThat(Grouping.group(planted(40, 0, 0), 5, 1)).containsOnly(0);
    assertThat(Grouping.group(planted(12, 0, 0), 5, 1)).containsOnly(0);
  }

  @Test
  void aTinySetIsGroupedByMeans() {
    int[] labels = Grouping.group(planted(8, 5, 0), 5, 1);
    assertThat(Arrays.copyOfRange(labels, 0, 8)).containsOnly(0);
    assertThat(Arrays.copyOfRange(labels, 8, 13)).containsOnly(1);
    assertThat(Grouping.group(new double[][] {{1, 2}}, 5, 1)).containsExactly(0);
    assertThat(Grouping.group(new double[][] {{1, 2}, {1, 2}, {1, 2}}, 5, 1)).containsOnly(0);
  }

  @Test
  void theSilhouetteIsThatOfItsDefinition() {
    double[][] points = {{0}, {1}, {10}};
    // (10 - 1) / 10, (9 - 1) / 9, and 0 for the point that is alone.
    assertThat(Grouping.silhouette(points, new int[] {0, 0, 1}))
        .isCloseTo((0.9 + 8.0 / 9) / 3, within(1e-12));
  }

  /** Two clouds ten apart, and points far from both and from one another. */
  private static double[][] planted(int first, int second, int noise) {
    Random random = new Random(7);
    double[][] points = new double[first + second + noise][2];
    for (int i = 0; i < points.length; i++) {
      boolean far = i >= first + second;
      double center = i < first ? 0 : 10;
      points[i][0] = far ? 100 * (1 + i - first - second) : center + 0.5 * random.nextGaussian();
      points[i][1] = far ? -300 * (1 + i - first - second) : center + 0.5 * random.nextGaussian();
    }
    return points;
  }
}
