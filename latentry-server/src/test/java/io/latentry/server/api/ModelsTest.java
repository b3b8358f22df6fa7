package io.latentry.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.server.RunningService;
import io.latentry.server.catalog.Artifacts;
import io.latentry.server.series.SeriesMemory;
import io.latentry.server.serving.ForwardingHost;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ThresholdMove;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything but verdicts. */
final class ModelsTest {
  private final Service service = new Service();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void aModelTellsItsColumnsThresholdAndCard() throws Exception {
    JsonNode list = service.get("/v1/models").json();
    assertThat(list.at("/models/0/name").asText()).isEqualTo("pump");
    assertThat(list.at("/models/0/champion").asInt()).isEqualTo(1);
    assertThat(list.at("/models/0/versions/0/state").asText()).isEqualTo("ready");

    JsonNode model = service.get("/v1/models/pump").json();
    JsonNode number = model.at("/schema/columns/4");
    assertThat(number.get("name").asText()).isEqualTo("e");
    assertThat(number.get("range")).hasSize(2);
    assertThat(number.get("categories").isNull()).isTrue();
    assertThat(number.get("expected").asText()).isEqualTo("a number, or nothing");
    assertThat(number.get("normal_range").asText()).contains(" to ");
    JsonNode category = model.at("/schema/columns/7");
    assertThat(category.get("type").asText()).isEqualTo("categorical");
    assertThat(category.get("categories")).hasSize(3);
    assertThat(category.get("unseen").asText()).isEqualTo("other");
    assertThat(model.at("/threshold/rule").asText()).isEqualTo("quantile");
    assertThat(model.at("/threshold/false_alarm_rate_upper_bound").isNumber()).isTrue();
    assertThat(model.at("/card/training_rows").asInt()).isPositive();
    assertThat(model.at("/card/created").asText()).startsWith("2026-01-01T");
    assertThat(model.at("/card/limits")).isNotEmpty();
    assertThat(service.get("/v1/models/pump/versions/1").json()).isEqualTo(model);
  }

  @Test
  void whatCanBeLookedAtCanBeAskedForItsHeadersAlone() throws Exception {
    for (String path : List.of("/v1/models", "/v1/models/pump", "/v1/models/pump/audit")) {
      assertThat(head(path).status()).as(path).isEqualTo(200);
      assertThat(head(path).text()).isEmpty();
    }
    assertThat(head("/v1/models/none").status()).isEqualTo(404);
    assertThat(head("/v1/models/pump/score").status()).isEqualTo(405);
  }

  private Service.Answer head(String path) throws Exception {
    return service.send(
        HttpRequest.newBuilder(service.uri(path)).method("HEAD", BodyPublishers.noBody()));
  }

  @Test
  void aModelThatIsNotLoadedStillSaysWhatItIs() throws Exception {
    JsonNode unloaded = post("/v1/models/pump/unload").json();
    assertThat(unloaded.at("/versions/0/state").asText()).isEqualTo("unloaded");
    JsonNode model = service.get("/v1/models/pump").json();
    assertThat(model.get("state").asText()).isEqualTo("unloaded");
    assertThat(model.get("schema").isNull()).isTrue();
    Service.Answer refused = service.json("/v1/models/pump/score", "{\"rows\": []}");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.json().at("/error/fix").asText()).contains("/load");
    assertThat(post("/v1/models/pump/load").json().at("/versions/0/state").asText())
        .isEqualTo("ready");
  }

  @Test
  void aThresholdIsTriedMovedAndTakenBack() throws Exception {
    double before = service.get("/v1/models/pump").json().at("/threshold/score").asDouble();
    JsonNode tried =
        service
            .patch("/v1/models/pump/threshold", "{\"false_alarm_rate\": 0.05, \"what_if\": true}")
            .json();
    assertThat(tried.get("moved").asBoolean()).isFalse();
    assertThat(tried.at("/before/threshold/score").asDouble()).isEqualTo(before);
    assertThat(tried.at("/after/calibration_alarms").asInt())
        .isBetween(10, (int) (0.05 * tried.at("/after/threshold/calibration_rows").asInt()));
    assertThat(service.get("/v1/models/pump").json().at("/threshold/score").asDouble())
        .isEqualTo(before);

    JsonNode moved = service.patch("/v1/models/pump/threshold", "{\"score\": -1000}").json();
    assertThat(moved.get("moved").asBoolean()).isTrue();
    assertThat(moved.at("/after/threshold/rule").asText()).isEqualTo("manual");
    assertThat(moved.at("/after/calibration_alarms").asInt())
        .isEqualTo(moved.at("/after/threshold/calibration_rows").asInt());
    JsonNode model = service.get("/v1/models/pump").json();
    assertThat(model.get("threshold_history").get(0).get("score").asDouble()).isEqualTo(before);

    JsonNode undone = service.patch("/v1/models/pump/threshold", "{\"undo\": true}").json();
    assertThat(undone.at("/after/threshold/score").asDouble()).isEqualTo(before);
    assertThat(service.patch("/v1/models/pump/threshold", "{\"undo\": true}").status())
        .isEqualTo(409);
    assertThat(service.get("/v1/models/pump/audit").json().get("audit"))
        .extracting(entry -> entry.get("action").asText())
        .containsExactly("undo_threshold", "threshold", "promote", "add");
  }

  @Test
  void aMoveTellsOfTheModelThatItMovedThoughAnotherWasPromotedMeanwhile(@TempDir Path folder)
      throws Exception {
    RunningService promoting =
        new RunningService(
            "pump",
            Service.CLOCK,
            (config, operations, clock) ->
                List.of(
                    new ApiDoor(
                        new Promoting(operations.host()),
                        operations.statistics(),
                        operations.anomalies(),
                        operations.watch(),
                        operations.diary(),
                        operations.adapter(),
                        operations.rows(),
                        operations.retrainer(),
                        Service.CLOCK,
                        operations.sla(),
                        operations.notifications(),
                        operations.maintenance(),
                        operations.audit(),
                        ApiLimits.of(config),
                        SeriesMemory.inMemory(Service.CLOCK))));
    try (Service raced = new Service(promoting)) {
      Path file = Files.write(folder.resolve("second.onnx"), Artifacts.fitted(1));
      Threshold ofSecond = raced.host().add("pump", file, false, "ada").threshold().orElseThrow();
      JsonNode moved = raced.patch("/v1/models/pump/threshold", "{\"score\": -1000}").json();
      assertThat(moved.get("version").asInt()).isEqualTo(2);
      assertThat(moved.at("/before/threshold/score").asDouble()).isEqualTo(ofSecond.score());
      assertThat(moved.at("/after/calibration_alarms").asInt())
          .isEqualTo(ofSecond.calibrationRows());
    }
  }

  /** Somebody else's promotion gets its turn just before every move of a threshold. */
  private static final class Promoting extends ForwardingHost {
    Promoting(ModelHost host) {
      super(host);
    }

    @Override
    public ThresholdMove moveThreshold(String name, Function<Manifest, Threshold> next, String by) {
      ModelVersion unused = promote(name, 2, "bob");
      return super.moveThreshold(name, next, by);
    }
  }

  @Test
  void aThresholdThatIsNoneIsRefused() throws Exception {
    for (String body :
        List.of(
            "{}",
            "[]",
            "{\"score\": \"high\"}",
            "{\"score\": 1e999}",
            "{\"score\": 1e39}",
            "{\"score\": -1e308}",
            "{\"score\": 1, \"undo\": true}",
            "{\"undo\": true, \"what_if\": true}",
            "{\"undo\": false}",
            "{\"scores\": 1}",
            "{\"false_alarm_rate\": 0}",
            "{\"false_alarm_rate\": 2}",
            "{\"false_alarm_rate\": 0.00001}",
            "{\"score\": 1.2} garbage",
            "{\"score\": 1} {\"undo\": true}",
            "{\"score\": 1,}")) {
      Service.Answer answer = service.patch("/v1/models/pump/threshold", body);
      assertThat(answer.status()).as(body + answer.text()).isEqualTo(400);
      assertThat(answer.message()).matches("(?s).*\\(expected: .*|broken JSON: line 1, column.*");
    }
    assertThat(service.patch("/v1/models/none/threshold", "{\"score\": 1}").status())
        .isEqualTo(404);
    assertThat(service.patch("/v1/models/pump/threshold?what_if=true", "{\"score\": 1}").message())
        .startsWith("query parameter 'what_if': unknown");
    assertThat(threshold("text/plain", "identity", "{\"score\": 1}").status()).isEqualTo(415);
    assertThat(threshold("application/;;=", "identity", "{\"score\": 1}").status()).isEqualTo(415);
    assertThat(threshold("application/json", "br", "{\"score\": 1}").status()).isEqualTo(415);
    assertThat(threshold("application/json", "gzip", "{\"score\": 1}").status()).isEqualTo(400);
    assertThat(service.get("/v1/models/pump").json().at("/threshold/rule").asText())
        .as("as fitted")
        .isEqualTo("quantile");
  }

  @Test
  void aThresholdThatCannotBePromisedIsToldByTheKeysOfTheApi() throws Exception {
    assertThat(service.patch("/v1/models/pump/threshold", "{\"false_alarm_rate\": 2}").message())
        .isEqualTo("false_alarm_rate: 2.0 (expected: above 0 and below 1)");
    assertThat(
            service.patch("/v1/models/pump/threshold", "{\"false_alarm_rate\": 0.00001}").message())
        .startsWith("calibration_rows: ")
        .contains("for false_alarm_rate 0.00001")
        .doesNotContain("normalScores");
  }

  @Test
  void aPackedThresholdIsUnpackedAsRowsAre() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("{\"score\": 3, \"what_if\": true}".getBytes(StandardCharsets.UTF_8));
    }
    Service.Answer answer = threshold("application/json", "gzip", packed.toByteArray());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().at("/after/threshold/score").asDouble()).isEqualTo(3);
  }

  private Service.Answer threshold(String type, String encoding, String body) throws Exception {
    return threshold(type, encoding, body.getBytes(StandardCharsets.UTF_8));
  }

  private Service.Answer threshold(String type, String encoding, byte[] body) throws Exception {
    return service.send(
        HttpRequest.newBuilder(service.uri("/v1/models/pump/threshold"))
            .header("content-type", type)
            .header("content-encoding", encoding)
            .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  @Test
  void aVersionIsUploadedPromotedAndRolledBack() throws Exception {
    byte[] artifact = Files.readAllBytes(RunningService.artifact());
    Service.Answer second = upload("/v1/models/pump/versions", Artifacts.tagged(artifact, 2));
    assertThat(second.status()).as(second.text()).isEqualTo(201);
    assertThat(second.json().get("version").asInt()).isEqualTo(2);
    assertThat(second.json().get("role").asText()).isEqualTo("candidate");
    assertThat(post("/v1/models/pump/versions/2/promote").json().get("role").asText())
        .isEqualTo("champion");
    assertThat(service.get("/v1/models/pump").json().get("version").asInt()).isEqualTo(2);
    assertThat(post("/v1/models/pump/rollback").json().get("version").asInt()).isEqualTo(1);
    assertThat(post("/v1/models/pump/rollback").status()).isEqualTo(409);
    Service.Answer third =
        upload("/v1/models/pump/versions?promote=true", Artifacts.tagged(artifact, 3));
    assertThat(third.json().get("role").asText()).isEqualTo("champion");

    Service.Answer broken = upload("/v1/models/pump/versions", new byte[] {1, 2, 3});
    assertThat(broken.status()).isEqualTo(400);
    assertThat(post("/v1/models/pump/versions/9/promote").status()).isEqualTo(404);
    Service.Answer untyped = service.post("/v1/models/pump/versions", "application/json", "{}");
    assertThat(untyped.status()).isEqualTo(415);
  }

  @Test
  void anArtifactThatIsTooLargeIsRefused() throws Exception {
    try (Service small = new Service("limits.artifact_bytes", "1024")) {
      Service.Answer answer =
          small.send(
              HttpRequest.newBuilder(small.uri("/v1/models/pump/versions"))
                  .version(HttpClient.Version.HTTP_1_1)
                  .header("content-type", "application/octet-stream")
                  .POST(BodyPublishers.ofByteArray(new byte[2_000])));
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.message()).isEqualTo("body: too large (expected: at most 1024 bytes)");
    }
  }

  @Test
  void whatIsNotThereSaysSoInJson() throws Exception {
    assertThat(service.get("/v1/nothing").status()).isEqualTo(404);
    assertThat(service.get("/v1/nothing").message()).startsWith("/v1/nothing: unknown");
    Service.Answer method = service.get("/v1/models/pump/score");
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.headers().firstValue("allow")).contains("POST");
    assertThat(service.get("/v1/models/none").json().at("/error/fix").asText())
        .contains("/v1/models");
    assertThat(service.get("/v1/models/pump/versions/one").status()).isEqualTo(404);
  }

  @Test
  void aLongUploadForAModelThatIsNotThereIsToldSo() throws Exception {
    // Of HTTP/2 the JDK's client reads no answer before it has sent everything.
    Service.Answer answer =
        service.send(
            HttpRequest.newBuilder(service.uri("/v1/models/none/score"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("content-type", "text/csv")
                .POST(BodyPublishers.ofInputStream(() -> zeros(10_000_000))));
    assertThat(answer.status()).isEqualTo(404);
  }

  private static InputStream zeros(int bytes) {
    return new ByteArrayInputStream(new byte[bytes]);
  }

  @Test
  void statisticsCountVerdictsAndAnomaliesAreExplained() throws Exception {
    Service.Answer scored = service.post("/v1/models/pump/score", "text/csv", Service.rowsText());
    long anomalies = scored.text().lines().filter(l -> l.contains(",anomaly,")).count();
    JsonNode statistics = service.get("/v1/statistics").json();
    assertThat(statistics.at("/models/pump/anomaly").asLong()).isEqualTo(anomalies);
    assertThat(statistics.at("/models/pump/unscorable").asLong()).isEqualTo(4);

    JsonNode recent = service.get("/v1/anomalies").json();
    for (int i = 0; i < 100 && recent.get("anomalies").isEmpty(); i++) {
      Thread.sleep(50);
      recent = service.get("/v1/anomalies").json();
    }
    assertThat(recent.get("recorded").asBoolean()).isTrue();
    assertThat(recent.at("/anomalies/0/features")).hasSize(3);
    assertThat(recent.at("/anomalies/0/at").asText()).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(recent.at("/anomalies/0/score").asDouble())
        .isGreaterThan(recent.at("/anomalies/0/threshold").asDouble());
  }

  @Test
  void anomaliesAreNotKeptWhenNobodyWantsThem() throws Exception {
    try (Service discreet = new Service("page.recent_anomalies", "0")) {
      assertThat(discreet.post("/v1/models/pump/score", "text/csv", Service.rowsText()).status())
          .isEqualTo(200);
      assertThat(discreet.get("/v1/anomalies").json().get("recorded").asBoolean()).isFalse();
    }
  }

  private Service.Answer post(String path) throws Exception {
    return service.send(HttpRequest.newBuilder(service.uri(path)).POST(BodyPublishers.noBody()));
  }

  private Service.Answer upload(String path, byte[] artifact) throws Exception {
    return service.send(
        HttpRequest.newBuilder(service.uri(path))
            .header("content-type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(artifact)));
  }
}
