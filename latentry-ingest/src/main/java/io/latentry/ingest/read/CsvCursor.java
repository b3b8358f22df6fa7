package io.latentry.ingest.read;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of a CSV file. A blank line is no record. A quote left open to the end of the file
 * gives one faulty record per line that it swallowed, so that no row is lost.
 */
final class CsvCursor extends TextCursor {
  /** Longest record, in characters. */
  private static final int LONGEST_RECORD = 1 << 24;

  private final CloseableIterator<Boolean> records;
  private final List<String> columns;
  private final boolean headed;

  /** Whether the first line is a row that is still to be told. */
  private boolean waiting;

  private boolean unclosed;
  private long swallowedUntil;

  CsvCursor(
      String file,
      DecodingReader reader,
      CountingInput counter,
      char delimiter,
      ReadOptions options) {
    super(file, reader, counter, options.cells());
    this.records =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowExtraCharsAfterClosingQuote(true)
            .skipEmptyLines(true)
            .maxBufferSize(LONGEST_RECORD)
            .build(new Handler(), reader)
            .iterator();
    this.headed = options.header().present();
    this.columns = readHeader(delimiter, options.header());
  }

  private List<String> readHeader(char delimiter, Header header) {
    if (!advance()) {
      throw new DataException(
          file + ": empty (expected: a header line with column names, then rows)");
    }
    if (unclosed) {
      throw new DataException(
          "%s line 1: a quote is opened and never closed (expected: \" at both ends of a quoted name)"
              .formatted(file));
    }
    if (cells.firstUndecodable() >= 0) {
      throw new DataException(
          "%s line %d: %s; set `encoding`"
              .formatted(file, line, undecodableAt(cells.firstUndecodable(), null)));
    }
    String[] names = new String[cells.count()];
    for (int j = 0; j < names.length; j++) {
      names[j] = cells.text(j);
    }
    if (!header.present()) {
      List<String> places = Header.byPlace(names.length);
      // A copy that we wrote has a line of them.
      waiting = !places.equals(List.of(names));
      return places;
    }
    Headers.check(file, names, cells, delimiter, header);
    return Headers.named(file, names);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() {
    fault = null;
    undecodable = false;
    if (unclosed && line < swallowedUntil) {
      line++;
      fault = "inside a quote that is opened above and never closed";
      return true;
    }
    if (waiting) {
      waiting = false;
    } else if (unclosed || !advance()) {
      return false;
    }
    if (unclosed) {
      fault = "a quote is opened and never closed";
      return true;
    }
    if (reader.undecodable() > 0) {
      int bad = cells.firstUndecodable();
      if (bad >= 0) {
        undecodable = true;
        fault = undecodableAt(bad, bad < columns.size() ? columns.get(bad) : null);
        return true;
      }
    }
    if (cells.count() != columns.size()) {
      fault =
          "ragged row: %d fields (expected: %d, as in the %s)"
              .formatted(cells.count(), columns.size(), headed ? "header" : "first line");
    }
    return true;
  }

  private String undecodableAt(int field, @Nullable String column) {
    return "%s: byte 0x%02X (expected: text in the file's encoding)%s"
        .formatted(
            column == null ? "field " + (field + 1) : "column '" + column + "'",
            cells.undecodableByte(field),
            reader.beyondAscii() ? "; other rows decode well: the file mixes encodings" : "");
  }

  /** Comes to the next record; false at the end of the file. */
  private boolean advance() {
    try {
      if (!records.hasNext()) {
        return false;
      }
      boolean unused = records.next();
    } catch (CsvParseException | UncheckedIOException failed) {
      for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
        if (cause instanceof DataException known) {
          throw known;
        }
        if (cause instanceof IOException io) {
          throw new DataException(
              "%s: cannot be read after line %d: %s".formatted(file, line, FaultWords.of(io)), io);
        }
      }
      throw tooLong(failed);
    }
    if (cells.count() == 0) {
      return advance();
    }
    int lastCell = cells.count() - 1;
    String tail = lastCell == 0 || unclosed ? cells.text(lastCell) : "";
    if (!unclosed && tail.length() == 1 && tail.charAt(0) == DecodingReader.END_MARK) {
      return false;
    }
    return true;
  }

  private DataException tooLong(@Nullable Throwable cause) {
    return new DataException(
        "%s: the record after line %d is longer than %,d characters (expected: shorter rows); is a quote not closed, or is this no table?"
            .formatted(file, line, LONGEST_RECORD),
        cause);
  }

  private final class Handler extends AbstractBaseCsvCallbackHandler<Boolean> {
    @Override
    protected void handleBegin(long startingLine) {
      cells.clear();
      line = startingLine;
    }

    @Override
    protected void handleField(int field, char[] buffer, int offset, int length, boolean quoted) {
      if (cells.chars() + length > LONGEST_RECORD) {
        throw tooLong(null);
      }
      if (quoted) {
        lookForEnd(buffer, offset, length);
      }
      cells.add(buffer, offset, length);
    }

    /** An end mark inside a quoted field: the quote swallowed the rest of the file. */
    private void lookForEnd(char[] buffer, int offset, int length) {
      int end = offset + length;
      for (int i = end - 1; i >= Math.max(offset, end - 3); i--) {
        if (buffer[i] == DecodingReader.END_MARK) {
          unclosed = true;
          swallowedUntil = line - 1;
          for (int k = offset; k < i; k++) {
            if (buffer[k] == '\n' || (buffer[k] == '\r' && buffer[k + 1] != '\n')) {
              swallowedUntil++;
            }
          }
        }
      }
    }

    @Override
    protected Boolean buildRecord() {
      return Boolean.TRUE;
    }
  }
}
