package io.latentry.ingest.write;

import io.latentry.core.fault.FaultWords;
import io.latentry.ingest.read.DuckDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Parquet through DuckDB. Rows are gathered in a database, a file in a folder of its own beside the
 * target, and become Parquet at the end, so that memory does not grow with them.
 */
final class ParquetWriter implements RecordWriter {
  private final Path target;
  private final Path folder;
  private final List<OutputColumn> columns;
  private final DuckDBConnection connection;
  private final DuckDBAppender appender;
  private boolean inRow;

  ParquetWriter(Path target, List<OutputColumn> columns) throws IOException {
    this.target = target;
    this.columns = List.copyOf(columns);
    this.folder = Files.createDirectory(target.resolveSibling(target.getFileName() + ".duckdb"));
    try {
      connection = DuckDb.open(target, Optional.of(folder));
      try (Statement statement = connection.createStatement()) {
        boolean unused =
            statement.execute(
                isPlain(folder)
                    ? "ATTACH %s AS store (TYPE duckdb)"
                        .formatted(DuckDb.literal(folder.resolve("rows")))
                    // What does not fit into memory goes into the folder, too.
                    : "ATTACH ':memory:' AS store");
        unused = statement.execute("CREATE TABLE store.t (" + columnsOf(columns) + ")");
      }
      appender = connection.createAppender("store", "main", "t");
    } catch (SQLException reason) {
      deleteFolder();
      throw failed(reason);
    }
  }

  /** In the place of a database, what is behind a question mark would be options. */
  private static boolean isPlain(Path folder) {
    return folder.toAbsolutePath().toString().indexOf('?') < 0;
  }

  private void deleteFolder() throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static String columnsOf(List<OutputColumn> columns) {
    return columns.stream()
        .map(
            column ->
                DuckDb.identifier(column.name())
                    + switch (column.type()) {
                      case INTEGER -> " BIGINT";
                      case NUMBER -> " DOUBLE";
                      case TEXT -> " VARCHAR";
                    })
        .collect(Collectors.joining(", "));
  }

  /** Each column in its own type. */
  static String selected(List<OutputColumn> columns) {
    return columns.stream()
        .map(
            column -> {
              String name = DuckDb.identifier(column.name());
              if (column.stored().isEmpty()) {
                return name;
              }
              return column.equals(OutputColumn.moment(column.name()))
                  ? "make_timestamp(" + name + ") AS " + name
                  : "CAST(" + name + " AS " + column.stored() + ") AS " + name;
            })
        .collect(Collectors.joining(", "));
  }

  private DuckDBAppender cell() throws SQLException {
    if (!inRow) {
      inRow = true;
      return appender.beginRow();
    }
    return appender;
  }

  private static IOException failed(SQLException reason) {
    return new IOException(FaultWords.of(reason), reason);
  }

  // Cells are many: each is written without a lambda.

  @Override
  public void integer(long value) throws IOException {
    try {
      DuckDBAppender unused = cell().append(value);
    } catch (SQLException reason) {
      throw failed(reason);
    }
  }

  @Override
  public void number(double value) throws IOException {
    try {
      DuckDBAppender unused = Double.isNaN(value) ? cell().appendNull() : cell().append(value);
    } catch (SQLException reason) {
      throw failed(reason);
    }
  }

  @Override
  public void number(float value) throws IOException {
    number((double) value);
  }

  @Override
  public void text(String value) throws IOException {
    try {
      DuckDBAppender unused = value.isEmpty() ? cell().appendNull() : cell().append(value);
    } catch (SQLException reason) {
      throw failed(reason);
    }
  }

  @Override
  public void endRow() throws IOException {
    try {
      DuckDBAppender unused = appender.endRow();
    } catch (SQLException reason) {
      throw failed(reason);
    }
    inRow = false;
  }

  /** The file is written at the end. */
  @Override
  public void flush() {}

  @Override
  public void finish() throws IOException {
    try {
      appender.close();
      try (Statement statement = connection.createStatement()) {
        boolean unused =
            statement.execute(
                "COPY (SELECT %s FROM store.t) TO %s (FORMAT parquet, USE_TMP_FILE false)"
                    .formatted(selected(columns), DuckDb.literal(target)));
      }
    } catch (SQLException reason) {
      throw failed(reason);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      try {
        if (!appender.isClosed()) {
          appender.close();
        }
      } finally {
        connection.close();
      }
    } catch (SQLException reason) {
      throw failed(reason);
    } finally {
      deleteFolder();
    }
  }
}
