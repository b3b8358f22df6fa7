package io.latentry.ingest.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.regex.Pattern;

/** One JSON object per line; a missing value is null, an infinite number a string. */
final class JsonLinesWriter implements RecordWriter {
  /** What JSON can say without quotes; 007 and Infinity are not among it. */
  private static final Pattern LITERAL =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false");

  private final JsonGenerator json;
  private final List<OutputColumn> columns;
  private int column;

  JsonLinesWriter(Writer out, List<OutputColumn> columns) throws IOException {
    this.json = new JsonFactory().createGenerator(out);
    // A line ends with its row, not before the next one, which may be long in coming.
    json.setPrettyPrinter(new MinimalPrettyPrinter(""));
    this.columns = columns;
  }

  private void startCell() throws IOException {
    if (column == 0) {
      json.writeStartObject();
    }
    json.writeFieldName(columns.get(column++).name());
  }

  @Override
  public void integer(long value) throws IOException {
    startCell();
    json.writeNumber(value);
  }

  @Override
  public void number(double value) throws IOException {
    startCell();
    if (Double.isNaN(value)) {
      json.writeNull();
    } else {
      json.writeNumber(value);
    }
  }

  @Override
  public void number(float value) throws IOException {
    startCell();
    if (Float.isNaN(value)) {
      json.writeNull();
    } else {
      json.writeNumber(value);
    }
  }

  @Override
  public void text(String value) throws IOException {
    startCell();
    if (value.isEmpty()) {
      json.writeNull();
    } else {
      json.writeString(value);
    }
  }

  @Override
  public void literal(String value) throws IOException {
    if (LITERAL.matcher(value).matches()) {
      startCell();
      json.writeRawValue(value);
    } else {
      text(value);
    }
  }

  @Override
  public void endRow() throws IOException {
    json.writeEndObject();
    json.writeRaw('\n');
    column = 0;
  }

  @Override
  public void flush() throws IOException {
    json.flush();
  }

  @Override
  public void finish() throws IOException {
    json.flush();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
