package io.latentry.server.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.scoring.SigningKeys;
import io.latentry.server.RunningService;
import io.latentry.server.Service;
import io.latentry.server.catalog.Artifacts;
import io.latentry.server.config.ServerConfig;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where models must be signed, a challenger is. */
final class SignedChallengerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path folder;
  private Path key;
  private Path challenger;

  @BeforeEach
  void sign() throws Exception {
    key = folder.resolve("release.key");
    String unusedName = SigningKeys.create(key);
    Path models = Files.createDirectory(folder.resolve("models"));
    Path champion = Files.copy(RunningService.artifact(), models.resolve("pump.onnx"));
    SigningKeys.read(key).sign(champion);
    Path unused = Files.setLastModifiedTime(champion, FileTime.from(Instant.EPOCH));
    challenger =
        Files.write(
            folder.resolve("challenger.onnx"),
            Artifacts.tagged(Files.readAllBytes(RunningService.artifact()), 2));
  }

  private ServerConfig config(Map<String, String> more) throws Exception {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "models",
                folder.resolve("models").toString(),
                "port",
                "0",
                "shutdown.grace_millis",
                "100",
                "trust.keys",
                key + ".pub",
                "recording.keep",
                "rows",
                "retraining.mode",
                "approve",
                "retraining.shadow_rows",
                "0"));
    all.putAll(more);
    return ServerConfigReader.read(Optional.empty(), Map.of(), all);
  }

  @Test
  void aChallengerThatPassedIsSignedAndTaken() throws Exception {
    Trainer trainer =
        (own, heap, cores, arguments) ->
            List.of(
                "/bin/sh",
                "-c",
                "cp '%s' '%s'; echo '{\"reasons\": []}' > '%s'"
                    .formatted(challenger, arguments.get(4), arguments.get(6)));
    try (Service service =
        Service.start(
            config(Map.of("retraining.sign_with", key.toString())), EventLog.SILENT, trainer)) {
      String url = "http://127.0.0.1:" + service.port() + "/v1/models/pump";
      HttpRequest rows =
          HttpRequest.newBuilder(URI.create(url + "/score"))
              .header("content-type", "text/csv")
              .POST(BodyPublishers.ofFile(RunningService.table()))
              .build();
      assertThat(client.send(rows, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      HttpRequest start =
          HttpRequest.newBuilder(URI.create(url + "/retraining"))
              .POST(BodyPublishers.noBody())
              .build();
      assertThat(client.send(start, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      String runs = "";
      while (!runs.contains("\"challenger\":2")) {
        assertThat(System.nanoTime()).as(runs).isLessThan(deadline);
        assertThat(runs).doesNotContain("failed");
        Thread.sleep(50);
        runs =
            client
                .send(
                    HttpRequest.newBuilder(URI.create(url + "/retraining")).build(),
                    BodyHandlers.ofString())
                .body();
      }
      assertThat(service.versions()).hasSize(2);
    }
  }

  @Test
  void withoutAKeyToSignWithSuchAServiceDoesNotStart() {
    assertThatThrownBy(() -> config(Map.of())).hasMessageContaining("retraining.sign_with");
  }

  @Test
  void aCanaryNeedsTheModeThatPromotesByItself() {
    assertThatThrownBy(
            () ->
                config(
                    Map.of(
                        "retraining.sign_with", key.toString(), "retraining.canary_percent", "5")))
        .hasMessageContaining("canary_percent");
  }
}
