package io.latentry.server;

import io.latentry.server.catalog.OneModelHost;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The whole service before the golden artifact, under some flags, and what it logged. */
final class RunningService implements AutoCloseable {
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final Service service;

  /**
   * @param models an empty folder
   * @param flags key, value, key, value, ...
   */
  RunningService(Path models, String... flags) throws IOException {
    Path unused =
        Files.copy(
            OneModelHost.goldenArtifact(),
            models.resolve("golden.onnx"),
            StandardCopyOption.REPLACE_EXISTING);
    Map<String, String> all = new HashMap<>();
    all.put("models", models.toString());
    all.put("port", "0");
    all.put("shutdown.grace_millis", "500");
    for (int i = 0; i < flags.length; i += 2) {
      all.put(flags[i], flags[i + 1]);
    }
    service =
        Service.start(
            ServerConfigReader.read(Optional.empty(), Map.of(), all),
            new EventLog(
                new PrintStream(logged, true, StandardCharsets.UTF_8),
                LogFormat.JSON,
                LogLevel.INFO,
                Clock.systemUTC()));
  }

  /** Rows that the golden artifact can judge. */
  static Path table() {
    return OneModelHost.goldenArtifact().resolveSibling("input.csv");
  }

  int port() {
    return service.port();
  }

  String log() {
    return logged.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    service.close();
  }
}
