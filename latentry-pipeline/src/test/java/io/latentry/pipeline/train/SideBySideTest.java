package io.latentry.pipeline.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.pipeline.Progress;
import io.latentry.training.fit.TrainingInterruptedException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class SideBySideTest {

  @Test
  void anInterruptionIsHeardEvenIfTheWorkIsDoneAlready() throws Exception {
    try (SideBySide work = new SideBySide(Progress.QUIET, 1)) {
      Future<Integer> done = work.submit(steps -> 7);
      assertThat(done.get()).isEqualTo(7);

      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> work.await(done)).isInstanceOf(TrainingInterruptedException.class);
      } finally {
        // The flag must not leak into the next test.
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }

  @Test
  void whatWorkFailedWithIsTold() {
    try (SideBySide work = new SideBySide(Progress.QUIET, 1)) {
      Future<Integer> failed =
          work.submit(
              steps -> {
                throw new IllegalStateException("burst");
              });
      assertThatThrownBy(() -> work.await(failed)).hasMessage("burst");
    }
  }
}
