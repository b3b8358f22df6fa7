package io.latentry.server.recording;

import java.time.Instant;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Chooses the rows that are recorded, each of a request by chance with the same share: the one that
 * is asked for, or less where more rows come, for longer than a burst lasts, than are to be
 * recorded of a second. Thread-safe.
 *
 * <p>The share of a request is settled before its rows are drawn, by how many came in its second so
 * far, or in the second before if these were more; so each row stands for one divided by it,
 * whenever it comes (Horvitz and Thompson 1952). The seed of a request is how many rows came before
 * it: the same requests in the same order at the same times have the same rows chosen.
 */
final class RowSample {
  /** Seconds of the most that may come at once: a table that somebody sends is recorded whole. */
  static final int BURST_SECONDS = 100;

  /** Seconds of the most that must have been left unused for all rows to be recorded again. */
  private static final int CALM_SECONDS = 25;

  private static final double MILLIS_PER_SECOND = 1_000;

  private final double share;
  private final int mostPerSecond;
  private long asked;
  private long second;
  private long inSecond;
  private long before;
  private long atMillis;
  private double unused;
  private boolean isSpent;

  /**
   * @param share of the rows, above 0 and at most 1
   * @param mostPerSecond rows of a second, about; 0 for any number
   */
  RowSample(double share, int mostPerSecond) {
    this.share = share;
    this.mostPerSecond = mostPerSecond;
    this.unused = (double) BURST_SECONDS * mostPerSecond;
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
      chance = mostPerSecond > 0 ? share(count, at) : share;
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

  private double share(int count, Instant at) {
    long now = at.getEpochSecond();
    if (now != second) {
      before = now == second + 1 ? inSecond : 0;
      second = now;
      inSecond = 0;
    }
    inSecond += count;
    double most = mostPerSecond;
    // A clock that was set back gives nothing.
    double passed =
        atMillis == 0 ? 0 : Math.max(0, at.toEpochMilli() - atMillis) / MILLIS_PER_SECOND;
    atMillis = at.toEpochMilli();
    unused = Math.min(BURST_SECONDS * most, unused + passed * most);
    isSpent = isSpent ? unused < CALM_SECONDS * most : unused < count * share;
    double chance = isSpent ? Math.min(share, most / Math.max(before, inSecond)) : share;
    unused = Math.max(0, unused - count * chance);
    return chance;
  }
}
