package io.latentry.server;

import io.latentry.server.operations.EventLog;
import io.latentry.server.operations.Operations;
import io.latentry.server.operations.ServerConfig;
import io.latentry.server.serving.ModelCatalog;
import io.latentry.server.serving.ModelVersion;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The whole service: a folder of models behind every door, as a config says. */
public final class Service implements AutoCloseable {
  private final ModelCatalog catalog;
  private final LatentryServer server;

  private Service(ModelCatalog catalog, LatentryServer server) {
    this.catalog = catalog;
    this.server = server;
  }

  /**
   * Loads the models, listens, and returns when it does.
   *
   * @throws io.latentry.core.data.DataException if there is no such folder of models
   * @throws io.latentry.server.registry.RegistryException if the registry cannot be used
   * @throws java.util.concurrent.CompletionException if the port cannot be had
   * @throws IllegalArgumentException if the config cannot be meant, such as an open port without
   *     authentication
   * @throws IOException if a file that the config names cannot be read
   */
  public static Service start(ServerConfig config, EventLog log) throws IOException {
    AtomicReference<ModelCatalog> opened = new AtomicReference<>();
    try {
      Operations operations =
          Operations.of(
              config,
              log,
              listener -> {
                ModelCatalog catalog =
                    ModelCatalog.open(
                        config.models(),
                        config.serving(),
                        config.storeAddress(),
                        listener,
                        Clock.systemUTC());
                opened.set(catalog);
                return catalog;
              });
      ModelCatalog catalog = opened.get();
      return new Service(
          catalog, LatentryServer.start(operations, doors(operations), catalog::close));
    } catch (IOException | RuntimeException e) {
      if (opened.get() != null) {
        opened.get().close();
      }
      throw e;
    }
  }

  /** Every protocol; a new one is one line here. */
  private static List<Door> doors(Operations operations) {
    return List.of();
  }

  /** The port that it listens on; of use when 0 was asked for. */
  public int port() {
    return server.port();
  }

  /** Every version that is known, loaded or not. */
  public List<ModelVersion> versions() {
    return catalog.versions();
  }

  /** Says that it ends, lets requests under way finish, and puts the models away. */
  @Override
  public void close() {
    server.close();
  }
}
