package io.latentry.ingest.table;

import java.util.SplittableRandom;

/**
 * Which rows of a table are kept in memory: all, or as many as may be, drawn by chance without
 * replacement while the rows pass by.
 *
 * <p>The draw depends on the two counts alone. Fits with different seeds, and models that are
 * compared, look at the same rows.
 *
 * @param rows of the table
 * @param kept at most {@code rows}
 * @see <a href="https://doi.org/10.1145/368637.368662">Fan, Muller and Rezucha 1962, selection
 *     sampling</a>
 */
public record Sampling(long rows, int kept) {
  private static final long SEED = 20_260_301;

  /** Every row is kept. */
  public static final int ALL = 0;

  /**
   * @param most rows that are kept, or {@link #ALL}
   */
  public static Sampling of(long rows, int most) {
    return new Sampling(rows, (int) Math.min(rows, most == ALL ? Integer.MAX_VALUE : most));
  }

  /** Whether some rows are left out. */
  public boolean leavesOut() {
    return kept < rows;
  }

  /** Says of the rows, one after the other, which are kept. */
  public Draw draw() {
    return new Draw(rows, kept);
  }

  /** Says of one row after the other whether it is kept. */
  public static final class Draw {
    private final SplittableRandom random = new SplittableRandom(SEED);
    private long rows;
    private long wanted;

    private Draw(long rows, long wanted) {
      this.rows = rows;
      this.wanted = wanted;
    }

    /** Of the next row. */
    public boolean keeps() {
      boolean kept = wanted > 0 && (wanted >= rows || random.nextLong(rows) < wanted);
      rows--;
      wanted -= kept ? 1 : 0;
      return kept;
    }
  }
}
