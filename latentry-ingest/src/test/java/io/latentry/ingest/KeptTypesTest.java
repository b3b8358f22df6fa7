package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.write.ScoreColumns;
import io.latentry.ingest.write.TableSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns that are carried over beside scores. */
class KeptTypesTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(Column.numeric("d", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1)), List.of());
  private static final List<String> KEPT = List.of("d", "big", "price", "z", "t", "day", "b", "s");

  @TempDir Path folder;

  private Path table() throws SQLException {
    Path file = folder.resolve("t.parquet");
    query(
        """
        COPY (SELECT i / 8 AS d, 9007199254740993 + i AS big, (i * 1.25)::DECIMAL(9,2) AS price,
          TIMESTAMPTZ '2025-03-02 10:00:00.123456+01' + to_seconds(i) AS z,
          TIMESTAMP '2025-03-02 10:00:00.123456' + to_seconds(i) AS t,
          CASE WHEN i = 2 THEN NULL ELSE DATE '2025-03-02' + i::INTEGER END AS day,
          i %% 2 = 0 AS b, 'k' || i AS s FROM range(4) r(i)) TO '%s' (FORMAT parquet)"""
            .formatted(file));
    return file;
  }

  private static List<String> query(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      List<String> rows = new ArrayList<>();
      if (statement.execute(sql)) {
        try (ResultSet result = statement.getResultSet()) {
          while (result.next()) {
            rows.add(result.getString(1) + " " + result.getString(2));
          }
        }
      }
      return rows;
    }
  }

  private void copy(Path from, Path to, List<String> keep) {
    try (DataSource source = DataSource.open(List.of(from.toString()), ReadOptions.DEFAULTS);
        RowReader reader = source.rows(SCHEMA, keep, 100, ReadListener.NONE);
        TableSink out = TableSink.open(to, ScoreColumns.of(keep, source.storedTypes(keep), 1))) {
      if (out.keepsTypes()) {
        reader.keepStored();
      }
      RowBatch batch = reader.next();
      for (int i = 0; i < batch.rows().count(); i++) {
        int row = i;
        ScoreColumns.write(
            out,
            i,
            new Judgement(1, 0.5, Verdict.NORMAL, "", 0, 0),
            List.of(batch.kept()).stream().map(column -> column[row]).toList(),
            column -> batch.literals()[column].get(row),
            List.of(new Feature("d", "33.5", "1.0E10", "", 1, 1)),
            SCHEMA.columns().get(0).name()::equals,
            1);
      }
      out.commit();
    }
  }

  @Test
  void parquetKeepsTheTypesOfParquet() throws SQLException {
    Path from = table();
    Path to = folder.resolve("out.parquet");
    copy(from, to, KEPT);
    String columns = String.join(", ", KEPT);
    assertThat(
            query(
                "SELECT column_name, column_type FROM (DESCRIBE SELECT %s FROM '%s')"
                    .formatted(columns, to)))
        .isEqualTo(
            query(
                "SELECT column_name, column_type FROM (DESCRIBE SELECT %s FROM '%s')"
                    .formatted(columns, from)))
        .contains("price DECIMAL(9,2)", "z TIMESTAMP WITH TIME ZONE", "day DATE", "big BIGINT");
    assertThat(
            query(
                "SELECT count(*), 0 FROM (SELECT %1$s FROM '%2$s' EXCEPT SELECT %1$s FROM '%3$s')"
                    .formatted(columns, from, to)))
        .containsExactly("0 0");
  }

  @Test
  void numbersStayNumbersInJsonLines() throws IOException, SQLException {
    Path to = folder.resolve("out.jsonl");
    copy(table(), to, List.of("d", "big", "price", "b", "s", "day"));
    assertThat(Files.readAllLines(to).get(1))
        .contains("\"d\":0.125,\"big\":9007199254740994,\"price\":1.25,\"b\":false,\"s\":\"k1\"")
        .contains("\"day\":\"2025-03-03T00:00:00Z\"")
        .contains("\"actual_1\":33.5,\"expected_1\":1.0E10");
    Path json =
        Files.writeString(
            folder.resolve("in.jsonl"),
            "{\"d\":0.5,\"id\":17,\"zip\":\"01234\",\"ok\":true}\n{\"d\":\"007\",\"id\":\"18\"}\n");
    copy(json, to, List.of("d", "id", "zip", "ok"));
    assertThat(Files.readAllLines(to).get(0))
        .contains("\"d\":0.5,\"id\":17,\"zip\":\"01234\",\"ok\":true");
    assertThat(Files.readAllLines(to).get(1))
        .contains("\"d\":\"007\",\"id\":\"18\",\"zip\":null,\"ok\":null");
    Path csv = Files.writeString(folder.resolve("in.csv"), "d,zip\n0.50,10115\n,01234\n");
    copy(csv, to, List.of("d", "zip"));
    assertThat(Files.readAllLines(to).get(0)).contains("\"d\":0.50,\"zip\":\"10115\"");
    assertThat(Files.readAllLines(to).get(1)).contains("\"d\":null,\"zip\":\"01234\"");
  }
}
