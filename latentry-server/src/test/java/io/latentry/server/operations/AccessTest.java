package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import io.latentry.server.access.ApiKey;
import io.latentry.server.access.ApiKeyFile;
import io.latentry.server.access.KeyRing;
import io.latentry.server.config.KeyRole;
import io.latentry.server.log.EventLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what, asked of a real server over HTTP and gRPC. */
final class AccessTest {
  private static final String GRPC = "/inference.GRPCInferenceService/";

  @TempDir static Path folder;
  private static ApiKeyFile file;
  private static final Map<String, String> KEYS = new LinkedHashMap<>();
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    Path path = folder.resolve("keys.json");
    file = new ApiKeyFile(path, Clock.systemUTC(), new SecureRandom());
    for (KeyRole role : KeyRole.values()) {
      KEYS.put(role.name(), file.create(role.name(), role));
    }
    KEYS.put("REVOKED", file.create("revoked", KeyRole.ADMIN));
    file.revoke("revoked");
    KEYS.put("WRONG", KEYS.get("ADMIN") + "x");
    KEYS.put("MISSING", "");
    server = TestServer.with("access.api_keys", path.toString());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0} {1} with key {2} is answered {3}")
  @CsvSource({
    "GET, /, MISSING, 200",
    "GET, /v2/health/ready, MISSING, 200",
    "GET, /v2/health/ready, WRONG, 200",
    "GET, /v1/models, MISSING, 401",
    "GET, /v1/models, WRONG, 401",
    "GET, /v1/models, REVOKED, 401",
    "GET, /v1/models, READ, 200",
    "GET, /v1/models, SCORE, 200",
    "GET, /v1/models, ADMIN, 200",
    "GET, /v1/models/golden/incidents, READ, 403",
    "GET, /v1/models/golden/feedback, READ, 403",
    "GET, /v1/models/golden/feedback, SCORE, 404",
    "GET, /metrics, MISSING, 401",
    "GET, /metrics, READ, 200",
    "POST, /v1/models/golden/score, MISSING, 401",
    "POST, /v1/models/golden/score, REVOKED, 401",
    "POST, /v1/models/golden/score, READ, 403",
    "POST, /v1/models/golden/score, SCORE, 200",
    "POST, /v1/models/golden/score, ADMIN, 200",
    "POST, /v2/models/golden/infer, READ, 403",
    "POST, /v2/models/golden/infer, SCORE, 200",
    "PATCH, /v1/models/golden/threshold, READ, 403",
    "PATCH, /v1/models/golden/threshold, SCORE, 403",
    "PATCH, /v1/models/golden/threshold, ADMIN, 200",
    "POST, /v2/repository/models/golden/load, SCORE, 403",
    "POST, /v2/repository/models/golden/load, ADMIN, 200",
    "GET, /somewhere/new, SCORE, 403",
    "GET, /somewhere/new, ADMIN, 200",
    "GET, /no/such/path, MISSING, 401",
    "GET, /no/such/path, ADMIN, 404",
    "DELETE, /v1/models/golden, SCORE, 403"
  })
  void httpAnswersByRole(String method, String path, String key, int status) {
    String secret = KEYS.get(key);
    HttpMethod how = HttpMethod.valueOf(method);
    AggregatedHttpResponse bearer =
        secret.isEmpty()
            ? server.ask(how, path)
            : server.ask(how, path, "Authorization", "Bearer " + secret);
    AggregatedHttpResponse header = server.ask(how, path, "X-API-Key", secret);
    assertThat(bearer.status().code()).isEqualTo(status);
    assertThat(header.status().code()).isEqualTo(status);
    if (status == 401) {
      assertThat(bearer.headers().get("www-authenticate")).startsWith("Bearer");
      assertThat(bearer.contentUtf8()).contains("latentry keys create");
    }
  }

  @ParameterizedTest(name = "{0} with key {1} ends with gRPC status {2}")
  @CsvSource({
    "ServerLive, MISSING, 0",
    "ModelMetadata, MISSING, 16",
    "ModelMetadata, WRONG, 16",
    "ModelMetadata, REVOKED, 16",
    "ModelMetadata, READ, 0",
    "ModelInfer, READ, 7",
    "ModelInfer, SCORE, 0",
    "ModelInfer, ADMIN, 0",
    "RepositoryModelLoad, SCORE, 7",
    "RepositoryModelLoad, ADMIN, 0",
    "NoSuchMethod, SCORE, 7",
    "SystemSharedMemoryStatus, ADMIN, 12"
  })
  void grpcAnswersByRoleInItsOwnStatus(String method, String key, String status) {
    AggregatedHttpResponse answer =
        server.ask(
            HttpMethod.POST,
            GRPC + method,
            "content-type",
            "application/grpc",
            "authorization",
            "Bearer " + KEYS.get(key));
    assertThat(answer.status().code()).isEqualTo(200);
    assertThat(answer.headers().get("grpc-status")).isEqualTo(status);
  }

  @Test
  void aDoorLearnsTheCallersName() {
    assertThat(
            server.ask(HttpMethod.GET, "/v1/models", "X-API-Key", KEYS.get("SCORE")).contentUtf8())
        .isEqualTo("caller=SCORE");
    assertThat(server.ask(HttpMethod.GET, "/").contentUtf8()).isEqualTo("caller=anonymous");
  }

  @Test
  void aWayRoundAPathIsNoWayRoundItsRole() {
    String key = KEYS.get("READ");
    for (String path :
        new String[] {
          "/v1/../v2/repository/models/golden/load",
          "//v2//repository/models/golden/load",
          "/v2/health/ready/../../repository/models/golden/load",
          "/v2/repository%2Fmodels/golden/load",
          "/v2/repository/models/golden/load?x=/v2/health/ready",
          "/v2/repository/models/golden/load;a=/v2/health/live",
          "/page/../v2/repository/models/golden/load"
        }) {
      assertThat(server.ask(HttpMethod.POST, path, "X-API-Key", key).status().code())
          .as(path)
          .isIn(400, 403, 404);
      assertThat(server.ask(HttpMethod.GET, path, "X-API-Key", key).status().code())
          .as(path)
          .isIn(400, 403, 404);
    }
  }

  @Test
  void aKeyIsGoodOnceItIsMadeAndBadOnceItIsRevokedWithoutARestart() throws Exception {
    Path path = folder.resolve("changing.json");
    ApiKeyFile changing = new ApiKeyFile(path, Clock.systemUTC(), new SecureRandom());
    String first = changing.create("first", KeyRole.READ);
    AtomicLong nanos = new AtomicLong();
    KeyRing ring = KeyRing.open(path, nanos::get, EventLog.SILENT);
    String second = changing.create("second", KeyRole.SCORE);
    changing.revoke("first");
    nanos.addAndGet(999_999_999);
    assertThat(ring.entryOf(first)).isPresent();
    assertThat(ring.entryOf(second)).isEmpty();
    nanos.addAndGet(1);
    assertThat(ring.entryOf(first)).isEmpty();
    assertThat(ring.entryOf(second).map(ApiKey::role)).isEqualTo(Optional.of(KeyRole.SCORE));
  }

  @Test
  void aFileOfKeysThatBreaksLeavesTheKeysSoFarGood() throws Exception {
    Path path = folder.resolve("breaking.json");
    String key =
        new ApiKeyFile(path, Clock.systemUTC(), new SecureRandom()).create("one", KeyRole.READ);
    AtomicLong nanos = new AtomicLong();
    KeyRing ring = KeyRing.open(path, nanos::get, EventLog.SILENT);
    Files.writeString(path, "{");
    nanos.addAndGet(2_000_000_000L);
    assertThat(ring.entryOf(key)).isPresent();
  }
}
