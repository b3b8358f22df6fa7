package io.latentry.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.server.RefusingHost;
import io.latentry.server.RunningService;
import io.latentry.server.monitoring.ThresholdAdapter;
import io.latentry.server.registry.Registry;
import io.latentry.server.retraining.Retrainer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** A real service on a loopback port with the golden model as {@code pump}, and a plain client. */
public final class Service implements AutoCloseable {
  public static final String MODEL = "pump";
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final RunningService service;

  /**
   * @param flags key, value, key, value, ...
   */
  public Service(String... flags) {
    this(new RunningService(MODEL, CLOCK, flags));
  }

  Service(RunningService service) {
    this.service = service;
  }

  /** The rows that the golden model was tried with: numbers, times, categories, and a label. */
  public static Path rows() {
    return RunningService.table();
  }

  public static String rowsText() throws IOException {
    return Files.readString(rows());
  }

  public RefusingHost host() {
    return service.host();
  }

  Retrainer retrainer() {
    return service.retrainer();
  }

  /** What looks after thresholds. */
  ThresholdAdapter adapter() {
    return service.adapter();
  }

  /** What is remembered beside the models. */
  public Registry registry() {
    return service.registry();
  }

  public int port() {
    return service.port();
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** An answer with its body as text. */
  public record Answer(int status, java.net.http.HttpHeaders headers, String text) {
    public JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new AssertionError(text, e);
      }
    }

    String type() {
      return headers.firstValue("content-type").orElse("");
    }

    /** The message of an error. */
    String message() {
      return json().at("/error/message").asText();
    }
  }

  public Answer get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  public Answer post(String path, String type, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("content-type", type)
            .POST(BodyPublishers.ofString(body)));
  }

  Answer json(String path, String body) throws Exception {
    return post(path, "application/json", body);
  }

  public Answer patch(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("content-type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body)));
  }

  public Answer send(HttpRequest.Builder request) throws Exception {
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    return new Answer(
        response.statusCode(),
        response.headers(),
        new String(response.body(), StandardCharsets.UTF_8));
  }

  /** In the background: nothing waits for a server's last moments. */
  @Override
  public void close() {
    Thread closing = new Thread(service::close);
    closing.setDaemon(true);
    closing.start();
  }
}
