package io.latentry.ingest.table;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.DataException;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.FaultyRow;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RecordCursor;
import io.latentry.ingest.read.SourceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at every cell of a source once. */
public final class Profiler {
  private static final int PROGRESS_ROWS = 1 << 12;

  private final DataSource source;
  private final ReadListener listener;
  private final Map<String, NumberForm> forms;
  private final CellText meaning;
  private final Map<String, ColumnTally> columns = new LinkedHashMap<>();
  private final List<FaultyRow> faults = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private long rows;
  private long faultyRows;
  private int width;

  private Profiler(DataSource source, Map<String, NumberForm> forms, ReadListener listener) {
    this.source = source;
    this.forms = forms;
    this.meaning = source.options().cells();
    this.listener = listener;
  }

  /**
   * Looks at the cells, and at all of them once more if that finds numbers that are written
   * otherwise than with a decimal point alone.
   */
  public static TableProfile profile(DataSource source, ReadListener listener) {
    ReadOptions options = source.options();
    Profiler first = new Profiler(source, options.numbers(), listener);
    TableProfile profile = first.run();
    if (options.settled()) {
      return profile;
    }
    NumberForms numbers =
        NumberForms.of(
            first.columns.values(), profile, options.numbers(), source.files().get(0).delimiter());
    Map<String, NumberForm> settled = numbers.settled();
    if (settled.isEmpty() && options.numbers().isEmpty()) {
      return profile;
    }
    Profiler second = new Profiler(source, settled, listener);
    second.notices.addAll(numbers.notices(settled));
    return second.run();
  }

  private TableProfile run() {
    long bytesBefore = 0;
    for (SourceFile file : source.files()) {
      try (RecordCursor cursor = file.open(Optional.empty())) {
        readFile(file, cursor, bytesBefore);
        cursor.notices().stream().filter(n -> !notices.contains(n)).forEach(notices::add);
      } catch (IOException failed) {
        throw file.unreadable(failed);
      }
      bytesBefore += Math.max(file.size(), 0);
    }
    listener.progress(rows, bytesBefore, source.totalBytes());
    if (rows == 0) {
      throw new DataException(
          source.name() + ": a header and no row (expected: at least one row below the header)");
    }
    if (2 * faultyRows > rows) {
      FaultyRow first = faults.get(0);
      throw new DataException(
          "%s: %,d of %,d rows cannot be read, the first at %s; is the delimiter right? (set `delimiter`)"
              .formatted(source.name(), faultyRows, rows, first.fault()));
    }
    return new TableProfile(
        source.name(),
        rows,
        faultyRows,
        faults,
        columns.values().stream()
            .map(tally -> tally.finish(rows - faultyRows, form(tally)))
            .toList(),
        notices,
        source.options().missing().stream()
            .filter(token -> !ReadOptions.MISSING.contains(token))
            .sorted()
            .toList());
  }

  private void readFile(SourceFile file, RecordCursor cursor, long bytesBefore) throws IOException {
    width = cursor.columns().size();
    List<ColumnTally> own = new ArrayList<>();
    List<NumberForm> ownForms = new ArrayList<>();
    Supplier<String> where = () -> file.name() + " " + cursor.where();
    while (cursor.next()) {
      while (own.size() < cursor.columns().size()) {
        own.add(columnFor(cursor, own.size()));
        ownForms.add(form(own.get(own.size() - 1)));
      }
      String fault = cursor.fault();
      if (fault != null) {
        refuseUndecodable(file, cursor, fault);
        faultyRows++;
        if (faults.size() < TableProfile.FAULTS_KEPT) {
          faults.add(new FaultyRow(rows, source.place(file, cursor) + ": " + fault));
        }
      } else {
        for (int j = 0; j < own.size(); j++) {
          own.get(j).look(cursor, j, ownForms.get(j), meaning, where);
        }
      }
      rows++;
      if (rows % PROGRESS_ROWS == 0) {
        listener.progress(rows, bytesBefore + cursor.bytesRead(), source.totalBytes());
      }
    }
    while (own.size() < cursor.columns().size()) {
      own.add(columnFor(cursor, own.size()));
    }
  }

  /** A model must not be fitted on text that was misread. */
  static void refuseUndecodable(SourceFile file, RecordCursor cursor, String fault) {
    if (cursor.undecodable()) {
      throw new DataException(
          "%s %s %s; set `encoding` (often ISO-8859-1 or windows-1252), or convert the file to UTF-8"
              .formatted(file.name(), cursor.where(), fault));
    }
  }

  private ColumnTally columnFor(RecordCursor cursor, int index) {
    return columns.computeIfAbsent(
        cursor.columns().get(index),
        name -> new ColumnTally(name, cursor.declared(index), ColumnTally.distinctLimit(width)));
  }

  private NumberForm form(ColumnTally tally) {
    return NumberForm.of(forms, tally.name());
  }
}
