package io.latentry.core.monitoring;

import java.util.SplittableRandom;

/**
 * Whose columns are counted where rows come fast. Of a minute the first {@value #WHOLE} rows are
 * counted each for itself; after them one is counted for itself and those before it that were not,
 * {@value #EACH} in the mean, drawn by the seed so that nothing that comes in turns is missed. What
 * is counted never stands for more rows than there were. Not thread-safe.
 */
public final class ColumnSample {
  /** Rows of a minute that are all counted. */
  public static final int WHOLE = 30_000;

  /** Rows that one stands for beyond, in the mean. */
  public static final int EACH = 32;

  private final SplittableRandom random;
  private long minute;
  private int rows;
  private int skipped;
  private int toSkip;

  /**
   * @param seed of what is drawn
   */
  public ColumnSample(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * @param atMinute when the next row came, in minutes
   * @return rows that its columns are counted for; 0 if they are not counted
   */
  public int weight(long atMinute) {
    if (atMinute != minute) {
      minute = atMinute;
      rows = 0;
    }
    if (rows < WHOLE) {
      rows++;
    } else if (toSkip > 0) {
      toSkip--;
      skipped++;
      return 0;
    } else {
      toSkip = random.nextInt(2 * EACH - 1);
    }
    int weight = 1 + skipped;
    skipped = 0;
    return weight;
  }
}
