package io.latentry.pipeline.retrain.rows;

/**
 * Which rows of the data are held, where that is not all of them.
 *
 * @param places {@code long[rows held]}: their 0-based rows in the data; empty if each is its own
 * @param added {@code boolean[rows held]}: those that were not drawn and are held since people
 *     spoke of them; empty if there is none
 * @param outside rows before the span, or without a time; none of them is held
 * @param notDrawn rows of the span that were not drawn, those {@code added} among them
 * @param told rows of the data that a table of feedback speaks of
 * @param said rows of the data that themselves say what people said
 * @param repeated of all rows of the span, the share that are copies of earlier ones; NaN where the
 *     rows that are held tell
 * @param range of all rows of the span
 */
public record RowSample(
    long[] places,
    boolean[] added,
    long outside,
    long notDrawn,
    long told,
    long said,
    double repeated,
    TimeRange range) {
  /** Every row of the data is held. */
  public static final RowSample ALL =
      new RowSample(new long[0], new boolean[0], 0, 0, 0, 0, Double.NaN, TimeRange.NONE);

  /** Whether rows of the span are not held. */
  public boolean leavesOut() {
    return notDrawn > 0;
  }
}
