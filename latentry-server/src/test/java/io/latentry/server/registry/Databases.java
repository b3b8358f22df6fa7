package io.latentry.server.registry;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The databases that a registry runs on: SQLite, and one real PostgreSQL for all tests of a JVM. A
 * PostgreSQL that does not start fails the tests that need it.
 */
public enum Databases {
  SQLITE {
    @Override
    public StoreAddress fresh(Path folder) {
      return StoreAddress.inFolder(folder);
    }
  },
  POSTGRESQL {
    @Override
    public StoreAddress fresh(Path folder) {
      EmbeddedPostgres server = Server.RUNNING;
      String name = "registry" + COUNT.incrementAndGet();
      try (Connection connection = server.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        boolean unused = statement.execute("CREATE DATABASE " + name);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      return new StoreAddress(
          "jdbc:postgresql://localhost:" + server.getPort() + "/" + name,
          Optional.of("postgres"),
          Optional.of("postgres"));
    }
  };

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** An address that nobody has used yet. */
  public abstract StoreAddress fresh(Path folder);

  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres server = EmbeddedPostgres.builder().start();
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      try {
                        server.close();
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    }));
        return server;
      } catch (IOException e) {
        throw new IllegalStateException("PostgreSQL does not start on this machine", e);
      }
    }
  }
}
