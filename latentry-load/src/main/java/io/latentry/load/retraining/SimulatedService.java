package io.latentry.load.retraining;

import io.latentry.server.catalog.ModelCatalog;
import io.latentry.server.config.ServerConfig;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import io.latentry.server.operations.OpenModels;
import io.latentry.server.operations.Operations;
import io.latentry.server.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** All of a service but its port, by a clock that is handed in. */
final class SimulatedService implements AutoCloseable {
  private final Path models;
  private final Map<String, String> settings;
  private final Clock clock;
  private final ModelCatalog catalog;
  private final Operations operations;

  private SimulatedService(
      Path models,
      Map<String, String> settings,
      Clock clock,
      ModelCatalog catalog,
      Operations operations) {
    this.models = models;
    this.settings = settings;
    this.clock = clock;
    this.catalog = catalog;
    this.operations = operations;
  }

  /**
   * @param models folder, with the store in it
   * @param settings beside those that it cannot do without
   */
  static SimulatedService open(Path models, Map<String, String> settings, Clock clock)
      throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.put("models", models.toString());
    all.put("port", "0");
    all.put("recording.keep", "rows");
    ServerConfig config = ServerConfigReader.read(Optional.empty(), Map.of(), all);
    AtomicReference<ModelCatalog> opened = new AtomicReference<>();
    Operations operations =
        Operations.of(
            config,
            EventLog.SILENT,
            clock,
            (listener, tap) -> {
              ModelCatalog catalog =
                  ModelCatalog.open(
                      config.models(),
                      config.storeFolder(),
                      config.serving(),
                      config.storeAddress(),
                      listener,
                      tap,
                      clock);
              opened.set(catalog);
              return new OpenModels(catalog, catalog::queuedRows, catalog.registry());
            },
            ChildRetraining::command);
    return new SimulatedService(
        models, settings, clock, Objects.requireNonNull(opened.get()), operations);
  }

  Operations operations() {
    return operations;
  }

  Registry registry() {
    return catalog.registry();
  }

  /** Ends in order, and starts again. */
  SimulatedService restarted() throws IOException {
    close();
    return open(models, settings, clock);
  }

  /**
   * Goes on from what lay on the disk at this moment, as after a power cut: nothing that was not
   * written by then is there, and what was under way never ended.
   *
   * @param other folder, not there yet
   */
  SimulatedService killed(Path other) throws IOException {
    copy(models, other);
    close();
    delete(models);
    return open(other, settings, clock);
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> below = Files.walk(from)) {
      all = below.toList();
    }
    for (Path path : all) {
      Path target = to.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(target);
      } else if (Files.exists(path)) {
        Path unused = Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Override
  public void close() {
    try {
      operations.end();
    } finally {
      catalog.close();
    }
  }
}
