package io.latentry.bench.quality;

import io.latentry.core.data.Column;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Rows of a set as text.
 *
 * @param columns without label and splits
 * @param rows {@code [rows][columns]}
 */
public record RawTable(List<String> columns, List<String[]> rows) {
  private static final String LABEL = "label";
  private static final String NORMAL = "0";
  private static final int BATCH_ROWS = 8_192;
  private static final Instant FIRST = Instant.parse("2024-01-01T00:00:00Z");
  private static final long SPAN_SECONDS = 28L * 24 * 3_600;

  /** The column of times that is written with the rows. */
  public static final String TIME = "written_at";

  /**
   * @param normals shuffled; likewise {@code anomalies}
   */
  public record Labelled(RawTable normals, RawTable anomalies) {}

  /**
   * @throws DataException if the file has no labels
   */
  public static Labelled read(Path file, long seed) {
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      if (!source.columnNames().contains(LABEL)) {
        throw new DataException(file + ": no column label (expected: 1 = anomaly, 0 = normal)");
      }
      List<String> columns =
          source.columnNames().stream()
              .filter(name -> !name.equals(LABEL) && !name.matches("split[0-9]+"))
              .toList();
      Schema schema =
          new Schema(
              List.of(
                  Column.categorical(
                      LABEL, MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of(NORMAL))),
              List.of());
      List<String[]> normals = new ArrayList<>();
      List<String[]> anomalies = new ArrayList<>();
      try (RowReader reader = source.rows(schema, columns, BATCH_ROWS, ReadListener.NONE)) {
        while (reader.hasNext()) {
          RowBatch batch = reader.next();
          for (int i = 0; i < batch.rows().count(); i++) {
            String[] row = new String[columns.size()];
            for (int j = 0; j < row.length; j++) {
              row[j] = batch.kept()[j][i];
            }
            (batch.rows().categorical(i, 0).equals(NORMAL) ? normals : anomalies).add(row);
          }
        }
      }
      Collections.shuffle(normals, new Random(seed));
      Collections.shuffle(anomalies, new Random(seed));
      return new Labelled(new RawTable(columns, normals), new RawTable(columns, anomalies));
    }
  }

  public int count() {
    return rows.size();
  }

  public RawTable slice(int from, int to) {
    return new RawTable(columns, rows.subList(from, Math.min(to, rows.size())));
  }

  public RawTable and(RawTable more) {
    List<String[]> all = new ArrayList<>(rows);
    all.addAll(more.rows);
    return new RawTable(columns, all);
  }

  /** A copy of the rows that may be changed. */
  public RawTable copy() {
    return new RawTable(columns, new ArrayList<>(rows.stream().map(String[]::clone).toList()));
  }

  /** The numbers of a column, ascending; without cells that are none. */
  public double[] numbers(int column) {
    return rows.stream()
        .mapToDouble(row -> number(row[column]))
        .filter(Double::isFinite)
        .sorted()
        .toArray();
  }

  /** NaN if it is none. */
  public static double number(String cell) {
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException none) {
      return Double.NaN;
    }
  }

  /** Writes the rows as CSV, with times that follow each other over 28 days. */
  public Path write(Path file) {
    List<String> lines = new ArrayList<>();
    List<String> header = new ArrayList<>(columns);
    header.add(TIME);
    lines.add(line(header));
    for (int i = 0; i < rows.size(); i++) {
      List<String> cells = new ArrayList<>(Arrays.asList(rows.get(i)));
      cells.add(FIRST.plusSeconds(SPAN_SECONDS * i / rows.size()).toString());
      lines.add(line(cells));
    }
    try {
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(List<String> cells) {
    return String.join(
        ",", cells.stream().map(cell -> '"' + cell.replace("\"", "\"\"") + '"').toList());
  }
}
