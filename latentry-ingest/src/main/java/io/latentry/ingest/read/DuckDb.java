package io.latentry.ingest.read;

import io.latentry.core.data.DataException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB, for Parquet alone. A name of a file or folder reaches it as quoted text and never as part
 * of an address, whose {@code ;} would begin options; and it touches nothing but the places that it
 * is opened for, loads no extension, and lets no statement change that.
 */
public final class DuckDb {
  private static final String MEMORY = "512MB";

  /** A file is read by groups of rows, which of wide tables are large. */
  private static final String MEMORY_TO_READ = "1GB";

  /** What would stand for any characters. */
  private static final Pattern PATTERN = Pattern.compile("[*?\\[]");

  private DuckDb() {}

  /**
   * Opens a database in memory that reads a file and keeps nothing on disk.
   *
   * @param file that it may read
   */
  public static DuckDBConnection toRead(Path file) throws SQLException {
    return open(List.of(file), Optional.empty(), MEMORY_TO_READ);
  }

  /**
   * Opens a database in memory.
   *
   * @param file that it may read or write
   * @param folder where it may keep what does not fit into memory; without one, nowhere
   */
  public static DuckDBConnection open(Path file, Optional<Path> folder) throws SQLException {
    return open(List.of(file), folder);
  }

  /**
   * The same.
   *
   * @param files that it may read or write
   */
  public static DuckDBConnection open(List<Path> files, Optional<Path> folder) throws SQLException {
    return open(files, folder, MEMORY);
  }

  private static DuckDBConnection open(List<Path> files, Optional<Path> folder, String memory)
      throws SQLException {
    Properties streaming = new Properties();
    streaming.setProperty("jdbc_stream_results", "true");
    DuckDBConnection connection =
        (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", streaming);
    try (Statement statement = connection.createStatement()) {
      String kept = folder.map(DuckDb::literal).orElse("''");
      set(statement, "memory_limit", "'" + memory + "'");
      set(statement, "temp_directory", kept);
      set(statement, "autoinstall_known_extensions", "false");
      set(statement, "autoload_known_extensions", "false");
      String whole = files.stream().map(DuckDb::literal).collect(Collectors.joining(", "));
      String read = files.stream().map(DuckDb::source).collect(Collectors.joining(", "));
      set(statement, "allowed_paths", "[" + whole + ", " + read + "]");
      set(statement, "allowed_directories", folder.isPresent() ? "[" + kept + "]" : "[]");
      set(statement, "enable_external_access", "false");
      set(statement, "lock_configuration", "true");
      return connection;
    } catch (SQLException failed) {
      connection.close();
      throw failed;
    }
  }

  private static void set(Statement statement, String name, String value) throws SQLException {
    boolean unused = statement.execute("SET " + name + " = " + value);
  }

  /** Files to read, in SQL. */
  public static String sources(List<Path> files) {
    return files.stream().map(DuckDb::source).collect(Collectors.joining(", ", "[", "]"));
  }

  /** A file to read, in SQL: what is read may be a pattern, and a name must be none. */
  public static String source(Path file) {
    return PATTERN.matcher(literal(file)).replaceAll("[$0]");
  }

  /** A text in SQL. */
  public static String text(String value) {
    return quoted(value, '\'');
  }

  /**
   * A file to write, in SQL: whole, so that no beginning of a name means another place.
   *
   * @throws DataException if its name has bytes that are no text: it would be that of another file
   */
  public static String literal(Path file) {
    String name = file.toAbsolutePath().toString();
    if (!Path.of(name).equals(file.toAbsolutePath())) {
      throw new DataException(
          name + ": a name that is no text (expected: one in the system's encoding); rename it");
    }
    return quoted(name, '\'');
  }

  /** A column in SQL. */
  public static String identifier(String name) {
    return quoted(name, '"');
  }

  private static String quoted(String name, char quote) {
    String mark = String.valueOf(quote);
    return mark + name.replace(mark, mark + mark) + mark;
  }
}
