package io.latentry.bench.quality;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.latentry.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Figures of rivals measured elsewhere on the same splits: {@code dataset,method,seed,auroc,auprc},
 * and further columns that are not read.
 */
final class PublishedRivals {
  static final String FILE_NAME = "rivals.csv";

  private static final List<String> HEADER = List.of("dataset", "method", "seed", "auroc", "auprc");

  private final Path file;
  private final List<String> columns;

  /** Lines by set, seed and method. */
  private final Map<String, Long> lines = new HashMap<>();

  private PublishedRivals(Path file, List<String> columns) {
    this.file = file;
    this.columns = columns;
  }

  /**
   * Nothing if {@code folder} has no such file.
   *
   * @throws DataException with the line, if a figure cannot be one or two rows tell the same
   */
  static List<Result> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    if (!Files.exists(file)) {
      return List.of();
    }
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .detectBomHeader(true)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .ofCsvRecord(file)) {
      List<CsvRecord> records = reader.stream().toList();
      if (records.isEmpty() || !records.get(0).getFields().containsAll(HEADER)) {
        throw new DataException(
            "%s: columns %s (expected: %s among them)"
                .formatted(file, records.isEmpty() ? "none" : records.get(0).getFields(), HEADER));
      }
      PublishedRivals rivals = new PublishedRivals(file, records.get(0).getFields());
      return records.stream().skip(1).map(rivals::result).toList();
    } catch (CsvParseException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    }
  }

  private Result result(CsvRecord row) {
    if (row.getFieldCount() != columns.size()) {
      throw new DataException(
          "%s line %d: %d fields (expected: %d, as in the header)"
              .formatted(file, row.getStartingLineNumber(), row.getFieldCount(), columns.size()));
    }
    String method = text(row, "method");
    if (method.equals(Contest.MODEL) || PlainMethods.names().contains(method)) {
      throw wrong(row, "method", "a name that no method of this benchmark has");
    }
    Result result =
        new Result(
            text(row, "dataset"),
            seed(row),
            method,
            FILE_NAME,
            area(row, "auroc"),
            area(row, "auprc"),
            Double.NaN,
            Double.NaN,
            0,
            0,
            0);
    Long earlier = lines.putIfAbsent(result.split() + " " + method, row.getStartingLineNumber());
    if (earlier != null) {
      throw wrong(row, "method", "each method once for a set and seed; line " + earlier + " too");
    }
    return result;
  }

  private int seed(CsvRecord row) {
    String text = cell(row, "seed");
    if (!text.matches("[0-9]{1,9}")) {
      throw wrong(row, "seed", "0 or more");
    }
    return Integer.parseInt(text);
  }

  private double area(CsvRecord row, String column) {
    double area;
    try {
      area = Double.parseDouble(cell(row, column));
    } catch (NumberFormatException noNumber) {
      area = Double.NaN;
    }
    if (Double.isNaN(area) || area < 0 || area > 1) {
      throw wrong(row, column, "a number from 0 to 1");
    }
    return area;
  }

  private String text(CsvRecord row, String column) {
    String text = cell(row, column);
    if (text.isEmpty()) {
      throw wrong(row, column, "a name");
    }
    return text;
  }

  private String cell(CsvRecord row, String column) {
    return row.getField(columns.indexOf(column)).strip();
  }

  private DataException wrong(CsvRecord row, String column, String expected) {
    return new DataException(
        "%s line %d column '%s': '%s' (expected: %s)"
            .formatted(file, row.getStartingLineNumber(), column, cell(row, column), expected));
  }
}
