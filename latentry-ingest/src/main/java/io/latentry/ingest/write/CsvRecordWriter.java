package io.latentry.ingest.write;

import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** CSV by RFC 4180 with line feeds; a missing value is an empty cell. */
final class CsvRecordWriter implements RecordWriter {
  private final Writer out;
  private final char delimiter;
  private final boolean single;
  private final CsvFormulas formulas;
  private boolean first = true;

  CsvRecordWriter(Writer out, char delimiter, List<OutputColumn> columns, CsvFormulas formulas)
      throws IOException {
    this.out = out;
    this.formulas = formulas;
    this.delimiter = delimiter;
    this.single = columns.size() == 1;
    for (OutputColumn column : columns) {
      text(column.name());
    }
    endRow();
  }

  private void separate() throws IOException {
    if (!first) {
      out.write(delimiter);
    }
    first = false;
  }

  @Override
  public void integer(long value) throws IOException {
    separate();
    out.write(Long.toString(value));
  }

  @Override
  public void number(double value) throws IOException {
    separate();
    out.write(Double.isNaN(value) ? empty() : Double.toString(value));
  }

  @Override
  public void number(float value) throws IOException {
    separate();
    out.write(Float.isNaN(value) ? empty() : Float.toString(value));
  }

  @Override
  public void text(String given) throws IOException {
    separate();
    String value = formulas.written(given);
    if (value.isEmpty()) {
      out.write(empty());
    } else if (needsQuotes(value)) {
      out.write('"');
      out.write(value.replace("\"", "\"\""));
      out.write('"');
    } else {
      out.write(value);
    }
  }

  /** A row that is one empty cell must not look like a blank line. */
  private String empty() {
    return single ? "\"\"" : "";
  }

  private boolean needsQuotes(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == delimiter || c == '"' || c == '\n' || c == '\r') {
        return true;
      }
    }
    return value.charAt(0) == ' ' || value.charAt(value.length() - 1) == ' ';
  }

  @Override
  public void endRow() throws IOException {
    out.write('\n');
    first = true;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void finish() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
