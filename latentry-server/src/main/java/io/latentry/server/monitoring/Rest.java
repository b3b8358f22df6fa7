package io.latentry.server.monitoring;

import java.util.concurrent.TimeUnit;

/**
 * The rest of a thread that asks models for more than verdicts, so that it takes a twentieth of a
 * core at most, of which a small machine has two.
 */
final class Rest {
  private static final int TIMES = 19;
  private static final long LONGEST_MILLIS = 1_000;

  private Rest() {}

  /** Nineteen times as long as it worked, a second at most; an interrupt ends it. */
  static void after(long workedNanos) {
    try {
      Thread.sleep(Math.min(LONGEST_MILLIS, TimeUnit.NANOSECONDS.toMillis(TIMES * workedNanos)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
