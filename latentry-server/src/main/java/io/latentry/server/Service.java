package io.latentry.server;

import io.latentry.scoring.TrustedKeys;
import io.latentry.server.api.ApiDoor;
import io.latentry.server.api.ApiLimits;
import io.latentry.server.catalog.ModelCatalog;
import io.latentry.server.config.ServerConfig;
import io.latentry.server.door.Door;
import io.latentry.server.log.EventLog;
import io.latentry.server.monitoring.ServingStatistics;
import io.latentry.server.oip.OpenInference;
import io.latentry.server.oip.grpc.OipGrpcDoor;
import io.latentry.server.oip.rest.OipHttpDoor;
import io.latentry.server.operations.OpenModels;
import io.latentry.server.operations.Operations;
import io.latentry.server.page.PageDoor;
import io.latentry.server.retraining.Trainer;
import io.latentry.server.series.SeriesMemory;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ServingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The whole service: a folder of models behind every door, as a config says. */
public final class Service implements AutoCloseable {
  private final Operations operations;
  private final LatentryServer server;

  private Service(Operations operations, LatentryServer server) {
    this.operations = operations;
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
    return start(config, log, null);
  }

  /**
   * The same.
   *
   * @param trainer starts processes that retrain models; null where there are none
   */
  public static Service start(ServerConfig config, EventLog log, @Nullable Trainer trainer)
      throws IOException {
    Clock clock = Clock.systemUTC();
    @Nullable Path keys = config.trust().keys();
    ServingConfig serving =
        config
            .serving()
            .trusting(keys == null ? Optional.empty() : Optional.of(TrustedKeys.read(keys)));
    AtomicReference<@Nullable ModelCatalog> opened = new AtomicReference<>();
    try {
      Operations operations =
          Operations.of(
              config,
              log,
              clock,
              (listener, tap) -> {
                ModelCatalog catalog =
                    ModelCatalog.open(
                        config.models(),
                        config.storeFolder(),
                        serving,
                        config.storeAddress(),
                        listener,
                        tap,
                        clock);
                opened.set(catalog);
                return new OpenModels(catalog, catalog::queuedRows, catalog.registry());
              },
              trainer);
      SeriesMemory series =
          SeriesMemory.open(config.storeFolder().resolve("series"), clock, config.seriesLimits());
      return new Service(
          operations,
          LatentryServer.start(
              operations,
              doors(config, operations, clock, series),
              () -> {
                try {
                  series.close();
                } finally {
                  close(opened);
                }
              }));
    } catch (IOException | RuntimeException e) {
      close(opened);
      throw e;
    }
  }

  private static void close(AtomicReference<@Nullable ModelCatalog> opened) {
    @Nullable ModelCatalog catalog = opened.get();
    if (catalog != null) {
      catalog.close();
    }
  }

  /** Every protocol; a new one is one line here. */
  static List<Door> doors(
      ServerConfig config, Operations operations, Clock clock, SeriesMemory series) {
    ModelHost host = operations.host();
    ServingStatistics statistics = operations.statistics();
    ApiLimits limits = ApiLimits.of(config);
    OpenInference inference =
        new OpenInference(host, clock, operations.readiness(), limits.ofBodies(), statistics);
    return List.of(
        new OipHttpDoor(inference),
        new OipGrpcDoor(inference),
        new ApiDoor(
            host,
            statistics,
            operations.anomalies(),
            operations.watch(),
            operations.diary(),
            operations.adapter(),
            operations.rows(),
            operations.retrainer(),
            clock,
            operations.sla(),
            operations.notifications(),
            operations.maintenance(),
            operations.audit(),
            limits,
            series),
        new PageDoor());
  }

  /** The port that it listens on; of use when 0 was asked for. */
  public int port() {
    return server.port();
  }

  /** Every version that is known, loaded or not. */
  public List<ModelVersion> versions() {
    return operations.host().versions();
  }

  /** Says that it ends, lets requests under way finish, and puts the models away. */
  @Override
  public void close() {
    server.close();
  }
}
