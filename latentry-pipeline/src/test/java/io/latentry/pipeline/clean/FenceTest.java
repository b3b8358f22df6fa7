package io.latentry.pipeline.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FenceTest {

  @Test
  void theFenceIsOneAndAHalfSpreadsAboveTheUpperQuartile() {
    Fence fence = Fence.of(new double[] {5, 1, 2, 4, 3});
    assertThat(fence.median()).isEqualTo(3);
    assertThat(fence.fence()).isEqualTo(4 + 1.5 * 2);
    assertThat(fence.strangeness(3)).isZero();
    assertThat(fence.strangeness(7)).isEqualTo(1);
    assertThat(fence.strangeness(11)).isEqualTo(2);
  }

  @Test
  void strangeScoresHardlyMoveTheFence() {
    Random random = new Random(11);
    double[] clean = random.doubles(900).toArray();
    double[] dirty = Arrays.copyOf(clean, 1_000);
    Arrays.fill(dirty, 900, 1_000, 50);
    assertThat(Fence.of(dirty).fence()).isCloseTo(Fence.of(clean).fence(), within(0.3));
  }

  @Test
  void equalScoresHaveNoneBeyondTheFence() {
    double[] scores = new double[100];
    scores[0] = 7;
    assertThat(Fence.of(scores).strangeness(7)).isEqualTo(1);
    assertThat(Fence.of(new double[] {3, 3, 3}).strangeness(3)).isZero();
  }
}
