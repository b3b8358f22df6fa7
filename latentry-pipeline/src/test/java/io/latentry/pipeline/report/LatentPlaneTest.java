package io.latentry.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LatentPlaneTest {

  @Test
  void findsThePlaneOfLargestSpread() {
    int rows = 4000;
    Random random = new Random(SampleReports.SEED);
    float[] codes = new float[rows * 4];
    for (int i = 0; i < rows; i++) {
      double along = 5 * random.nextGaussian();
      double across = 2 * random.nextGaussian();
      codes[i * 4] = (float) (0.6 * along - 0.8 * across + 7);
      codes[i * 4 + 1] = (float) (0.1 * random.nextGaussian());
      codes[i * 4 + 2] = (float) (0.8 * along + 0.6 * across - 3);
      codes[i * 4 + 3] = (float) (0.1 * random.nextGaussian());
    }
    LatentPlane plane = LatentPlane.fit(codes, 4);
    // Variances 25 and 4 of 29.02 in all; 4,000 rows know a variance to about 2 %.
    assertThat(plane.firstShare).isCloseTo(25 / 29.02, within(0.02));
    assertThat(plane.secondShare).isCloseTo(4 / 29.02, within(0.02));
    List<double[]> points =
        plane.project(new float[] {7 + 0.6f * 10, 0, -3 + 0.8f * 10, 0, 7 + 0.8f, 0, -3 - 0.6f, 0});
    assertThat(points.get(0)[0]).isCloseTo(10, within(0.3));
    assertThat(points.get(0)[1]).isCloseTo(0, within(0.3));
    assertThat(Math.abs(points.get(1)[1])).isCloseTo(1, within(0.1));
  }

  @Test
  void oneDimensionLiesOnALine() {
    LatentPlane plane = LatentPlane.fit(new float[] {1, 2, 6}, 1);
    assertThat(plane.firstShare).isEqualTo(1);
    assertThat(plane.project(new float[] {4})).singleElement().isEqualTo(new double[] {1, 0});
  }

  @Test
  void codesThatCoincideCarryNothing() {
    LatentPlane plane = LatentPlane.fit(new float[] {1, 2, 1, 2, 1, 2}, 2);
    assertThat(plane.firstShare).isZero();
    assertThat(plane.project(new float[] {1, 2})).singleElement().isEqualTo(new double[] {0, 0});
  }
}
