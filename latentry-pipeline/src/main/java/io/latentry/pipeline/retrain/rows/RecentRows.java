package io.latentry.pipeline.retrain.rows;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.monitoring.RecordedFields;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the champion reads them, and what it says of them; of images rows of no columns.
 *
 * @param scores what is compared with the threshold; NaN of a row that cannot be judged
 * @param noSample what is none: points whose window is not whole, masks of images; empty of a table
 * @param times NaN where it is not known; empty without a column of times
 * @param cells those of the times, as written; empty likewise
 * @param labels empty cells where nobody says; empty without a column of labels
 * @param keys what feedback names a row by; empty if by its number
 * @param said what people said of a row, as it was recorded; empty cells where nobody did; empty
 *     without such a column
 * @param series whose point a row is; empty of no series
 * @param unknown columns of the data that the champion neither knows nor left out
 * @param sample which rows of the data these are
 */
public record RecentRows(
    String source,
    List<String> files,
    Rows rows,
    float[] scores,
    boolean[] scorable,
    boolean[] noSample,
    double[] times,
    String[] cells,
    String[] labels,
    String[] keys,
    String[] said,
    String[] series,
    Set<String> unknown,
    @Nullable String firstReason,
    RowSample sample) {

  /** The column of what people said, if there is one. */
  public static Optional<String> said(List<String> columns) {
    return Optional.of(RecordedFields.FEEDBACK).filter(columns::contains);
  }

  public int count() {
    return rows.count();
  }

  /** Rows of the data, held or not. */
  public long read() {
    int added = 0;
    for (boolean one : sample.added()) {
      added += one ? 1 : 0;
    }
    return sample.outside() + sample.notDrawn() + count() - added;
  }

  /** The 0-based row of the data that {@code row} is. */
  public long place(int row) {
    return sample.places().length == 0 ? row : sample.places()[row];
  }

  /** Whether it was not drawn and is held since people spoke of it. */
  public boolean isAdded(int row) {
    return sample.added().length > 0 && sample.added()[row];
  }

  /** What feedback names the row by. */
  public String key(int row) {
    return keys.length == 0 ? String.valueOf(place(row)) : keys[row];
  }

  /** The times of some rows, and of all rows of the span where not all are held. */
  public TimeRange range(int[] some) {
    TimeRange range = sample.range();
    for (int row : hasTimes() ? some : new int[0]) {
      range = range.with(times[row], cells[row]);
    }
    return range;
  }

  public boolean isNoSample(int row) {
    return noSample.length > 0 && noSample[row];
  }

  public boolean hasTimes() {
    return times.length > 0;
  }

  /**
   * @param unused columns that were not read
   */
  public static Set<String> unknown(Set<String> unused, Manifest manifest) {
    Set<String> unknown = new TreeSet<>(unused);
    manifest.schema().leftOut().forEach(column -> unknown.remove(column.name()));
    manifest.reading().label().ifPresent(unknown::remove);
    manifest.reading().time().ifPresent(unknown::remove);
    // What the service recorded says more of a row than its columns.
    unknown.removeAll(RecordedFields.ALL);
    return unknown;
  }
}
