package io.latentry.core.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.graph.ArrayOps;
import io.latentry.core.graph.Dense;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GridTest {
  private static final Grid GRID = new Grid(40, 48, 5, 6);
  private final ArrayOps ops = new ArrayOps();

  private static Dense map() {
    Random random = new Random(1);
    float[] values = new float[2 * 30];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Dense.of(values, 60);
  }

  @Test
  void aPlaceIsSmoothedOverNine() {
    Dense map = map();
    Dense smoothed = GRID.smoothed(ops, map);
    assertThat(smoothed.shape()).containsExactly(2, 3, 4);
    for (int b = 0; b < 2; b++) {
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 4; x++) {
          double sum = 0;
          for (int i = 0; i < 9; i++) {
            sum += map.values()[b * 30 + (y + i / 3) * 6 + x + i % 3];
          }
          assertThat(smoothed.values()[(b * 3 + y) * 4 + x])
              .isCloseTo((float) (sum / 9), within(1e-6f));
        }
      }
    }
  }

  @Test
  void noPixelIsStrangerThanTheGreatestPlace() {
    Dense smoothed = GRID.smoothed(ops, map());
    Dense greatest = GRID.greatest(ops, smoothed);
    Dense pixels = GRID.pixels(ops, smoothed);
    assertThat(pixels.shape()).containsExactly(2, 40, 48);
    for (int b = 0; b < 2; b++) {
      float most = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < 40 * 48; i++) {
        most = Math.max(most, pixels.values()[b * 40 * 48 + i]);
      }
      assertThat(most).isLessThanOrEqualTo(greatest.values()[b] + 1e-6f);
      assertThat(most).isGreaterThan(greatest.values()[b] - 0.1f * Math.abs(greatest.values()[b]));
    }
  }

  @Test
  void theSharesOfPixelsAddUpToTheImage() {
    Dense shares = GRID.shareOfPixels(ops);
    double sum = 0;
    for (float share : shares.values()) {
      sum += share;
    }
    assertThat(sum).isCloseTo(40 * 48, within(1e-2));
    Dense smoothed = GRID.smoothed(ops, map());
    Dense pixels = GRID.pixels(ops, smoothed);
    double byPlace = 0;
    double byPixel = 0;
    for (int i = 0; i < 12; i++) {
      byPlace += shares.values()[i] * smoothed.values()[i];
    }
    for (int i = 0; i < 40 * 48; i++) {
      byPixel += pixels.values()[i];
    }
    assertThat(byPixel).isCloseTo(byPlace, within(1e-2));
  }

  @Test
  void resamplingKeepsALevel() {
    for (int to : new int[] {3, 7, 10, 25}) {
      for (double[] row : Grid.resampling(10, to)) {
        double sum = 0;
        for (double weight : row) {
          sum += weight;
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
      }
    }
  }

  @Test
  void aGridIsNoSmallerThanThreeByThree() {
    assertThatThrownBy(() -> new Grid(16, 40, 2, 5))
        .hasMessage("grid: 2 x 5 places (expected: at least 3 x 3)");
  }
}
