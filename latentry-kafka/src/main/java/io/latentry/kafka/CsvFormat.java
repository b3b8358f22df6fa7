package io.latentry.kafka;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;

/** One line of CSV a record; a line end behind it is none of it. */
final class CsvFormat implements RecordFormat {
  private final List<String> columns;
  private final char delimiter;

  CsvFormat(List<String> columns, char delimiter) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("columns: none (expected: the name of each field)");
    }
    if (new HashSet<>(columns).size() < columns.size()) {
      throw new IllegalArgumentException("columns: " + columns + " (expected: each name once)");
    }
    this.columns = List.copyOf(columns);
    this.delimiter = delimiter;
  }

  @Override
  public void read(byte[] value, Fields fields) {
    String text = Utf8.text(value);
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowExtraCharsAfterClosingQuote(true)
            .skipEmptyLines(true)
            .ofCsvRecord(text)) {
      List<CsvRecord> records = reader.stream().limit(2).toList();
      if (records.size() != 1) {
        throw new UnreadableException(
            "CSV: %s (expected: one line)"
                .formatted(records.isEmpty() ? "nothing" : "more than one line"));
      }
      List<String> cells = records.get(0).getFields();
      if (cells.size() != columns.size()) {
        throw new UnreadableException(
            "ragged row: %d fields (expected: %d, as --columns has)"
                .formatted(cells.size(), columns.size()));
      }
      for (int j = 0; j < cells.size(); j++) {
        fields.field(columns.get(j), cells.get(j), false);
      }
    } catch (CsvParseException broken) {
      throw new UnreadableException("broken CSV: " + broken.getMessage());
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
  }
}
