package io.latentry.ingest.read;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a source in batches, in file order, none left out and none twice. Memory is that of
 * one batch. For one thread.
 */
public final class RowReader implements Iterator<RowBatch>, AutoCloseable {
  private final DataSource source;
  private final Schema schema;
  private final List<String> given;
  private final Set<String> optional;
  private final List<String> keep;
  private final List<String> wanted;
  private final int batchSize;
  private final ReadListener listener;
  private final Iterator<SourceFile> files;
  private @Nullable SourceFile file;
  private @Nullable RecordCursor cursor;
  private int[] inputs = {};

  /** By column given, its place in {@link RowsBuilder}. */
  private final int[] targets;

  private int[] kept = {};
  private final Set<String> unused = new LinkedHashSet<>();
  private @Nullable String lacking;
  private final Gathered gathered;

  /** Of the kept columns: those of plain numbers, whatever they come as. */
  private final boolean[] plainNumbers;

  private boolean storedKept;
  private long rows;
  private long bytesBefore;

  RowReader(
      DataSource source, Schema schema, List<String> keep, int batchSize, ReadListener listener) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize: " + batchSize + " (expected: >= 1)");
    }
    this.source = source;
    this.schema = schema;
    this.given = schema.given();
    this.optional = schema.optional();
    RowsBuilder columns = new RowsBuilder(schema, 0);
    this.targets = given.stream().mapToInt(columns::column).toArray();
    this.keep = List.copyOf(keep);
    this.batchSize = batchSize;
    this.listener = listener;
    this.files = source.files().iterator();
    Set<String> names = new HashSet<>();
    this.wanted = new ArrayList<>();
    schema.given().stream().filter(names::add).forEach(wanted::add);
    keep.stream().filter(names::add).forEach(wanted::add);
    this.gathered = new Gathered();
    Set<String> numeric =
        schema.columns().stream()
            .filter(c -> c.type() == ColumnType.NUMERIC)
            .map(Column::name)
            .filter(name -> source.options().cells().numbers(name).isPlain())
            .collect(Collectors.toSet());
    this.plainNumbers = new boolean[keep.size()];
    for (int j = 0; j < plainNumbers.length; j++) {
      plainNumbers[j] = numeric.contains(keep.get(j));
    }
    try {
      advance();
    } catch (IOException failed) {
      throw current(file).unreadable(failed);
    } catch (RuntimeException refused) {
      close();
      throw refused;
    }
    if (cursor == null) {
      throw new DataException(
          source.name() + ": a header and no row (expected: at least one row below the header)");
    }
  }

  private static SourceFile current(@Nullable SourceFile file) {
    return Optional.ofNullable(file).orElseThrow();
  }

  /** Comes to the next record, in the next file if need be; without a cursor at the end. */
  private void advance() throws IOException {
    while (true) {
      RecordCursor own = cursor;
      if (own != null) {
        if (own.next()) {
          return;
        }
        unused.addAll(own.passedOver());
        own.close();
        cursor = null;
        bytesBefore += Math.max(current(file).size(), 0);
      }
      if (!files.hasNext()) {
        return;
      }
      openNext(files.next());
    }
  }

  private void openNext(SourceFile next) throws IOException {
    file = next;
    RecordCursor opened = next.open(Optional.of(wanted), Set.copyOf(keep));
    cursor = opened;
    inputs = given.stream().mapToInt(opened.columns()::indexOf).toArray();
    kept = keep.stream().mapToInt(opened.columns()::indexOf).toArray();
    unused.addAll(opened.columns());
    wanted.forEach(unused::remove);
    lacking = null;
    List<String> missing = new ArrayList<>();
    for (int j = 0; j < inputs.length; j++) {
      // Such as a column that no training row had a value in.
      if (inputs[j] < 0 && !optional.contains(given.get(j))) {
        missing.add(given.get(j));
      }
    }
    if (!missing.isEmpty()) {
      if (source.options().missingColumns() == ReadOptions.MissingColumns.REFUSE) {
        // A column that the model uses already is no other one misspelt.
        List<String> unused = new ArrayList<>(next.columnNames());
        unused.removeAll(wanted);
        throw missingColumns(next, opened, missing, "input columns of the model", unused);
      }
      lacking = "missing column: " + ColumnNames.listed(missing);
    }
    List<String> notKept = new ArrayList<>();
    for (int j = 0; j < kept.length; j++) {
      if (kept[j] < 0) {
        notKept.add(keep.get(j));
      }
    }
    if (!notKept.isEmpty()) {
      throw missingColumns(next, opened, notKept, "columns asked for", next.columnNames());
    }
  }

  private static DataException missingColumns(
      SourceFile of, RecordCursor opened, List<String> missing, String what, List<String> others) {
    // One that is there, but of a type that is not read.
    String unread =
        opened.notices().stream()
            .filter(
                notice -> missing.stream().anyMatch(n -> notice.startsWith("column '" + n + "'")))
            .limit(5)
            .map(notice -> notice + "; ")
            .collect(Collectors.joining());
    String nearest =
        missing.stream()
            .limit(5)
            .flatMap(
                name ->
                    ColumnNames.likely(name, others).stream()
                        .map(near -> "'" + name + "' is nearest to " + near + "; "))
            .collect(Collectors.joining());
    return new DataException(
        "%s: no column %s (expected: all %s; others there: %s); %s%srename them or add them"
            .formatted(
                of.name(),
                ColumnNames.listed(missing),
                what,
                ColumnNames.listed(others),
                unread,
                nearest));
  }

  /**
   * Columns of the files so far that were not read; of JSON lines, whose keys may differ, those of
   * the files read to their end, up to some number.
   */
  public Set<String> unusedColumns() {
    return Collections.unmodifiableSet(unused);
  }

  /**
   * Before the first batch: has kept cells come as a file that keeps types takes them.
   *
   * @see DataSource#storedTypes
   */
  public void keepStored() {
    storedKept = true;
  }

  @Override
  public boolean hasNext() {
    return cursor != null;
  }

  @Override
  public RowBatch next() {
    if (cursor == null) {
      throw new NoSuchElementException();
    }
    try {
      return readBatch();
    } catch (IOException failed) {
      throw current(file).unreadable(failed);
    }
  }

  private RowBatch readBatch() throws IOException {
    RecordCursor own = cursor;
    while (own != null && gathered.count() < batchSize) {
      gathered.add(own);
      advance();
      own = cursor;
    }
    listener.progress(rows, bytesBefore + (own == null ? 0 : own.bytesRead()), source.totalBytes());
    return gathered.taken();
  }

  /**
   * The rows that {@link #next} has gathered while it waits for more, if there are any; the batch
   * that it comes back with goes on behind them, and has no row if no more came. For a stream that
   * would make its reader wait: it asks on the reading thread, from inside its own {@code read}.
   */
  public Optional<RowBatch> takeSoFar() {
    return gathered.count() == 0 ? Optional.empty() : Optional.of(gathered.taken());
  }

  /** The rows of a batch, one by one. */
  private final class Gathered {
    private final RowsBuilder nothing = new RowsBuilder(schema, 0);
    private RowsBuilder built = nothing;
    private String[][] carried = new String[keep.size()][0];
    private BitSet[] literals = noLiterals();

    private BitSet[] noLiterals() {
      return Stream.generate(BitSet::new).limit(keep.size()).toArray(BitSet[]::new);
    }

    int count() {
      return built.count();
    }

    void add(RecordCursor own) {
      if (built == nothing) {
        built = new RowsBuilder(schema, batchSize, source.options().cells());
        carried = new String[keep.size()][batchSize];
      }
      for (int j = 0; j < kept.length; j++) {
        boolean unreadable = own.fault() != null || own.isMissing(kept[j]);
        carried[j][count()] = unreadable ? "" : own.stored(kept[j], storedKept);
        literals[j].set(count(), !unreadable && (plainNumbers[j] || own.isTyped(kept[j])));
      }
      readRow(own, built);
      rows++;
    }

    /** Hands the rows out, and begins anew. */
    RowBatch taken() {
      int count = count();
      if (count < batchSize) {
        Arrays.setAll(carried, j -> Arrays.copyOf(carried[j], count));
      }
      RowBatch taken = new RowBatch(rows - count, built.rows(), carried, literals);
      built = nothing;
      literals = noLiterals();
      carried = new String[keep.size()][0];
      return taken;
    }
  }

  private void readRow(RecordCursor own, RowsBuilder built) {
    String fault = own.fault();
    if (fault != null || lacking != null) {
      built.endRow(fault == null ? lacking : source.place(current(file), own) + ": " + fault);
      return;
    }
    for (int j = 0; j < inputs.length; j++) {
      if (inputs[j] < 0) {
        built.missing(targets[j]);
      } else {
        TypedCells.set(built, targets[j], own, inputs[j]);
      }
    }
    String wrongType = built.fault();
    built.endRow(wrongType == null ? null : source.place(current(file), own) + " " + wrongType);
  }

  @Override
  public void close() {
    RecordCursor own = cursor;
    cursor = null;
    if (own != null) {
      try {
        own.close();
      } catch (IOException failed) {
        throw current(file).unreadable(failed);
      }
    }
  }
}
