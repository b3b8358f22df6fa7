package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import io.latentry.server.access.ApiKeyFile;
import io.latentry.server.config.KeyRole;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.log.EventLog;
import io.latentry.server.log.LibraryLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** One line for each request, with what an operator needs and nothing that is nobody's business. */
final class TraceTest {
  private static final String SCORE = "/v1/models/golden/score";
  private static final String PAYLOAD = "patient-4711";

  @TempDir Path folder;

  @Test
  void aRequestIsOneLineWithItsFigures() throws Exception {
    try (TestServer server = TestServer.with()) {
      AggregatedHttpResponse answer =
          server.send(
              HttpMethod.POST,
              SCORE,
              PAYLOAD.getBytes(StandardCharsets.UTF_8),
              "X-Request-Id",
              "a-1");
      assertThat(answer.headers().get("x-request-id")).isEqualTo("a-1");
      JsonNode line = requests(server, 1).get(0);
      assertThat(line.at("/request_id").asText()).isEqualTo("a-1");
      assertThat(line.at("/door").asText()).isEqualTo("api");
      assertThat(line.at("/model").asText()).isEqualTo("golden");
      assertThat(line.at("/status").asText()).isEqualTo("200");
      assertThat(line.at("/rows").asInt()).isEqualTo(1);
      assertThat(line.at("/caller").asText()).isEqualTo("local");
      assertThat(line.at("/millis").asDouble()).isPositive();
      assertThat(Instant.parse(line.at("/at").asText())).isNotNull();
    }
  }

  @Test
  void anIdThatIsNotWellFormedIsReplaced() throws Exception {
    try (TestServer server = TestServer.with()) {
      for (String id : List.of("a b", "x".repeat(129), "\"},{", "")) {
        AggregatedHttpResponse answer =
            server.ask(HttpMethod.GET, "/v1/models", "X-Request-Id", id);
        assertThat(answer.headers().get("x-request-id")).isNotEqualTo(id).matches("[0-9a-f]{8,}");
      }
      assertThat(requests(server, 4)).hasSize(4);
    }
  }

  @Test
  void noKeyAndNoPayloadIsEverLogged() throws Exception {
    Path file = folder.resolve("keys.json");
    String key =
        new ApiKeyFile(file, Clock.systemUTC(), new SecureRandom()).create("scorer", KeyRole.SCORE);
    String wrong = "latentry_not-a-key-but-somebodys-secret";
    byte[] payload = PAYLOAD.getBytes(StandardCharsets.UTF_8);
    try (TestServer server = TestServer.with("access.api_keys", file.toString())) {
      server.send(HttpMethod.POST, SCORE, payload, "Authorization", "Bearer " + key);
      server.send(HttpMethod.POST, SCORE, payload, "X-API-Key", key);
      server.send(HttpMethod.POST, SCORE, payload, "X-API-Key", wrong);
      server.send(HttpMethod.POST, "/v1/models/" + PAYLOAD + "/score", payload, "X-API-Key", key);
      server.ask(HttpMethod.GET, "/v1/models?key=" + key + "&row=" + PAYLOAD, "X-API-Key", key);
      server.ask(HttpMethod.GET, "/nowhere/" + PAYLOAD, "X-API-Key", key);
      assertThat(requests(server, 6)).hasSize(6);
      assertThat(server.log())
          .contains("\"caller\":\"scorer\"")
          .contains("\"caller\":\"anonymous\"")
          .doesNotContain(key.substring(ApiKeyFile.KEY_PREFIX.length()))
          .doesNotContain(wrong)
          .doesNotContain(PAYLOAD);
      String metrics = server.ask(HttpMethod.GET, "/metrics", "X-API-Key", key).contentUtf8();
      assertThat(metrics).contains("latentry_requests_total").doesNotContain(PAYLOAD);
    }
  }

  @Test
  void whatALibraryWarnsOfIsLoggedWithoutTheValuesInIt() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LibraryLog.writeTo(
        new EventLog(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            LogFormat.JSON,
            LogLevel.INFO,
            Clock.systemUTC()));
    try {
      Logger library = new LibraryLog().getLoggerFactory().getLogger("a.library");
      library.info("not heard");
      library.warn("row {} is odd", PAYLOAD);
      library.error("failed", new IllegalStateException("at " + PAYLOAD));
    } finally {
      LibraryLog.writeTo(EventLog.SILENT);
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("row {} is odd")
        .contains("java.lang.IllegalStateException")
        .contains("TraceTest.java")
        .doesNotContain("not heard")
        .doesNotContain(PAYLOAD);
  }

  @Test
  void textForPeopleKeepsALineALine() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EventLog log =
        new EventLog(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            LogFormat.TEXT,
            LogLevel.INFO,
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    log.write(LogLevel.DEBUG, "hidden", line -> {});
    log.write(LogLevel.WARN, "loaded", line -> line.put("model", "a\nb c").put("rows", 3));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            "1970-01-01T00:00:00Z warn  loaded model=\"a\\nb c\" rows=3\n");
  }

  /** The lines on requests, waiting a little for the last: it is written after the answer. */
  private static List<JsonNode> requests(TestServer server, int expected) throws Exception {
    for (int i = 0; i < 100; i++) {
      List<JsonNode> found = new ArrayList<>();
      for (String line : server.log().lines().toList()) {
        JsonNode node = new ObjectMapper().readTree(line);
        if (node.at("/event").asText().equals("request")) {
          found.add(node);
        }
      }
      if (found.size() >= expected) {
        return found;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("fewer than " + expected + " requests in: " + server.log());
  }
}
