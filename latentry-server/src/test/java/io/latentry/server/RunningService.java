package io.latentry.server;

import io.latentry.server.catalog.ModelCatalog;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.config.ServerConfig;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.door.Door;
import io.latentry.server.log.EventLog;
import io.latentry.server.monitoring.ThresholdAdapter;
import io.latentry.server.notification.Notifier;
import io.latentry.server.operations.OpenModels;
import io.latentry.server.operations.Operations;
import io.latentry.server.registry.Registry;
import io.latentry.server.retraining.Retrainer;
import io.latentry.server.retraining.Trainer;
import io.latentry.server.series.SeriesMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The service before the golden artifact, under some flags, and what it logged. */
public final class RunningService implements AutoCloseable {
  public static final String MODEL = "golden";

  /** What is opened on the port. */
  public interface Doors {
    List<Door> of(ServerConfig config, Operations operations, Clock clock);
  }

  private final Path folder;
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final RefusingHost host;
  private final Registry registry;
  private final Retrainer retrainer;
  private final Path storeFolder;
  private final LatentryServer server;
  private final Notifier notifier;
  private final ThresholdAdapter adapter;

  /** Every door of the service, with the model as {@value #MODEL}. */
  public RunningService(String... flags) {
    this(MODEL, Clock.systemUTC(), flags);
  }

  /** Every door of the service. */
  public RunningService(String model, Clock clock, String... flags) {
    this(
        model,
        clock,
        (config, operations, time) ->
            Service.doors(config, operations, time, SeriesMemory.inMemory(time)),
        flags);
  }

  /** Every door, and processes that retrain. */
  public static RunningService retraining(
      String model, Clock clock, Trainer trainer, String... flags) {
    return new RunningService(
        model,
        clock,
        (config, operations, time) ->
            Service.doors(config, operations, time, SeriesMemory.inMemory(time)),
        trainer,
        flags);
  }

  /**
   * @param flags key, value, key, value, ...
   */
  public RunningService(String model, Clock clock, Doors doors, String... flags) {
    this(model, clock, doors, null, flags);
  }

  /** Every door of the service before another artifact than the golden one. */
  public static RunningService of(Path artifact, String model, Clock clock, String... flags) {
    return new RunningService(
        artifact,
        model,
        clock,
        (config, operations, time) ->
            Service.doors(config, operations, time, SeriesMemory.inMemory(time)),
        null,
        flags);
  }

  private RunningService(
      String model, Clock clock, Doors doors, @Nullable Trainer trainer, String... flags) {
    this(artifact(), model, clock, doors, trainer, flags);
  }

  private RunningService(
      Path artifact,
      String model,
      Clock clock,
      Doors doors,
      @Nullable Trainer trainer,
      String... flags) {
    try {
      folder = Files.createTempDirectory("latentry-service");
      Path file = Files.copy(artifact, folder.resolve(model + ".onnx"));
      // It need not be seen twice before it is taken in.
      Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
      ServerConfig config = config(flags);
      storeFolder = config.storeFolder();
      EventLog log =
          new EventLog(
              new PrintStream(logged, true, StandardCharsets.UTF_8),
              LogFormat.JSON,
              LogLevel.DEBUG,
              Clock.systemUTC());
      AtomicReference<RefusingHost> opened = new AtomicReference<>();
      AtomicReference<Registry> store = new AtomicReference<>();
      AtomicReference<Runnable> closing = new AtomicReference<>(this::delete);
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
                          config.serving(),
                          config.storeAddress(),
                          listener,
                          tap,
                          clock);
                  closing.set(
                      () -> {
                        catalog.close();
                        delete();
                      });
                  opened.set(new RefusingHost(catalog));
                  store.set(catalog.registry());
                  return new OpenModels(opened.get(), catalog::queuedRows, catalog.registry());
                },
                trainer);
        host = opened.get();
        notifier = operations.notifier();
        adapter = operations.adapter();
        registry = store.get();
        retrainer = operations.retrainer();
        server =
            LatentryServer.start(operations, doors.of(config, operations, clock), closing.get());
      } catch (IOException | RuntimeException e) {
        closing.get().run();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServerConfig config(String... flags) throws IOException {
    Map<String, String> all = new HashMap<>();
    all.put("models", folder.toString());
    all.put("port", "0");
    all.put("shutdown.grace_millis", "2000");
    for (int i = 0; i < flags.length; i += 2) {
      all.put(flags[i], flags[i + 1]);
    }
    return ServerConfigReader.read(Optional.empty(), Map.of(), all);
  }

  /**
   * The golden artifact: numbers, a truth value, a timestamp and categories, from an old writer.
   */
  public static Path artifact() {
    return Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1", "model.onnx");
  }

  /** Rows that the golden artifact was tried with, and a label. */
  public static Path table() {
    return artifact().resolveSibling("input.csv");
  }

  public Path storeFolder() {
    return storeFolder;
  }

  public Retrainer retrainer() {
    return retrainer;
  }

  /** The models, as what stands round the doors sees them. */
  public RefusingHost host() {
    return host;
  }

  /** What is remembered beside the models. */
  public Registry registry() {
    return registry;
  }

  /** Has what is to be told compared with what was. */
  public Notifier notifier() {
    return notifier;
  }

  /** Has thresholds looked after. */
  public ThresholdAdapter adapter() {
    return adapter;
  }

  public int port() {
    return server.port();
  }

  public String log() {
    return logged.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
