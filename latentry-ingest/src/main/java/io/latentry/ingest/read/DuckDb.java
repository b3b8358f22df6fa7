package io.latentry.ingest.read;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB, for Parquet alone. A name of a file or folder reaches it as quoted text and never as part
 * of an address, whose {@code ;} would begin options; and it touches nothing but the places that it
 * is opened for, loads no extension, and lets no statement change that.
 */
public final class DuckDb {
  private static final String MEMORY = "512MB";

  private DuckDb() {}

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
    Properties streaming = new Properties();
    streaming.setProperty("jdbc_stream_results", "true");
    DuckDBConnection connection =
        (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", streaming);
    try (Statement statement = connection.createStatement()) {
      String kept = folder.map(DuckDb::literal).orElse("''");
      set(statement, "memory_limit", "'" + MEMORY + "'");
      set(statement, "temp_directory", kept);
      set(statement, "autoinstall_known_extensions", "false");
      set(statement, "autoload_known_extensions", "false");
      set(statement, "allowed_paths", list(files));
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

  /** Files in SQL. */
  public static String list(List<Path> files) {
    return files.stream().map(DuckDb::literal).collect(Collectors.joining(", ", "[", "]"));
  }

  /** A text in SQL. */
  public static String text(String value) {
    return quoted(value, '\'');
  }

  /** A file in SQL: whole, so that no beginning of a name means another place. */
  public static String literal(Path file) {
    return quoted(file.toAbsolutePath().toString(), '\'');
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
