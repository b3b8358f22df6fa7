package io.latentry.ingest.write;

import io.latentry.core.cell.NumberForm;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.RecordCursor;
import io.latentry.ingest.read.SourceFile;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.TableProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table anew with all of its columns: rows left out, cells changed, columns added. A
 * missing value comes out as an empty cell, whatever token stood for it; a row that cannot be read
 * comes out in no case.
 */
public final class TableCopy {
  private static final int PROGRESS_ROWS = 1 << 12;

  /** Stands before the name of an added column where the source has the name already. */
  private static final String ADDED_PREFIX = "latentry_";

  private final DataSource source;
  private final TableProfile profile;

  /**
   * @param profile of {@code source}
   */
  public TableCopy(DataSource source, TableProfile profile) {
    this.source = source;
    this.profile = profile;
  }

  /** What becomes of each row. */
  public interface Editor {
    /** Whether the row, 0-based, comes out. */
    boolean keeps(long row);

    /** What stands in a cell instead, as text, empty for missing; null to leave it. */
    default @Nullable String changed(long row, String column) {
      return null;
    }

    /** Appends the cells of the added columns. */
    default void append(long row, TableSink out) {}
  }

  /**
   * @param rows written
   * @param unreadable rows of the source, which nothing is written of
   */
  public record Outcome(long rows, long unreadable) {}

  /**
   * Copies to {@code target}, a file that ends in {@code .csv}, {@code .parquet} or {@code .jsonl};
   * a failure leaves it as it was.
   *
   * @param added columns behind those of the source, filled by {@link Editor#append}; one whose
   *     name the source has is called {@value #ADDED_PREFIX}{@code NAME}
   */
  public Outcome to(Path target, List<OutputColumn> added, Editor editor, ReadListener listener) {
    boolean[] numbers = new boolean[profile.columns().size()];
    List<NumberForm> forms = profile.columns().stream().map(ColumnProfile::form).toList();
    List<String> names = new ArrayList<>();
    List<OutputColumn> columns = new ArrayList<>();
    boolean text = target.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    for (ColumnProfile column : profile.columns()) {
      // CSV keeps the digits as they stand; elsewhere a number must be one.
      boolean number = !text && column.given() > 0 && column.numbers() == column.given();
      numbers[names.size()] = number;
      names.add(column.name());
      columns.add(number ? OutputColumn.number(column.name()) : OutputColumn.text(column.name()));
    }
    columns.addAll(renamed(added, names));
    try (TableSink out = TableSink.open(target, columns)) {
      Outcome outcome = copy(names, numbers, forms, editor, out, listener);
      out.commit();
      return outcome;
    }
  }

  private static List<OutputColumn> renamed(List<OutputColumn> added, List<String> names) {
    Set<String> taken = new HashSet<>(names);
    List<OutputColumn> renamed = new ArrayList<>();
    for (OutputColumn column : added) {
      String name = column.name();
      while (!taken.add(name)) {
        name = ADDED_PREFIX + name;
      }
      renamed.add(column.named(name));
    }
    return renamed;
  }

  private Outcome copy(
      List<String> names,
      boolean[] numbers,
      List<NumberForm> forms,
      Editor editor,
      TableSink out,
      ReadListener listener) {
    long row = 0;
    long written = 0;
    long unreadable = 0;
    long bytesBefore = 0;
    for (SourceFile file : source.files()) {
      try (RecordCursor cursor = file.open(Optional.of(names))) {
        int[] places = names.stream().mapToInt(cursor.columns()::indexOf).toArray();
        while (cursor.next()) {
          if (cursor.fault() != null) {
            unreadable++;
          } else if (editor.keeps(row)) {
            write(cursor, row, names, places, numbers, forms, editor, out);
            written++;
          }
          row++;
          if (row % PROGRESS_ROWS == 0) {
            listener.progress(row, bytesBefore + cursor.bytesRead(), source.totalBytes());
          }
        }
      } catch (IOException failed) {
        throw file.unreadable(failed);
      }
      bytesBefore += Math.max(file.size(), 0);
    }
    listener.progress(row, bytesBefore, source.totalBytes());
    return new Outcome(written, unreadable);
  }

  private static void write(
      RecordCursor cursor,
      long row,
      List<String> names,
      int[] places,
      boolean[] numbers,
      List<NumberForm> forms,
      Editor editor,
      TableSink out) {
    for (int j = 0; j < places.length; j++) {
      NumberForm form = forms.get(j);
      boolean missing = places[j] < 0 || cursor.isMissing(places[j]);
      String changed = editor.changed(row, names.get(j));
      TableSink unused =
          numbers[j]
              ? out.number(
                  changed == null
                      ? missing ? Double.NaN : cursor.number(places[j], form)
                      : changed.isEmpty() ? Double.NaN : Double.parseDouble(changed))
              : out.text(
                  changed == null ? missing ? "" : cursor.text(places[j]) : form.written(changed));
    }
    editor.append(row, out);
    out.endRow();
  }
}
