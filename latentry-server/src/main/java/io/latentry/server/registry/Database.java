package io.latentry.server.registry;

import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteJDBCLoader;

/**
 * A database with the registry's tables. Every piece of work takes a connection of its own: the
 * work is rare, and a connection that was kept would be a dead one after the database restarts.
 */
final class Database {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String HISTORY = "latentry_schema_history";

  private Database() {}

  static Jdbi open(StoreAddress address) {
    DataSource source = address.isSqlite() ? sqlite(address) : postgresql(address);
    String folder = Database.class.getPackageName().replace('.', '/');
    try {
      Object unused =
          Flyway.configure(Database.class.getClassLoader())
              .dataSource(source)
              .locations(
                  "classpath:" + folder + "/" + (address.isSqlite() ? "sqlite" : "postgresql"))
              .table(HISTORY)
              // Other tables may be in the database already; they are none of ours.
              .baselineOnMigrate(true)
              .baselineVersion("0")
              // Tables of a newer Latentry are refused rather than written as if they were ours.
              .ignoreMigrationPatterns(new String[0])
              .load()
              .migrate();
    } catch (FlywayException e) {
      throw new RegistryException(
          "store: "
              + address
              + ": cannot be used: "
              + words(e)
              + "; check that it is reachable, writable, and not of a newer Latentry",
          e);
    }
    return Jdbi.create(source);
  }

  /** The file of an SQLite database, whose folder is made if need be. */
  static Path inFolderThatIsThere(StoreAddress address) {
    Path file = address.file().toAbsolutePath();
    Path folder = file.getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new RegistryException(
          "store: " + folder + ": cannot be made: " + FaultWords.of(e) + "; make it writable", e);
    }
    return file;
  }

  private static DataSource sqlite(StoreAddress address) {
    Path unused = inFolderThatIsThere(address);
    SqliteLibrary.load();
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // What was answered as done stays done when the power fails.
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout((int) PATIENCE.toMillis());
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.enforceForeignKeys(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl(address.url());
    return source;
  }

  static PGSimpleDataSource postgresql(StoreAddress address) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(address.url());
    address.user().ifPresent(source::setUser);
    address.password().ifPresent(source::setPassword);
    source.setConnectTimeout((int) PATIENCE.toSeconds());
    source.setSocketTimeout((int) PATIENCE.toSeconds());
    source.setApplicationName("latentry");
    return source;
  }

  /** What the database says, without what is said around it. */
  static String words(Throwable failure) {
    Throwable cause = failure;
    for (Throwable next = failure; next != null; next = next.getCause()) {
      cause = next instanceof SQLException ? next : cause;
    }
    return FaultWords.of(cause);
  }

  /**
   * The driver unpacks its library into a file that stays behind when the process is killed. Where
   * a file that is loaded may go, it goes at once.
   */
  private static final class SqliteLibrary {
    private static final String FOLDER_PROPERTY = "org.sqlite.tmpdir";
    private static boolean tried;

    static synchronized void load() {
      boolean mayGo = !System.getProperty("os.name").startsWith("Windows");
      if (tried || !mayGo || System.getProperty(FOLDER_PROPERTY) != null) {
        return;
      }
      tried = true;
      try {
        Path folder = Files.createTempDirectory("latentry-registry-");
        System.setProperty(FOLDER_PROPERTY, folder.toString());
        try {
          boolean unused = SQLiteJDBCLoader.initialize();
        } finally {
          System.clearProperty(FOLDER_PROPERTY);
          delete(folder);
        }
      } catch (Exception notSo) {
        // The driver tries by itself then, and tells what is wrong if that fails too.
      }
    }

    private static void delete(Path folder) throws IOException {
      List<Path> files;
      try (Stream<Path> all = Files.list(folder)) {
        files = all.toList();
      }
      for (Path file : files) {
        boolean unused = Files.deleteIfExists(file);
      }
      boolean unused = Files.deleteIfExists(folder);
    }
  }
}
