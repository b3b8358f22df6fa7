package io.latentry.core.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegionTest {
  private static final float[] HEAT = {
    9, 9, 0, 0, 0, //
    0, 9, 0, 0, 3, //
    0, 0, 5, 0, 7, //
    0, 0, 0, 0, 0
  };

  @Test
  void connectedAreasComeStrongestFirstWithTheirBoxes() {
    assertThat(Region.above(HEAT, 4, 5, 2))
        .containsExactly(
            new Region(0, 0, 2, 2, 3, 9),
            new Region(4, 1, 1, 2, 2, 7),
            new Region(2, 2, 1, 1, 1, 5));
  }

  @Test
  void whatIsAtTheLevelIsNotAboveIt() {
    assertThat(Region.above(HEAT, 4, 5, 7)).containsExactly(new Region(0, 0, 2, 2, 3, 9));
    assertThat(Region.above(HEAT, 4, 5, 9)).isEmpty();
  }

  @Test
  void pixelsThatTouchAtACornerBelongTogetherWhereCornersCount() {
    boolean[] within = new boolean[HEAT.length];
    for (int i = 0; i < within.length; i++) {
      within[i] = HEAT[i] > 0;
    }

    assertThat(Region.labels(within, 4, 5, false).count()).isEqualTo(3);
    assertThat(Region.labels(within, 4, 5, true).count()).isEqualTo(2);
    assertThat(Region.labels(within, 4, 5, true).byPixel()[12]).isEqualTo(1);
  }

  @Test
  void aBoxAtAnotherSizeHoldsWhatItHeld() {
    Region region = new Region(1, 2, 2, 1, 2, 4);

    assertThat(region.scaled(4, 4, 40, 20)).isEqualTo(new Region(5, 20, 10, 10, 100, 4));
    assertThat(region.scaled(4, 4, 2, 2)).isEqualTo(new Region(0, 1, 2, 1, 1, 4));
  }
}
