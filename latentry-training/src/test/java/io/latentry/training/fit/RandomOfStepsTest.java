package io.latentry.training.fit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RandomOfStepsTest {
  private static final int STEPS = 150;
  private static final int BATCH = 192;

  @Test
  void everyStepDrawsRowsOfItsOwn() {
    Set<Integer> rows = new HashSet<>();
    for (int step = 0; step < STEPS; step++) {
      SplittableRandom random = TrainingRun.randomOf(7, step, 0);
      for (int i = 0; i < BATCH; i++) {
        rows.add(random.nextInt(1_000_000_000));
      }
    }
    // Of a billion rows, hardly one is drawn twice.
    assertThat(rows).hasSizeGreaterThan(STEPS * BATCH - 10);
  }

  @Test
  void anotherAttemptAndAnotherSeedDrawOtherwise() {
    int first = TrainingRun.randomOf(7, 3, 0).nextInt();
    assertThat(TrainingRun.randomOf(7, 3, 0).nextInt()).isEqualTo(first);
    assertThat(TrainingRun.randomOf(7, 3, 1).nextInt()).isNotEqualTo(first);
    assertThat(TrainingRun.randomOf(8, 3, 0).nextInt()).isNotEqualTo(first);
  }
}
