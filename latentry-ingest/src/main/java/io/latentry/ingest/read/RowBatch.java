package io.latentry.ingest.read;

import io.latentry.core.data.Rows;
import java.util.BitSet;

/**
 * Neighbouring rows of a source.
 *
 * @param firstRow 0-based number of the batch's first row among all rows of the source
 * @param kept {@code String[keptColumns][rows]}: the cells of the columns to carry over, in the
 *     order asked for; the empty string is missing
 * @param literals {@code BitSet[keptColumns]}: the cells that came as numbers or truth values
 *     rather than as text
 */
public record RowBatch(long firstRow, Rows rows, String[][] kept, BitSet[] literals) {

  /** A batch without kept columns. */
  public static RowBatch of(long firstRow, Rows rows) {
    return new RowBatch(firstRow, rows, new String[0][0], new BitSet[0]);
  }
}
