package io.latentry.ingest.table;

import io.latentry.core.artifact.Digest;
import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Moments;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.RecordCursor;
import io.latentry.ingest.read.SourceFile;
import io.latentry.ingest.read.TypedCells;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the columns of a layout into memory, of all rows or of some. */
public final class TableLoader {
  private static final int PROGRESS_ROWS = 1 << 12;

  /** The share of the heap that a table may take; the rest is for what is made of it. */
  private static final double HEAP_SHARE = 0.5;

  /** A string beside its characters, its code, and its places in a map and a list. */
  private static final int BYTES_PER_TEXT = 120;

  private final DataSource source;
  private final TableLayout layout;
  private final Sampling sampling;
  private final int count;
  private final int[] places;
  private final double[] times;
  private final List<Target> targets = new ArrayList<>();
  private final List<String> names;
  private final @Nullable String[] faults;
  private final CellDigest digest = new CellDigest();
  private final CellText meaning;

  /** A place for the cells of one column. */
  private static final class Target {
    final String name;
    final ColumnType type;
    final NumberForm form;
    final double offset;
    final float[] numbers;

    /** Of moments: days since 1970-01-01. */
    final float[] days;

    final int[] codes;
    final Table.Dictionary dictionary = new Table.Dictionary();

    Target(String name, ColumnType type, NumberForm form, double offset, int count) {
      this.name = name;
      this.type = type;
      this.form = form;
      this.offset = offset;
      this.numbers = new float[type.isNumericInput() ? count : 0];
      this.days = new float[type == ColumnType.TIMESTAMP ? count : 0];
      this.codes = new int[type.isNumericInput() ? 0 : count];
      Arrays.fill(numbers, Float.NaN);
      Arrays.fill(days, Float.NaN);
      Arrays.fill(codes, -1);
    }
  }

  private TableLoader(DataSource source, Sampling sampling, TableLayout layout) {
    this.source = source;
    this.layout = layout;
    this.sampling = sampling;
    this.count = sampling.kept();
    this.places = new int[sampling.leavesOut() ? count : 0];
    this.times = new double[layout.time().isPresent() ? count : 0];
    Arrays.fill(times, Double.NEGATIVE_INFINITY);
    this.faults = new String[count];
    this.meaning = source.options().cells();
    Set<String> read = new LinkedHashSet<>();
    for (TableLayout.Input input : layout.read()) {
      targets.add(new Target(input.name(), input.type(), input.form(), input.offset(), count));
      read.add(input.name());
    }
    List<String> texts = new ArrayList<>(layout.keys());
    layout.label().ifPresent(texts::add);
    for (String name : texts) {
      targets.add(new Target(name, ColumnType.TEXT, NumberForm.PLAIN, 0, count));
      read.add(name);
    }
    layout.time().ifPresent(read::add);
    names = List.copyOf(read);
    names.forEach(digest::text);
  }

  /**
   * Reads all rows; otherwise as {@link #load(DataSource, TableProfile, Sampling, TableLayout,
   * ReadListener)}.
   */
  public static Table load(
      DataSource source, TableProfile profile, TableLayout layout, ReadListener listener) {
    return load(source, profile, Sampling.of(profile.rows(), Sampling.ALL), layout, listener);
  }

  /**
   * Reads the rows of {@code sampling}; without the identifiers of {@code layout} where memory does
   * not suffice for them too.
   *
   * @throws DataException if memory does not suffice, or the files are not what the profile saw
   */
  public static Table load(
      DataSource source,
      TableProfile profile,
      Sampling sampling,
      TableLayout layout,
      ReadListener listener) {
    TableLayout affordable =
        suffices(estimateBytes(profile, sampling.kept(), layout))
            ? layout
            : layout.withoutIdentifiers();
    requireMemory(profile, sampling, affordable);
    try {
      return new TableLoader(source, sampling, affordable).read(listener);
    } catch (OutOfMemoryError full) {
      throw new DataException(
          "%s: the memory does not suffice for %,d rows (expected: a larger heap); raise -Xmx or look at fewer rows (`sample_rows`)"
              .formatted(profile.source(), sampling.kept()),
          full);
    }
  }

  /** Takes neighbouring rows. */
  @FunctionalInterface
  public interface Neighbours {
    /**
     * @param firstRow 0-based row of the data that the first of {@code rows} is
     */
    void take(long firstRow, Table rows);
  }

  /**
   * Hands out every row in order, as {@link #load} reads it, in tables of neighbours: memory is
   * that of one of these.
   *
   * @param count rows of the source
   * @param most rows of a table
   * @param layout that of a loaded table, whose schema these have
   * @throws DataException if the files are not what the profile saw
   */
  public static void each(
      DataSource source,
      long count,
      int most,
      TableLayout layout,
      ReadListener listener,
      Neighbours neighbours) {
    long seen = 0;
    long bytesBefore = 0;
    TableLoader part = next(source, count, most, layout);
    int row = 0;
    for (SourceFile file : source.files()) {
      try (RecordCursor cursor = file.open(Optional.of(part.names))) {
        int[] columns = part.places(cursor);
        int time = part.timePlace(cursor);
        while (cursor.next()) {
          if (seen == count) {
            throw changed(source, count);
          }
          part.take(file, cursor, columns, time, row++);
          seen++;
          if (row == part.count) {
            neighbours.take(seen - row, part.table());
            listener.progress(seen, bytesBefore + cursor.bytesRead(), source.totalBytes());
            part = next(source, count - seen, most, layout);
            row = 0;
          }
        }
      } catch (IOException failed) {
        throw file.unreadable(failed);
      }
      bytesBefore += Math.max(file.size(), 0);
    }
    if (seen != count) {
      throw changed(source, count);
    }
  }

  private static TableLoader next(DataSource source, long left, int most, TableLayout layout) {
    return new TableLoader(source, Sampling.of(Math.min(left, most), Sampling.ALL), layout);
  }

  /**
   * Bytes that the table will take: 4 for each cell, and the texts of categories once each, with
   * what it takes to look one up.
   */
  static long estimateBytes(TableProfile profile, long rows, TableLayout layout) {
    long cells =
        (long) layout.read().size() + layout.keys().size() + (layout.label().isPresent() ? 1 : 0);
    long perRow = 4 * cells + (layout.time().isPresent() ? 8 : 0) + 8;
    long texts = 0;
    Set<String> categorical = new LinkedHashSet<>(layout.keys());
    layout.read().stream()
        .filter(i -> !i.type().isNumericInput())
        .forEach(i -> categorical.add(i.name()));
    for (ColumnProfile column : profile.columns()) {
      texts +=
          categorical.contains(column.name())
              ? (BYTES_PER_TEXT + column.textBytes())
                  * Math.min(rows, column.distinctExact() ? column.distinct() : column.given())
              : 0;
    }
    return rows * perRow + texts;
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
  }

  private static boolean suffices(long needed) {
    return needed <= HEAP_SHARE * free();
  }

  private static void requireMemory(TableProfile profile, Sampling sampling, TableLayout layout) {
    long free = free();
    long needed = estimateBytes(profile, sampling.kept(), layout);
    if (sampling.rows() > Integer.MAX_VALUE - 8 || needed > HEAP_SHARE * free) {
      throw new DataException(
          "%s: %,d rows of %,d columns need about %,d MB (expected: at most half of the %,d MB of heap that are free); raise -Xmx to %,d MB, exclude columns, or look at fewer rows (`sample_rows`)"
              .formatted(
                  profile.source(),
                  sampling.kept(),
                  layout.inputs().size(),
                  needed >> 20,
                  free >> 20,
                  (2 * needed + Runtime.getRuntime().maxMemory() - free + (1 << 20)) >> 20));
    }
  }

  private Table read(ReadListener listener) {
    long bytesBefore = 0;
    Sampling.Draw draw = sampling.draw();
    long seen = 0;
    int row = 0;
    for (SourceFile file : source.files()) {
      try (RecordCursor cursor = file.open(Optional.of(names))) {
        int[] columns = places(cursor);
        int time = timePlace(cursor);
        while (cursor.next()) {
          if (seen == sampling.rows()) {
            throw changed(source, sampling.rows());
          }
          if (draw.keeps()) {
            if (sampling.leavesOut()) {
              places[row] = (int) seen;
            }
            take(file, cursor, columns, time, row++);
          }
          seen++;
          if (seen % PROGRESS_ROWS == 0) {
            listener.progress(seen, bytesBefore + cursor.bytesRead(), source.totalBytes());
          }
        }
      } catch (IOException failed) {
        throw file.unreadable(failed);
      }
      bytesBefore += Math.max(file.size(), 0);
    }
    if (seen != sampling.rows()) {
      throw changed(source, sampling.rows());
    }
    listener.progress(seen, bytesBefore, source.totalBytes());
    return table();
  }

  /** Of each target, its place in the records of a file; -1 where there is none. */
  private int[] places(RecordCursor cursor) {
    return targets.stream().mapToInt(t -> cursor.columns().indexOf(t.name)).toArray();
  }

  private int timePlace(RecordCursor cursor) {
    return layout.time().map(cursor.columns()::indexOf).orElse(-1);
  }

  private static DataException changed(DataSource source, long rows) {
    return new DataException(
        "%s: the number of rows is no longer %,d (expected: files that do not change while they are read); run again"
            .formatted(source.name(), rows));
  }

  private void take(SourceFile file, RecordCursor cursor, int[] columns, int time, int row) {
    faults[row] = readRow(file, cursor, columns, row);
    if (time >= 0 && faults[row] == null) {
      faults[row] = readTime(file, cursor, time, row);
    }
  }

  /** Fills one row; why that is not possible, or null. */
  private @Nullable String readRow(SourceFile file, RecordCursor cursor, int[] columns, int row) {
    String fault = cursor.fault();
    if (fault != null) {
      Profiler.refuseUndecodable(file, cursor, fault);
      digest.text(fault);
      return source.place(file, cursor) + ": " + fault;
    }
    for (int j = 0; j < columns.length; j++) {
      Target target = targets.get(j);
      int column = columns[j];
      if (column < 0 || cursor.isMissing(column)) {
        digest.missing();
      } else if (target.type.isNumericInput()) {
        boolean number = target.type == ColumnType.NUMERIC;
        double exact = number ? cursor.number(column, target.form) : Double.NaN;
        if (target.form.isMissing(exact) || meaning.isMissing(exact)) {
          digest.missing();
          continue;
        }
        float value =
            number
                ? (float) (exact - target.offset)
                : TypedCells.value(cursor, column, target.type);
        if (Float.isNaN(value)) {
          fault =
              source.place(file, cursor)
                  + " "
                  + TypedCells.wrongType(cursor, column, target.name, target.type, target.form);
        }
        target.numbers[row] = value;
        if (target.type == ColumnType.TIMESTAMP) {
          target.days[row] = (float) (cursor.epochMillis(column) / Moments.MILLIS_PER_DAY);
        }
        digest.number(number ? exact : value);
      } else {
        String text = cursor.text(column);
        target.codes[row] = target.dictionary.codeOf(text);
        digest.text(text);
      }
    }
    return fault;
  }

  private @Nullable String readTime(SourceFile file, RecordCursor cursor, int column, int row) {
    if (cursor.isMissing(column)) {
      digest.missing();
      return null;
    }
    double millis = cursor.epochMillis(column);
    if (Double.isNaN(millis)) {
      // A plain number is a time too, if only for the order.
      millis = cursor.number(column);
    }
    if (Double.isNaN(millis)) {
      return source.place(file, cursor)
          + " "
          + TypedCells.wrongType(
              cursor, column, layout.time().orElseThrow(), ColumnType.TIMESTAMP, NumberForm.PLAIN);
    }
    times[row] = millis;
    digest.number(millis);
    return null;
  }

  private Table table() {
    Map<String, float[]> numbers = new HashMap<>();
    Map<String, float[]> days = new HashMap<>();
    Map<String, Table.Coded> categories = new HashMap<>();
    Map<String, String[]> keys = new LinkedHashMap<>();
    String[] labels = null;
    for (int j = 0; j < targets.size(); j++) {
      Target target = targets.get(j);
      if (j >= layout.read().size()) {
        if (layout.keys().contains(target.name)) {
          keys.put(target.name, texts(target));
        }
        if (layout.label().equals(Optional.of(target.name))) {
          labels = texts(target);
        }
      } else if (target.type.isNumericInput()) {
        numbers.put(target.name, target.numbers);
        days.put(target.name, target.days);
      } else {
        categories.put(target.name, new Table.Coded(target.codes, target.dictionary.texts()));
      }
    }
    return new Table(
        source.name(),
        layout,
        count,
        sampling.rows(),
        sampling.leavesOut() ? places : null,
        numbers,
        days,
        categories,
        labels,
        layout.time().isPresent() ? times : null,
        keys,
        faults,
        digest.hex());
  }

  private static String[] texts(Target target) {
    String[] texts = new String[target.codes.length];
    for (int row = 0; row < texts.length; row++) {
      int code = target.codes[row];
      texts[row] = code < 0 ? "" : target.dictionary.texts().get(code);
    }
    return texts;
  }

  /**
   * SHA-256 over values as they come; each with a mark of its kind, so that none runs into next.
   */
  private static final class CellDigest {
    private final MessageDigest sha = Digest.sha256();
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 14);

    void missing() {
      room(1).put((byte) 0);
    }

    void number(double value) {
      room(9).put((byte) 1).putDouble(value + 0.0);
    }

    void text(String value) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      room(5).put((byte) 2).putInt(bytes.length);
      for (int from = 0; from < bytes.length; from += buffer.capacity()) {
        int length = Math.min(buffer.capacity(), bytes.length - from);
        room(length).put(bytes, from, length);
      }
    }

    private ByteBuffer room(int bytes) {
      if (buffer.remaining() < bytes) {
        flush();
      }
      return buffer;
    }

    private void flush() {
      sha.update(buffer.flip());
      buffer.clear();
    }

    String hex() {
      flush();
      return HexFormat.of().formatHex(sha.digest());
    }
  }
}
