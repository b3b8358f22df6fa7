package io.latentry.server.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Keeps a database to one service at a time, whatever folder each has its artifacts in: a second
 * one would take what it does not find in its own folder for lost, and demote it for both.
 *
 * <p>Of PostgreSQL it is an advisory lock, which lives and dies with the connection that is kept
 * for it: the database lets go when a process dies, and soon after a machine does. Of SQLite it is
 * a locked file beside the database's. One that was lost can be had again; whether somebody else
 * had it meanwhile, {@link Registry#requireTurn} tells. Used by one thread at a time.
 */
public final class StoreLock implements AutoCloseable {
  /** Of all advisory locks, those of Latentry: its name in ASCII. */
  private static final int LATENTRY = 0x4c61746e;

  /** One for each schema of a database, since each may hold a registry. */
  private static final String KEY = "hashtext(coalesce(CAST(current_schema() AS TEXT), ''))";

  private static final String TRY = "SELECT pg_try_advisory_lock(" + LATENTRY + ", " + KEY + ")";

  private static final String HOLDER =
      "SELECT a.application_name, a.client_addr, a.backend_start FROM pg_locks l"
          + " JOIN pg_stat_activity a ON a.pid = l.pid"
          + " JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()"
          + " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = "
          + LATENTRY
          + " AND CAST(l.objid AS BIGINT) = (CAST("
          + KEY
          + " AS BIGINT) & 4294967295)";

  /** So that the lock of a machine that is gone is free within half a minute, not hours. */
  private static final String NOTICE_THE_DEAD =
      "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

  /** A database may notice a moment late that the process before this one is dead. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final long PAUSE_MILLIS = 100;
  private static final int ANSWER_SECONDS = 5;

  private final StoreAddress address;
  private @Nullable LockFile file;
  private @Nullable Connection connection;

  private StoreLock(StoreAddress address) {
    this.address = address;
  }

  /**
   * @throws RegistryException if another service has the database, or it cannot be reached
   */
  public static StoreLock of(StoreAddress address) {
    StoreLock lock = new StoreLock(address);
    long end = System.nanoTime() + PATIENCE.toNanos();
    Optional<String> holder = lock.tryToTake();
    while (holder.isPresent() && System.nanoTime() - end < 0) {
      pause();
      holder = lock.tryToTake();
    }
    holder.ifPresent(lock::refuse);
    return lock;
  }

  /** Whether it is held still, as far as the database answers. */
  public boolean isHeld() {
    if (address.isSqlite()) {
      return file != null;
    }
    try {
      return connection != null && connection.isValid(ANSWER_SECONDS);
    } catch (SQLException badArgument) {
      throw new IllegalStateException(badArgument);
    }
  }

  /**
   * Takes again what was lost.
   *
   * @throws RegistryException if another service has it by now, or the database cannot be reached
   */
  public void retake() {
    close();
    tryToTake().ifPresent(this::refuse);
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
      file = null;
    }
    if (connection != null) {
      closeQuietly(connection);
      connection = null;
    }
  }

  /** Returns who has it, if it is not had. */
  private Optional<String> tryToTake() {
    return address.isSqlite() ? tryFile() : tryConnection();
  }

  private Optional<String> tryFile() {
    Path database = Database.inFolderThatIsThere(address);
    Path beside = database.resolveSibling(database.getFileName() + ".lock");
    try {
      Optional<LockFile> locked = LockFile.tryLock(beside);
      file = locked.orElse(null);
      return locked.isPresent() ? Optional.empty() : Optional.of(LockFile.holder(beside));
    } catch (IOException e) {
      throw new RegistryException(
          "store: " + beside + ": cannot be written to (" + e + "); make it writable", e);
    }
  }

  private Optional<String> tryConnection() {
    PGSimpleDataSource source = Database.postgresql(address);
    source.setApplicationName("latentry " + LockFile.holderName());
    source.setTcpKeepAlive(true);
    Connection fresh = null;
    try {
      fresh = source.getConnection();
      try (Statement statement = fresh.createStatement()) {
        boolean unused = statement.execute(NOTICE_THE_DEAD);
        try (ResultSet answer = statement.executeQuery(TRY)) {
          if (answer.next() && answer.getBoolean(1)) {
            connection = fresh;
            return Optional.empty();
          }
        }
        return Optional.of(holder(statement));
      }
    } catch (SQLException e) {
      throw new RegistryException(
          "store: "
              + address
              + ": cannot be used: "
              + Database.words(e)
              + "; check that it is reachable",
          e);
    } finally {
      if (fresh != null && fresh != connection) {
        closeQuietly(fresh);
      }
    }
  }

  private static String holder(Statement statement) throws SQLException {
    try (ResultSet holder = statement.executeQuery(HOLDER)) {
      return holder.next()
          ? "%s, from %s, since %s"
              .formatted(holder.getString(1), holder.getString(2), holder.getString(3))
          : LockFile.UNKNOWN;
    }
  }

  private void refuse(String holder) {
    throw new RegistryException(
        "store: "
            + address
            + ": in use by another service: "
            + holder
            + " (expected: one service for a database); stop that one first, or give this one a"
            + " database and a folder of its own with --set store.url=URL --set store.folder=DIR",
        null);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException("store: the wait for it was cut off", e);
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException lostAlready) {
      // Then the database has let go, or will.
    }
  }
}
