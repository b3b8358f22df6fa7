package io.latentry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.BlockingWebClient;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.latentry.core.artifact.Manifest;
import io.latentry.scoring.Scorer;
import io.latentry.server.access.ApiKeyFile;
import io.latentry.server.config.KeyRole;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelMetadataRequest;
import io.latentry.server.oip.proto.RepositoryModelLoadRequest;
import io.latentry.server.oip.proto.ServerLiveRequest;
import io.latentry.server.serving.ModelVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service, every door of it, with keys. */
final class ServiceTest {
  private static final String ANOMALY =
      "{\"rows\":[{\"a\":9.5,\"b\":-0.46794,\"c\":0.30877,\"d\":0.76638,\"e\":null,\"flag\":true,"
          + "\"at\":\"2024-03-05T03:30:13Z\",\"kind\":\"middle\"}]}";

  @TempDir static Path folder;
  private static final Map<KeyRole, String> KEYS = new EnumMap<>(KeyRole.class);
  private static final ByteArrayOutputStream LOGGED = new ByteArrayOutputStream();
  private static Service service;

  @BeforeAll
  static void start() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.copy(RunningService.artifact(), models.resolve("golden.onnx"));
    Path keys = folder.resolve("keys.json");
    ApiKeyFile file = new ApiKeyFile(keys, Clock.systemUTC(), new SecureRandom());
    for (KeyRole role : KeyRole.values()) {
      KEYS.put(role, file.create("my-" + role.name(), role));
    }
    service =
        Service.start(
            ServerConfigReader.read(
                Optional.empty(),
                Map.of(),
                Map.of(
                    "models",
                    models.toString(),
                    "port",
                    "0",
                    "access.api_keys",
                    keys.toString(),
                    "limits.request_bytes",
                    "1000000")),
            new EventLog(
                new PrintStream(LOGGED, true, StandardCharsets.UTF_8),
                LogFormat.JSON,
                LogLevel.INFO,
                Clock.systemUTC()));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void theModelsOfTheFolderAreReady() {
    assertThat(service.versions())
        .singleElement()
        .satisfies(
            version -> {
              assertThat(version.name()).isEqualTo("golden");
              assertThat(version.state()).isEqualTo(ModelVersion.State.READY);
            });
    assertThat(LOGGED.toString(StandardCharsets.UTF_8)).contains("\"event\":\"model_loaded\"");
  }

  @Test
  void aGrpcClientIsToldItsStandingInGrpcsOwnWords() {
    GRPCInferenceServiceBlockingStub nobody = client("");
    assertThat(nobody.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThatThrownBy(() -> metadata(nobody)).satisfies(is(Status.Code.UNAUTHENTICATED));
    assertThatThrownBy(() -> metadata(client("latentry_wrong")))
        .satisfies(is(Status.Code.UNAUTHENTICATED));
    GRPCInferenceServiceBlockingStub reader = client(KEYS.get(KeyRole.READ));
    assertThat(metadata(reader)).isEqualTo("golden");
    ModelInferRequest broken =
        ModelInferRequest.newBuilder()
            .setModelName("golden")
            .addRawInputContents(ByteString.EMPTY)
            .build();
    assertThatThrownBy(() -> reader.modelInfer(broken))
        .satisfies(is(Status.Code.PERMISSION_DENIED));
    GRPCInferenceServiceBlockingStub scorer = client(KEYS.get(KeyRole.SCORE));
    assertThatThrownBy(() -> scorer.modelInfer(broken)).satisfies(is(Status.Code.INVALID_ARGUMENT));
    RepositoryModelLoadRequest load =
        RepositoryModelLoadRequest.newBuilder().setModelName("golden").build();
    assertThatThrownBy(() -> scorer.repositoryModelLoad(load))
        .satisfies(is(Status.Code.PERMISSION_DENIED));
    assertThat(client(KEYS.get(KeyRole.ADMIN)).repositoryModelLoad(load)).isNotNull();
  }

  @Test
  void aCallOfTritonsThatIsNotOursIsUnimplementedInGrpcsOwnWords() {
    for (String call :
        new String[] {"SystemSharedMemoryStatus", "CudaSharedMemoryRegister", "TraceSetting"}) {
      AggregatedHttpResponse answer =
          WebClient.of("h2c://127.0.0.1:" + service.port())
              .execute(
                  RequestHeaders.builder(HttpMethod.POST, "/inference.GRPCInferenceService/" + call)
                      .add("content-type", "application/grpc")
                      .add("te", "trailers")
                      .add("x-api-key", KEYS.get(KeyRole.ADMIN))
                      .build(),
                  new byte[5])
              .aggregate()
              .join();
      assertThat(answer.status().code()).isEqualTo(200);
      assertThat(answer.headers().get("grpc-status"))
          .isEqualTo(Integer.toString(Status.Code.UNIMPLEMENTED.value()));
    }
  }

  @Test
  void logAndPageTellOfModelAndRowsWhicheverDoorARequestCameBy() throws Exception {
    Manifest manifest = goldenManifest();
    int columns = manifest.schema().numericCount();
    String numbers = String.join(",", Collections.nCopies(2 * columns, "1"));
    String categories =
        String.join(",", Collections.nCopies(2 * manifest.schema().categoricalCount(), "\"\""));
    String tensors =
        "{\"inputs\":[{\"name\":\"numeric\",\"datatype\":\"FP32\",\"shape\":[2,%d],\"data\":[%s]},{\"name\":\"categorical\",\"datatype\":\"BYTES\",\"shape\":[2,%d],\"data\":[%s]}]}"
            .formatted(columns, numbers, manifest.schema().categoricalCount(), categories);
    long judgedBefore = requestsThatThePageShows();
    assertThat(posted("/v2/models/golden/infer", tensors)).isEqualTo(200);
    assertThat(posted("/v1/models/golden/score", "{\"rows\":[{},{}]}")).isEqualTo(200);
    assertLogged("\"door\":\"oip_http\".*\"model\":\"golden\".*\"rows\":2");
    assertLogged("\"door\":\"api\".*\"model\":\"golden\".*\"rows\":2");
    assertThat(requestsThatThePageShows()).isEqualTo(judgedBefore + 2);
  }

  @Test
  void anAnomalyThatIsExplainedForThePageIsCountedAndLoggedOnce() throws Exception {
    int anomalies = 4;
    double countedBefore = sample("latentry_rows_total{model=\"golden\",verdict=\"anomaly\"}");
    double scoresBefore = sample("latentry_score_above_threshold_count{model=\"golden\"}");
    for (int i = 1; i <= anomalies; i++) {
      assertThat(posted("/v1/models/golden/score", ANOMALY, "once-" + i)).isEqualTo(200);
      // Explained: the row has been judged again.
      for (int look = 0; look < 500 && anomaliesThatThePageShows() < i; look++) {
        Thread.sleep(10);
      }
      assertThat(anomaliesThatThePageShows()).isEqualTo(i);
      assertLogged("\"request_id\":\"once-" + i + "\".*\"rows\":1,");
    }
    assertThat(sample("latentry_rows_total{model=\"golden\",verdict=\"anomaly\"}"))
        .isEqualTo(countedBefore + anomalies);
    assertThat(sample("latentry_score_above_threshold_count{model=\"golden\"}"))
        .isEqualTo(scoresBefore + anomalies);
  }

  @Test
  void noAnomalyIsKeptWhereNoneIsToBe() throws Exception {
    Path models = Files.createDirectories(folder.resolve("private"));
    Files.copy(RunningService.artifact(), models.resolve("golden.onnx"));
    try (Service silent =
        Service.start(
            ServerConfigReader.read(
                Optional.empty(),
                Map.of(),
                Map.of("models", models.toString(), "port", "0", "page.recent_anomalies", "0")),
            EventLog.SILENT)) {
      BlockingWebClient client = WebClient.of("http://127.0.0.1:" + silent.port()).blocking();
      RequestHeaders score =
          RequestHeaders.builder(HttpMethod.POST, "/v1/models/golden/score")
              .contentType(MediaType.JSON)
              .build();
      assertThat(client.execute(score, ANOMALY).contentUtf8()).contains("\"anomaly\"");
      assertThat(client.get("/v1/anomalies").contentUtf8())
          .isEqualTo("{\"recorded\":false,\"anomalies\":[]}");
    }
  }

  private static long requestsThatThePageShows() throws IOException {
    return new ObjectMapper()
        .readTree(shown("/v1/statistics"))
        .at("/models/golden/requests")
        .asLong(0);
  }

  private static int anomaliesThatThePageShows() throws IOException {
    return new ObjectMapper().readTree(shown("/v1/anomalies")).path("anomalies").size();
  }

  /** A figure of {@code /metrics}; 0 as long as there is none. */
  private static double sample(String name) {
    return shown("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  private static String shown(String path) {
    RequestHeaders headers =
        RequestHeaders.builder(HttpMethod.GET, path)
            .add("x-api-key", KEYS.get(KeyRole.SCORE))
            .build();
    return WebClient.of("http://127.0.0.1:" + service.port())
        .blocking()
        .execute(headers)
        .contentUtf8();
  }

  private static int posted(String path, String json) {
    return posted(path, json, "none");
  }

  private static int posted(String path, String json, String requestId) {
    RequestHeaders headers =
        RequestHeaders.builder(HttpMethod.POST, path)
            .contentType(MediaType.JSON)
            .add("x-request-id", requestId)
            .add("x-api-key", KEYS.get(KeyRole.SCORE))
            .build();
    return WebClient.of("http://127.0.0.1:" + service.port())
        .blocking()
        .execute(headers, json)
        .status()
        .code();
  }

  /** A line is written once the answer is on its way. */
  private static void assertLogged(String pattern) throws InterruptedException {
    Pattern line = Pattern.compile(pattern);
    for (int look = 0; look < 500 && !line.matcher(logged()).find(); look++) {
      Thread.sleep(10);
    }
    assertThat(logged()).containsPattern(line);
  }

  private static String logged() {
    return LOGGED.toString(StandardCharsets.UTF_8);
  }

  private static Manifest goldenManifest() {
    try (Scorer scorer = Scorer.open(folder.resolve("models").resolve("golden.onnx"))) {
      return scorer.manifest();
    }
  }

  @Test
  void everyDoorIsOpenToWhomItShouldBe() {
    Map<String, Integer> byNobody =
        Map.of(
            "/",
            200,
            "/docs",
            200,
            "/openapi.json",
            200,
            "/page/no-such-file",
            404,
            "/v2/health/live",
            200,
            "/v2/health/ready",
            200,
            "/v2",
            401,
            "/v1/models",
            401,
            "/metrics",
            401,
            "/v1/anomalies",
            401);
    byNobody.forEach((path, status) -> assertThat(status(path, "")).as(path).isEqualTo(status));
    String read = KEYS.get(KeyRole.READ);
    for (String path :
        new String[] {
          "/v2", "/v2/models/golden", "/v2/models/golden/ready", "/v2/models/golden/config",
          "/v2/models/golden/stats", "/v2/models/stats", "/v1/models", "/v1/models/golden",
          "/v1/models/golden/audit", "/v1/statistics", "/metrics"
        }) {
      assertThat(status(path, read)).as(path).isEqualTo(200);
    }
    assertThat(status("/v1/anomalies", read)).isEqualTo(403);
    assertThat(status("/v1/anomalies", KEYS.get(KeyRole.SCORE))).isEqualTo(200);
  }

  @Test
  void aBodyThatGrowsWhenItIsUnpackedIsTooLarge() throws IOException {
    byte[] spaces = new byte[50_000_000];
    Arrays.fill(spaces, (byte) ' ');
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(spaces);
    }
    assertThat(packed.size()).isLessThan(100_000);
    for (String path : new String[] {"/v2/models/golden/infer", "/v1/models/golden/score"}) {
      RequestHeaders headers =
          RequestHeaders.builder(HttpMethod.POST, path)
              .contentType(MediaType.JSON)
              .add("content-encoding", "gzip")
              .add("x-api-key", KEYS.get(KeyRole.SCORE))
              .build();
      assertThat(
              WebClient.of("http://127.0.0.1:" + service.port())
                  .execute(headers, packed.toByteArray())
                  .aggregate()
                  .join()
                  .status()
                  .code())
          .as(path)
          .isEqualTo(413);
    }
  }

  @Test
  void aGrpcMessageThatGrowsWhenItIsUnpackedIsTooLarge() {
    GRPCInferenceServiceBlockingStub scorer =
        client(KEYS.get(KeyRole.SCORE)).withCompression("gzip");
    ModelInferRequest bomb =
        ModelInferRequest.newBuilder()
            .setModelName("golden")
            .addRawInputContents(ByteString.copyFrom(new byte[50_000_000]))
            .build();
    assertThatThrownBy(() -> scorer.modelInfer(bomb)).satisfies(is(Status.Code.RESOURCE_EXHAUSTED));
  }

  private static int status(String path, String key) {
    return WebClient.of("http://127.0.0.1:" + service.port())
        .execute(
            RequestHeaders.builder(HttpMethod.GET, path)
                .add("authorization", "Bearer " + key)
                .build())
        .aggregate()
        .join()
        .status()
        .code();
  }

  private static String metadata(GRPCInferenceServiceBlockingStub stub) {
    return stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("golden").build())
        .getName();
  }

  private static Consumer<Throwable> is(Status.Code code) {
    return thrown ->
        assertThat(((StatusRuntimeException) thrown).getStatus().getCode()).isEqualTo(code);
  }

  private static GRPCInferenceServiceBlockingStub client(String key) {
    return GrpcClients.builder("gproto+http://127.0.0.1:" + service.port())
        .setHeader("authorization", "Bearer " + key)
        .build(GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub.class);
  }
}
