package io.latentry.core.evaluation.pixel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.evaluation.Areas;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PixelFiguresTest {
  private static final int SIDE = 20;

  @Test
  void heatThatIsHigherInEveryDefectIsPerfect() {
    PixelFigures figures = figures((pixel, defect) -> defect ? 2 + pixel / 1000f : pixel / 1000f);

    assertThat(figures.regions()).isEqualTo(2);
    assertThat(figures.auroc()).isEqualTo(1);
    assertThat(figures.regionOverlap()).isEqualTo(1);
    assertThat(figures.bestOverlap()).isEqualTo(1);
  }

  @Test
  void heatThatSaysNothingGetsWhatChanceGets() {
    Random random = new Random(4);
    PixelFigures figures = new PixelFigures();
    for (int i = 0; i < 200; i++) {
      add(figures, (pixel, defect) -> (float) random.nextGaussian());
    }

    assertThat(figures.auroc()).isCloseTo(0.5, within(0.02));
    // The mean of the rate from 0 to 0.3.
    assertThat(figures.regionOverlap()).isCloseTo(0.15, within(0.02));
  }

  @Test
  void equalHeatEverywhereIsAsGoodAsChance() {
    PixelFigures figures = figures((pixel, defect) -> -1f);

    assertThat(figures.auroc()).isEqualTo(0.5);
    assertThat(figures.regionOverlap()).isCloseTo(0.15, within(1e-12));
    int defective = pixels(new float[SIDE * SIDE], defects(), true).length;
    assertThat(figures.bestOverlap()).isEqualTo(defective / (double) (SIDE * SIDE));
  }

  @Test
  void aSmallDefectCountsAsMuchAsALargeOne() {
    // The single pixel is found before any other, the large region after all.
    PixelFigures figures = figures((pixel, defect) -> pixel == 0 ? 5 : defect ? -5 : pixel / 1000f);

    assertThat(figures.regionOverlap()).isCloseTo(0.5, within(1e-9));
    assertThat(figures.auroc()).isLessThan(0.1);
  }

  @Test
  void theAreaIsThatOfTheImagesMethod() {
    Random random = new Random(9);
    float[] heat = new float[SIDE * SIDE];
    boolean[] defect = defects();
    for (int i = 0; i < heat.length; i++) {
      heat[i] = (float) (random.nextGaussian() + (defect[i] ? 1 : 0));
    }
    PixelFigures figures = new PixelFigures();
    figures.add(heat, defect, SIDE, SIDE);

    double[] normals = pixels(heat, defect, false);
    double[] anomalies = pixels(heat, defect, true);
    // Heats that differ by less than a part in 2,048 tie.
    assertThat(figures.auroc()).isCloseTo(Areas.auroc(normals, anomalies), within(1e-3));
  }

  private static double[] pixels(float[] heat, boolean[] defect, boolean which) {
    return IntStream.range(0, heat.length)
        .filter(i -> defect[i] == which)
        .mapToDouble(i -> heat[i])
        .toArray();
  }

  private interface Heat {
    float at(int pixel, boolean defect);
  }

  private static PixelFigures figures(Heat heat) {
    PixelFigures figures = new PixelFigures();
    add(figures, heat);
    return figures;
  }

  private static void add(PixelFigures figures, Heat heat) {
    boolean[] defect = defects();
    float[] all = new float[defect.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = heat.at(i, defect[i]);
    }
    figures.add(all, defect, SIDE, SIDE);
  }

  /** A single pixel in the corner, and ten rows apart from it. */
  private static boolean[] defects() {
    boolean[] defect = new boolean[SIDE * SIDE];
    defect[0] = true;
    Arrays.fill(defect, 10 * SIDE, defect.length, true);
    return defect;
  }
}
