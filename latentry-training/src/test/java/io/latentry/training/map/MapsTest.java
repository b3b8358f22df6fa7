package io.latentry.training.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.training.engine.Device;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

class MapsTest {
  private static final int WIDTH = 8;
  private static final int HALF = 60;

  @Test
  void bothMapsKeepPlantedGroupsApartAndNeighboursTogether() {
    float[] x = planted();
    float[] start = firstTwo(x);
    for (float[] map :
        new float[][] {Umap.map(x, WIDTH, start, 15, 1), Tsne.map(x, WIDTH, start, 20)}) {
      assertThat(separation(map)).isGreaterThan(1.5);
      MapQuality quality = MapQuality.of(x, WIDTH, map);
      assertThat(quality.trustworthiness()).isGreaterThan(0.85);
      assertThat(quality.continuity()).isGreaterThan(0.85);
    }
  }

  @Test
  void theSameSeedGivesTheSameMap() {
    float[] x = planted();
    float[] start = firstTwo(x);
    assertThat(Umap.map(x, WIDTH, start, 15, 3)).isEqualTo(Umap.map(x, WIDTH, start, 15, 3));
    assertThat(Umap.map(x, WIDTH, start, 15, 3)).isNotEqualTo(Umap.map(x, WIDTH, start, 15, 4));
    assertThat(Tsne.map(x, WIDTH, start, 20)).isEqualTo(Tsne.map(x, WIDTH, start, 20));
  }

  @Test
  void fewAndEqualPointsAreMappedWithoutNan() {
    for (int points : new int[] {1, 3, 5, 20}) {
      float[] x = new float[points * 2];
      float[] start = new float[points * 2];
      assertThat(Umap.map(x, 2, start, 15, 1)).hasSize(points * 2).doesNotContain(Float.NaN);
      assertThat(Tsne.map(x, 2, start, 30)).hasSize(points * 2).doesNotContain(Float.NaN);
      assertThat(MapQuality.of(x, 2, start).trustworthiness()).isBetween(-1e-9, 1.0);
    }
  }

  @Test
  void theGradientOfTsneIsThatOfItsDivergence() {
    int points = 6;
    Random random = new Random(2);
    float[] y = new float[2 * points];
    double[] p = new double[points * points];
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < points; i++) {
      for (int j = 0; j < i; j++) {
        p[i * points + j] = random.nextDouble();
        p[j * points + i] = p[i * points + j];
      }
    }
    double sum = Arrays.stream(p).sum();
    float[] narrow = new float[p.length];
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
      narrow[i] = (float) p[i];
    }
    float[] gradient;
    try (PointerScope scope = new PointerScope()) {
      gradient = Tsne.gradient(Device.CPU.tensor(narrow, points, points), y, points, 1);
    }
    for (int i = 0; i < y.length; i++) {
      double[] up = widened(y);
      double[] down = widened(y);
      up[i] += 1e-5;
      down[i] -= 1e-5;
      double difference = (divergence(p, up) - divergence(p, down)) / 2e-5;
      // float32 against doubles.
      assertThat((double) gradient[i]).isCloseTo(difference, within(1e-4));
    }
  }

  @Test
  void theCurveOfUmapIsNearThePapers() {
    for (double d = 0; d < 3; d += 0.05) {
      double wanted = d < 0.1 ? 1 : Math.exp(-(d - 0.1));
      double curve = 1 / (1 + Umap.A * Math.pow(d, 2 * Umap.B));
      // A least-squares fit of two parameters; its largest error is at the kink.
      assertThat(curve).isCloseTo(wanted, within(0.07));
    }
  }

  @Test
  void theQualityOfACopyIsPerfectAndOfNoiseChance() {
    float[] x = noise(200, 1);
    assertThat(MapQuality.of(x, 2, x)).isEqualTo(new MapQuality(1, 1, 12));
    MapQuality chance = MapQuality.of(x, 2, noise(200, 2));
    assertThat(chance.trustworthiness()).isCloseTo(0.5, within(0.05));
    assertThat(chance.continuity()).isCloseTo(0.5, within(0.05));
  }

  @Test
  void foldingHurtsTrustAndTearingHurtsContinuity() {
    float[] line = new float[100];
    float[] folded = new float[200];
    float[] torn = new float[200];
    for (int i = 0; i < 100; i++) {
      line[i] = i;
      folded[2 * i] = i < 50 ? i : 99 - i;
      torn[2 * i] = i % 2 == 0 ? i : 1_000 + i;
    }
    MapQuality fold = MapQuality.of(line, 1, folded);
    assertThat(fold.trustworthiness()).isLessThan(fold.continuity());
    MapQuality tear = MapQuality.of(line, 1, torn);
    assertThat(tear.continuity()).isLessThan(tear.trustworthiness());
  }

  private static double divergence(double[] p, double[] y) {
    int points = y.length / 2;
    double sum = 0;
    double[] kernel = new double[p.length];
    for (int i = 0; i < points; i++) {
      for (int j = 0; j < points; j++) {
        double dx = y[2 * i] - y[2 * j];
        double dy = y[2 * i + 1] - y[2 * j + 1];
        kernel[i * points + j] = i == j ? 0 : 1 / (1 + dx * dx + dy * dy);
        sum += kernel[i * points + j];
      }
    }
    double divergence = 0;
    for (int i = 0; i < p.length; i++) {
      divergence += p[i] > 0 ? p[i] * Math.log(p[i] / (kernel[i] / sum)) : 0;
    }
    return divergence;
  }

  private static double[] widened(float[] y) {
    double[] wide = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      wide[i] = y[i];
    }
    return wide;
  }

  /** Distance of the halves' centres over the mean distance of points to their own. */
  private static double separation(float[] map) {
    double[][] centers = new double[2][2];
    for (int i = 0; i < 2 * HALF; i++) {
      for (int axis = 0; axis < 2; axis++) {
        centers[i / HALF][axis] += map[2 * i + axis] / (double) HALF;
      }
    }
    double within = 0;
    for (int i = 0; i < 2 * HALF; i++) {
      double[] own = centers[i / HALF];
      within += Math.hypot(map[2 * i] - own[0], map[2 * i + 1] - own[1]) / (2 * HALF);
    }
    return Math.hypot(centers[0][0] - centers[1][0], centers[0][1] - centers[1][1]) / within;
  }

  private static float[] planted() {
    Random random = new Random(4);
    float[] x = new float[2 * HALF * WIDTH];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() + (i / WIDTH < HALF ? 0 : 4));
    }
    return x;
  }

  private static float[] firstTwo(float[] x) {
    float[] start = new float[x.length / WIDTH * 2];
    for (int i = 0; i < start.length; i++) {
      start[i] = x[i / 2 * WIDTH + i % 2];
    }
    return start;
  }

  private static float[] noise(int points, long seed) {
    Random random = new Random(seed);
    float[] x = new float[2 * points];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat();
    }
    return x;
  }
}
