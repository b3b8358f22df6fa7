package io.latentry.ingest.write;

import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import io.latentry.ingest.read.DuckDb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunctionBuilder;

/**
 * Parquet files put together and thinned out. What is written is written aside, and takes its name
 * when it is whole; memory does not grow with the rows.
 */
public final class ParquetFiles {
  /** Numbers of rows, beside columns of any name. */
  private static final String NUMBER = "latentry_row";

  private static final String ADDED_NUMBER = "of_row";

  private static final String IN_MEMORY = "latentry_memory_table";

  private ParquetFiles() {}

  /** A part of a column of moments, from the first to before the second, as ISO-8601. */
  public record Between(String column, String from, String before) {}

  /**
   * Writes the rows of all files into one, in the order of the files; a column that some of them
   * lack is missing there.
   *
   * @param only those rows; empty for all
   * @return how many rows that are
   * @throws DataException if the files do not go together, since a column is of different types
   * @throws UncheckedIOException if one cannot be read, or {@code target} cannot be written
   */
  public static long merge(List<Path> files, Path target, Optional<Between> only) {
    Path aside = aside(target);
    List<Path> places = new ArrayList<>(files);
    places.add(aside);
    String rows =
        "read_parquet(%s, union_by_name = true, hive_partitioning = false)%s"
            .formatted(DuckDb.sources(files), only.map(ParquetFiles::where).orElse(""));
    try {
      return run(
          target,
          places,
          statement -> {
            long count = copied(statement, "SELECT * FROM " + rows, aside);
            Files.move(
                aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return count;
          });
    } finally {
      delete(aside);
    }
  }

  /**
   * Writes rows that are in memory, uncompressed and by a third of the work.
   *
   * @throws UncheckedIOException if {@code target} cannot be written; then it is as it was
   */
  public static void write(MemoryTable rows, Path target) {
    Path aside = aside(target);
    try {
      long unused =
          run(
              target,
              List.of(aside),
              statement -> {
                try (DuckDBTableFunctionBuilder function = DuckDBFunctions.tableFunction()) {
                  DuckDBFunctions.RegisteredFunction unusedName =
                      function
                          .withName(IN_MEMORY)
                          .withFunction(rows.asFunction())
                          .register(statement.getConnection());
                }
                // A dictionary of numbers that hardly repeat is made in vain.
                long count =
                    statement.executeUpdate(
                        "COPY (SELECT %s FROM %s()) TO %s (FORMAT parquet, USE_TMP_FILE false, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1)"
                            .formatted(
                                ParquetWriter.selected(rows.columns()),
                                IN_MEMORY,
                                DuckDb.literal(aside)));
                Files.move(
                    aside,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
                return count;
              });
    } finally {
      delete(aside);
    }
  }

  private static String where(Between only) {
    String column = DuckDb.identifier(only.column());
    return " WHERE %s >= CAST(%s AS TIMESTAMP) AND %s < CAST(%s AS TIMESTAMP)"
        .formatted(column, DuckDb.text(only.from()), column, DuckDb.text(only.before()));
  }

  /**
   * Takes the rows out of files in which {@code column} has one of {@code values}, as a text or as
   * a number.
   *
   * @return how many rows that were; 0 too if there is no such column
   * @throws UncheckedIOException if one cannot be read or written; then it and those after it are
   *     as they were
   */
  public static long remove(List<Path> files, String column, List<String> values) {
    if (files.isEmpty()) {
      return 0;
    }
    List<Path> places = new ArrayList<>(files);
    files.forEach(file -> places.add(aside(file)));
    String matches = matches(column, values);
    return run(
        files.get(0),
        places,
        statement -> {
          long removed = 0;
          for (Path file : files) {
            removed += remove(statement, file, column, matches);
          }
          return removed;
        });
  }

  private static long remove(Statement statement, Path file, String column, String matches)
      throws SQLException, IOException {
    String rows = rows(file);
    if (!has(statement, rows, column)) {
      return 0;
    }
    long found = count(statement, "SELECT count(*) FROM " + rows + " WHERE " + matches);
    if (found > 0) {
      Path aside = aside(file);
      try {
        long unused = copied(statement, "SELECT * FROM " + rows + " WHERE NOT " + matches, aside);
        Files.move(
            aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        delete(aside);
      }
    }
    return found;
  }

  private static String rows(Path file) {
    return "read_parquet(%s, hive_partitioning = false)".formatted(DuckDb.sources(List.of(file)));
  }

  private static String matches(String column, List<String> values) {
    return values.stream()
        .map(value -> matches(column, value))
        .collect(Collectors.joining(" OR ", "(", ")"));
  }

  private static String matches(String column, String value) {
    String name = DuckDb.identifier(column);
    String text = DuckDb.text(value);
    // A model takes float32: of a column of numbers the same float32 is the same.
    return ("coalesce(CAST(%s AS VARCHAR) = %s OR (typeof(%s) IN ('FLOAT', 'DOUBLE') AND"
            + " TRY_CAST(%s AS FLOAT) = TRY_CAST(%s AS FLOAT)) OR TRY_CAST(%s AS DOUBLE) ="
            + " TRY_CAST(%s AS DOUBLE), false)")
        .formatted(name, text, name, name, text, name, text);
  }

  /** A row of a file: its cells as texts; "" is missing. */
  public record Found(Path file, List<String> cells) {}

  /**
   * Cells of the rows of a part of files in which {@code column} has one of {@code values}, as a
   * text or as a number: file by file, and in each in the order of {@code only}.
   *
   * @param wanted columns of the files
   * @param most rows; further files are not looked at
   * @return empty too if there is no such column
   * @throws UncheckedIOException if one cannot be read
   */
  public static List<Found> find(
      List<Path> files,
      String column,
      List<String> values,
      Between only,
      List<String> wanted,
      int most) {
    List<Found> found = new ArrayList<>();
    if (files.isEmpty()) {
      return found;
    }
    String cells =
        wanted.stream()
            .map(name -> "CAST(" + DuckDb.identifier(name) + " AS VARCHAR)")
            .collect(Collectors.joining(", "));
    long unused =
        run(
            files.get(0),
            files,
            statement -> {
              for (Path file : files) {
                if (found.size() < most && has(statement, rows(file), column)) {
                  String select =
                      "SELECT %s FROM %s%s AND %s ORDER BY %s LIMIT %d"
                          .formatted(
                              cells,
                              rows(file),
                              where(only),
                              matches(column, values),
                              DuckDb.identifier(only.column()),
                              most - found.size());
                  addTo(found, file, statement, select, wanted.size());
                }
              }
              return found.size();
            });
    return found;
  }

  private static void addTo(
      List<Found> found, Path file, Statement statement, String select, int cells)
      throws SQLException {
    try (ResultSet row = statement.executeQuery(select)) {
      while (row.next()) {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= cells; i++) {
          String text = row.getString(i);
          texts.add(text == null ? "" : text);
        }
        found.add(new Found(file, texts));
      }
    }
  }

  /**
   * Gives a file further columns of text behind its own.
   *
   * @param names of them; none is a column of the file
   * @param cells one for each name, by the number of their row, from 0 on; rows without are missing
   * @throws UncheckedIOException if it cannot be read or written; then it is as it was
   */
  public static void append(Path file, List<String> names, SortedMap<Long, List<String>> cells) {
    Path aside = aside(file);
    String added =
        names.stream()
            .map(DuckDb::identifier)
            .map(name -> ", " + name)
            .collect(Collectors.joining());
    String select =
        "SELECT had.* EXCLUDE (%1$s)%2$s FROM (SELECT *, row_number() OVER () - 1 AS %1$s FROM read_parquet(%3$s, hive_partitioning = false)) had LEFT JOIN added ON added.%4$s = had.%1$s ORDER BY had.%1$s"
            .formatted(NUMBER, added, DuckDb.sources(List.of(file)), ADDED_NUMBER);
    try {
      long unused =
          run(
              file,
              List.of(file, aside),
              statement -> {
                table(statement, names, cells);
                long rows = copied(statement, select, aside);
                Files.move(
                    aside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
                return rows;
              });
    } finally {
      delete(aside);
    }
  }

  private static void table(
      Statement statement, List<String> names, SortedMap<Long, List<String>> cells)
      throws SQLException {
    String columns =
        names.stream()
            .map(name -> ", " + DuckDb.identifier(name) + " VARCHAR")
            .collect(Collectors.joining());
    boolean unused =
        statement.execute("CREATE TABLE added (" + ADDED_NUMBER + " BIGINT" + columns + ")");
    DuckDBConnection connection = statement.getConnection().unwrap(DuckDBConnection.class);
    try (DuckDBAppender appender = connection.createAppender("added")) {
      for (Map.Entry<Long, List<String>> row : cells.entrySet()) {
        DuckDBAppender begun = appender.beginRow().append(row.getKey().longValue());
        for (String cell : row.getValue()) {
          begun = begun.append(cell);
        }
        DuckDBAppender unusedRow = begun.endRow();
      }
    }
  }

  private static boolean has(Statement statement, String rows, String column) throws SQLException {
    try (ResultSet columns = statement.executeQuery("DESCRIBE SELECT * FROM " + rows)) {
      while (columns.next()) {
        if (columns.getString(1).equals(column)) {
          return true;
        }
      }
      return false;
    }
  }

  private static long copied(Statement statement, String select, Path aside) throws SQLException {
    return statement.executeUpdate(
        "COPY (%s) TO %s (FORMAT parquet, USE_TMP_FILE false)"
            .formatted(select, DuckDb.literal(aside)));
  }

  private static long count(Statement statement, String sql) throws SQLException {
    try (ResultSet counted = statement.executeQuery(sql)) {
      return counted.next() ? counted.getLong(1) : 0;
    }
  }

  /** What is done in the database. */
  private interface Work {
    long with(Statement statement) throws SQLException, IOException;
  }

  private static long run(Path of, List<Path> places, Work work) {
    Path folder = of.resolveSibling("." + of.getFileName() + ".duckdb");
    try {
      Files.createDirectories(folder);
      try (DuckDBConnection connection = DuckDb.open(places, Optional.of(folder));
          Statement statement = connection.createStatement()) {
        return work.with(statement);
      } finally {
        deleteAll(folder);
      }
    } catch (SQLException failed) {
      String words = String.valueOf(failed.getMessage());
      if (words.contains("Mismatch Type") || words.contains("Conversion Error")) {
        throw new DataException(
            of
                + ": the files have columns of the same name and different types: "
                + FaultWords.of(failed),
            failed);
      }
      throw new UncheckedIOException(
          of + ": " + FaultWords.of(failed), new IOException(words, failed));
    } catch (IOException failed) {
      throw new UncheckedIOException(of + ": " + FaultWords.of(failed), failed);
    }
  }

  private static Path aside(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".part");
  }

  private static void delete(Path file) {
    try {
      boolean unused = Files.deleteIfExists(file);
    } catch (IOException leftBehind) {
      file.toFile().deleteOnExit();
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
