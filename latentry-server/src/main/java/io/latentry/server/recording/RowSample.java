package io.latentry.server.recording;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Chooses the rows that are recorded, each by chance with the same share. Thread-safe.
 *
 * <p>The seed of a request is how many rows came before it: the same requests in the same order
 * have the same rows chosen.
 */
final class RowSample {
  private final double share;
  private final AtomicLong asked = new AtomicLong();

  /**
   * @param share of the rows, above 0 and at most 1
   */
  RowSample(double share) {
    this.share = share;
  }

  /** Those of the next {@code count} rows that are recorded, from 0 on. */
  BitSet next(int count) {
    BitSet chosen = new BitSet(count);
    if (share >= 1) {
      chosen.set(0, count);
      return chosen;
    }
    long first = asked.getAndAdd(count);
    SplittableRandom random = new SplittableRandom(first);
    for (int row = 0; row < count; row++) {
      if (random.nextDouble() < share) {
        chosen.set(row);
      }
    }
    return chosen;
  }
}
