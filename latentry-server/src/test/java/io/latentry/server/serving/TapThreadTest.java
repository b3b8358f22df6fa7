package io.latentry.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What callers hand over is done in its order on one thread, and none of it is lost. */
final class TapThreadTest {
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of the thread alone. */
  private final List<Integer> done = new ArrayList<>();

  private final List<String> failures = new ArrayList<>();
  private final AtomicInteger writes = new AtomicInteger();

  private TapThread thread(int most) {
    return new TapThread(
        "tap",
        most,
        NEVER,
        PATIENCE,
        writes::incrementAndGet,
        failed -> failures.add(failed.getMessage()));
  }

  @Test
  void aFlushEndsOnceAllBeforeItIsDoneAndWritten() {
    try (TapThread thread = thread(1_000)) {
      thread.start();
      for (int i = 0; i < 100; i++) {
        int number = i;
        assertThat(thread.offer(() -> done.add(number))).isTrue();
      }
      thread.flush();
      assertThat(done).isEqualTo(IntStream.range(0, 100).boxed().toList());
      assertThat(writes).hasValue(1);
    }
    assertThat(writes).hasValue(2);
  }

  @Test
  void beyondItsBoundNothingIsTakenIn() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(1);
    try (TapThread thread = thread(2)) {
      thread.start();
      assertThat(
              thread.offer(
                  () -> {
                    busy.countDown();
                    try {
                      go.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }))
          .isTrue();
      busy.await();
      assertThat(thread.offer(() -> done.add(1))).isTrue();
      assertThat(thread.offer(() -> done.add(2))).isTrue();
      assertThat(thread.offer(() -> done.add(3))).isFalse();
      go.countDown();
      thread.flush();
      assertThat(thread.offer(() -> done.add(4))).isTrue();
    }
    assertThat(done).containsExactly(1, 2, 4);
  }

  @Test
  void whatFailsIsToldAndTheRestGoesOn() {
    try (TapThread thread = thread(10)) {
      thread.start();
      assertThat(
              thread.offer(
                  () -> {
                    throw new IllegalStateException("no row");
                  }))
          .isTrue();
      assertThat(thread.offer(() -> done.add(1))).isTrue();
    }
    assertThat(failures).containsExactly("no row");
    assertThat(done).containsExactly(1);
  }

  @Test
  void oneThatNeverStartedEndsAtOnce() {
    try (TapThread thread = thread(10)) {
      thread.flush();
    }
    assertThat(writes).hasValue(0);
  }
}
