package io.latentry.server.recording;

import java.time.Instant;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Chooses the rows that are recorded, each of a request by chance with the same share: the one that
 * is asked for, or less where more rows come in a second than are to be recorded of it.
 * Thread-safe.
 *
 * <p>The share of a request is settled before its rows are drawn, by how many came in its second so
 * far, or in the second before if these were more; so each row stands for one divided by it,
 * whenever it comes (Horvitz and Thompson 1952). The seed of a request is how many rows came before
 * it: the same requests in the same order at the same times have the same rows chosen.
 */
final class RowSample {
  private final double share;
  private final int mostPerSecond;
  private long asked;
  private long second;
  private long inSecond;
  private long before;

  /**
   * @param share of the rows, above 0 and at most 1
   * @param mostPerSecond rows of a second, about; 0 for any number
   */
  RowSample(double share, int mostPerSecond) {
    this.share = share;
    this.mostPerSecond = mostPerSecond;
  }

  /**
   * @param rows by their places in the request
   * @param weight rows that each of them stands for, at least 1
   */
  record Chosen(BitSet rows, double weight) {}

  /** Those of the next {@code count} rows that are recorded. */
  Chosen next(int count, Instant at) {
    long first;
    double chance;
    synchronized (this) {
      first = asked;
      asked += count;
      chance = share(count, at.getEpochSecond());
    }
    BitSet rows = new BitSet(count);
    if (chance >= 1) {
      rows.set(0, count);
      return new Chosen(rows, 1);
    }
    SplittableRandom random = new SplittableRandom(first);
    for (int row = 0; row < count; row++) {
      if (random.nextDouble() < chance) {
        rows.set(row);
      }
    }
    return new Chosen(rows, 1 / chance);
  }

  private double share(int count, long now) {
    if (now != second) {
      before = now == second + 1 ? inSecond : 0;
      second = now;
      inSecond = 0;
    }
    inSecond += count;
    long coming = Math.max(before, inSecond);
    return mostPerSecond > 0 && coming * share > mostPerSecond
        ? (double) mostPerSecond / coming
        : share;
  }
}
