package io.latentry.ingest.write;

import io.latentry.core.data.DataException;
import io.latentry.core.verdict.VerdictFields;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.TextFormat;
import java.io.BufferedWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes a table row by row, aside; {@link #commit} puts it in its place, and closing without it
 * leaves the target as it was. Memory does not grow with the rows. For one thread.
 *
 * <p>Cells are added in the order of the columns, each by the method of its type, then {@link
 * #endRow} is called. Every failure to write, or a place where nothing can be written, is an {@link
 * UncheckedIOException}; a name that no format has is a {@link DataException}.
 */
public final class TableSink implements VerdictFields.Cells, AutoCloseable {
  private static final String STANDARD_OUTPUT = "standard output";

  private final List<OutputColumn> columns;
  private final String name;
  private final Optional<Path> target;
  private final Optional<Path> aside;
  private final RecordWriter writer;
  private int column;
  private boolean committed;
  private boolean closed;

  private TableSink(
      List<OutputColumn> columns,
      String name,
      Optional<Path> target,
      Optional<Path> aside,
      RecordWriter writer) {
    this.columns = List.copyOf(columns);
    this.name = name;
    this.target = target;
    this.aside = aside;
    this.writer = writer;
  }

  /**
   * @param target a file that ends in {@code .csv}, {@code .parquet} or {@code .jsonl}
   */
  public static TableSink open(Path target, List<OutputColumn> columns) {
    return open(target, columns, CsvFormulas.KEEP);
  }

  /**
   * @param target a file that ends in {@code .csv}, {@code .parquet} or {@code .jsonl}
   * @param formulas what becomes of them if it is CSV
   */
  public static TableSink open(Path target, List<OutputColumn> columns, CsvFormulas formulas) {
    String file = target.toString().toLowerCase(Locale.ROOT);
    Path directory = Optional.ofNullable(target.toAbsolutePath().getParent()).orElse(target);
    if (Files.isDirectory(target)) {
      throw unwritable(target.toString(), false, new IOException("it is a folder"));
    }
    if (!file.endsWith(".csv") && !file.endsWith(".parquet") && !file.endsWith(".jsonl")) {
      throw new DataException(target + ": unknown suffix (expected: .csv, .parquet or .jsonl)");
    }
    if (!Files.isDirectory(directory)) {
      throw unwritable(
          target.toString(), false, new IOException("there is no folder '" + directory + "'"));
    }
    if (!Files.isWritable(directory)) {
      throw unwritable(
          target.toString(),
          false,
          new IOException("no permission to write to the folder '" + directory + "'"));
    }
    try {
      // Not createTempFile: its files are readable by their owner alone.
      Path aside =
          Files.createFile(
              directory.resolve(
                  "."
                      + target.getFileName()
                      + "."
                      + ProcessHandle.current().pid()
                      + "-"
                      + System.nanoTime()
                      + ".part"));
      try {
        RecordWriter writer =
            file.endsWith(".parquet")
                ? new ParquetWriter(aside, columns)
                : textWriter(
                    file.endsWith(".jsonl") ? TextFormat.JSON_LINES : TextFormat.CSV,
                    Files.newOutputStream(aside),
                    columns,
                    formulas);
        return new TableSink(
            columns, target.toString(), Optional.of(target), Optional.of(aside), writer);
      } catch (IOException | RuntimeException failed) {
        Files.deleteIfExists(aside);
        throw failed;
      }
    } catch (IOException failed) {
      throw unwritable(target.toString(), false, failed);
    }
  }

  /**
   * Writes CSV to standard output or the like, which stays open; what is written cannot be taken
   * back.
   */
  public static TableSink open(OutputStream output, List<OutputColumn> columns) {
    return open(output, columns, CsvFormulas.KEEP);
  }

  /** The same, with another treatment of formulas. */
  public static TableSink open(
      OutputStream output, List<OutputColumn> columns, CsvFormulas formulas) {
    return open(output, STANDARD_OUTPUT, TextFormat.CSV, columns, formulas);
  }

  /**
   * Writes to a stream, which stays open; what is written cannot be taken back.
   *
   * @param name what messages call it
   */
  public static TableSink open(
      OutputStream output, String name, TextFormat format, List<OutputColumn> columns) {
    return open(output, name, format, columns, CsvFormulas.KEEP);
  }

  private static TableSink open(
      OutputStream output,
      String name,
      TextFormat format,
      List<OutputColumn> columns,
      CsvFormulas formulas) {
    try {
      return new TableSink(
          columns,
          name,
          Optional.empty(),
          Optional.empty(),
          textWriter(format, new LeftOpen(output), columns, formulas));
    } catch (IOException failed) {
      throw unwritable(name, true, failed);
    }
  }

  private static RecordWriter textWriter(
      TextFormat format, OutputStream output, List<OutputColumn> columns, CsvFormulas formulas)
      throws IOException {
    BufferedWriter text =
        new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8), 1 << 16);
    return switch (format) {
      case CSV -> new CsvRecordWriter(text, ',', columns, formulas);
      case TSV -> new CsvRecordWriter(text, '\t', columns, formulas);
      case JSON_LINES -> new JsonLinesWriter(text, columns);
    };
  }

  private static UncheckedIOException unwritable(
      String name, boolean ofStream, IOException failed) {
    return new UncheckedIOException(
        "%s: cannot be written: %s (expected: a writable place with room)%s"
            .formatted(
                name,
                DataSource.reason(failed),
                // What a stream was given is gone.
                ofStream ? "" : "; nothing was left there"),
        failed);
  }

  @Override
  public TableSink integer(long value) {
    expect(OutputColumn.Type.INTEGER);
    try {
      writer.integer(value);
      return this;
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /** NaN is a missing value. */
  @Override
  public TableSink number(double value) {
    expect(OutputColumn.Type.NUMBER);
    try {
      writer.number(value);
      return this;
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /** A float32, with the digits that give the same float back. */
  @Override
  public TableSink number(float value) {
    expect(OutputColumn.Type.NUMBER);
    try {
      writer.number(value);
      return this;
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /** The empty string is a missing value. */
  @Override
  public TableSink text(String value) {
    expect(OutputColumn.Type.TEXT);
    try {
      writer.text(value);
      return this;
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /** In a column of text: one that is a number or a truth value, for a format that has such. */
  @Override
  public TableSink literal(String value) {
    expect(OutputColumn.Type.TEXT);
    try {
      writer.literal(value);
      return this;
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /** Whether the file keeps the types of columns, as {@link OutputColumn#stored} tells them. */
  public boolean keepsTypes() {
    return writer instanceof ParquetWriter;
  }

  public void endRow() {
    if (column != columns.size()) {
      throw new IllegalStateException(
          "cells: %d (expected: %d in a row)".formatted(column, columns.size()));
    }
    column = 0;
    try {
      writer.endRow();
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /**
   * Hands on the rows so far, for a reader at the other end of a stream. In the middle of a row, or
   * in a file, it is of no use.
   */
  public void flush() {
    try {
      writer.flush();
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /** Publishes the table: afterwards the target holds all rows. */
  public void commit() {
    if (column != 0 || committed || closed) {
      throw new IllegalStateException(
          "commit: in the middle of a row, or twice (expected: once, after endRow)");
    }
    try {
      writer.finish();
      if (target.isPresent()) {
        move(aside.orElseThrow(), target.get());
      }
    } catch (IOException failed) {
      throw unwritable(failed);
    }
    committed = true;
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException notHere) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void expect(OutputColumn.Type type) {
    if (column >= columns.size() || columns.get(column).type() != type) {
      throw new IllegalStateException(
          "cell %d: %s (expected: %s)"
              .formatted(
                  column, type, column < columns.size() ? columns.get(column) : "the row's end"));
    }
    column++;
  }

  /** Somebody else's stream: flushed, never closed. */
  private static final class LeftOpen extends FilterOutputStream {
    LeftOpen(OutputStream output) {
      super(output);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  private UncheckedIOException unwritable(IOException failed) {
    return unwritable(name, target.isEmpty(), failed);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      writer.close();
    } catch (IOException unimportant) {
      // What was committed is whole already; anything else is thrown away here.
    } finally {
      aside.ifPresent(
          path -> {
            try {
              Files.deleteIfExists(path);
            } catch (IOException leftBehind) {
              path.toFile().deleteOnExit();
            }
          });
    }
  }
}
