package io.latentry.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.server.RunningService;
import io.latentry.server.catalog.Artifacts;
import io.latentry.server.config.ServerConfig;
import io.latentry.server.maintenance.Maintenance;
import io.latentry.server.monitoring.Diary;
import io.latentry.server.monitoring.IncidentRecorder;
import io.latentry.server.monitoring.RecentAnomalies;
import io.latentry.server.monitoring.Recorder;
import io.latentry.server.monitoring.Segments;
import io.latentry.server.monitoring.ServingStatistics;
import io.latentry.server.monitoring.SlaWatch;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.notification.Delivery;
import io.latentry.server.notification.Destinations;
import io.latentry.server.notification.Notifications;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.series.SeriesMemory;
import io.latentry.server.serving.ModelVersion;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What {@code /openapi.json} says is true. */
final class OpenApiTest {

  /** Scores differ between machines by as much as probes may. */
  private static final double TOLERANCE = 1e-3;

  private static final JsonNode DOCUMENT = document();
  private static final Service READ_ONLY = withTwoVersions();

  @AfterAll
  static void close() {
    READ_ONLY.close();
  }

  /** The second, another file of the same model, as a candidate. */
  private static Service withTwoVersions() {
    Service service = new Service();
    try {
      Path file = Files.createTempFile("second-", ".onnx");
      Files.write(file, Artifacts.tagged(Files.readAllBytes(RunningService.artifact()), 2));
      ModelVersion second = service.host().add("pump", file, false, "ada");
      assertThat(second.role()).isEqualTo(ModelVersion.Role.CANDIDATE);
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return service;
  }

  /** What is said of an answer with status 200. */
  static JsonNode schemaOf(String path, String method) {
    JsonNode schema =
        DOCUMENT.at(
            "/paths/"
                + path.replace("/", "~1")
                + "/"
                + method
                + "/responses/200/content/application~1json/schema");
    assertThat(schema.isObject()).as(method + " " + path).isTrue();
    return schema;
  }

  private static JsonNode document() {
    try (Service service = new Service()) {
      Service.Answer answer = service.get("/openapi.json");
      assertThat(answer.type()).isEqualTo("application/json");
      return answer.json();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theDocumentIsValid() {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    SwaggerParseResult result =
        new OpenAPIV3Parser().readContents(DOCUMENT.toString(), List.of(), options);
    assertThat(result.getMessages()).isEmpty();
    assertThat(result.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");

    JsonNode broken = DOCUMENT.deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) broken.get("info")).remove("title");
    assertThat(
            new OpenAPIV3Parser().readContents(broken.toString(), List.of(), options).getMessages())
        .as("the validator finds faults")
        .isNotEmpty();
  }

  @Test
  void everyRouteIsInTheDocumentAndNoOther() {
    TreeSet<String> documented = new TreeSet<>();
    DOCUMENT
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    TreeSet<String> registered = new TreeSet<>();
    try (Service service = new Service()) {
      new ApiDoor(
              service.host(),
              new ServingStatistics(System::nanoTime),
              new RecentAnomalies(Clock.systemUTC(), 0),
              new Watch(
                  new Recorder(
                      Clock.systemUTC(), Duration.ofHours(1), Duration.ofDays(1), reason -> {}),
                  Clock.systemUTC(),
                  look -> {}),
              new Diary(
                  service.host(),
                  service.registry(),
                  new Recorder(
                      Clock.systemUTC(), Duration.ofHours(1), Duration.ofDays(1), reason -> {}),
                  new IncidentRecorder(
                      Clock.systemUTC(), Duration.ofHours(1), Duration.ofDays(1), reason -> {}),
                  RowRecorder.off(),
                  Segments.NONE,
                  Clock.systemUTC()),
              service.adapter(),
              RowRecorder.off(),
              service.retrainer(),
              Clock.systemUTC(),
              new SlaWatch(List.of(), Clock.systemUTC()),
              new Notifications(
                  Destinations.NONE,
                  new Delivery(
                      Destinations.NONE,
                      service.registry().outbox(),
                      Clock.systemUTC(),
                      event -> {}),
                  service.registry()),
              Maintenance.NONE,
              service.registry().audit(),
              ApiLimits.of(ServerConfig.DEFAULT),
              SeriesMemory.inMemory(Clock.systemUTC()))
          .endpoints()
          .forEach(e -> registered.add(e.method() + " " + e.path()));
    }
    assertThat(documented).isEqualTo(registered);
  }

  @Test
  void whateverTakesABodySaysWhatBecomesOfOneThatIsTooSlowOrTooLarge() {
    for (Map.Entry<String, JsonNode> path : DOCUMENT.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        assertThat(operation.getValue().get("responses").has("408"))
            .as(operation.getKey() + " " + path.getKey())
            .isEqualTo(operation.getValue().has("requestBody"));
        assertThat(operation.getValue().get("responses").has("413"))
            .as(operation.getKey() + " " + path.getKey())
            .isEqualTo(operation.getValue().has("requestBody"));
      }
    }
  }

  @Test
  void whateverChangesAModelSaysThatTheStoreMayNotLetIt() {
    for (Map.Entry<String, JsonNode> path : DOCUMENT.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        boolean changes = !operation.getKey().equals("get") && !isJudging(path.getKey());
        if (changes) {
          assertThat(operation.getValue().get("responses").has("503"))
              .as(operation.getKey() + " " + path.getKey())
              .isTrue();
          // A version that is added meets no state of a model that it could be against.
          assertThat(operation.getValue().get("responses").has("409"))
              .as(operation.getKey() + " " + path.getKey())
              .isEqualTo(!path.getKey().endsWith("/versions"));
        }
      }
    }
  }

  private static boolean isJudging(String path) {
    return path.endsWith("/score") || path.endsWith("/plot");
  }

  @TestFactory
  List<DynamicTest> everyExampleGetsTheAnswerThatStandsBesideIt() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : DOCUMENT.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        JsonNode responses = operation.getValue().get("responses");
        for (Map.Entry<String, JsonNode> response : responses.properties()) {
          for (Map.Entry<String, JsonNode> content :
              response.getValue().path("content").properties()) {
            for (Map.Entry<String, JsonNode> example :
                content.getValue().path("examples").properties()) {
              Example one =
                  new Example(
                      operation.getKey().toUpperCase(Locale.ROOT),
                      path.getKey(),
                      operation.getValue(),
                      example.getKey(),
                      Integer.parseInt(response.getKey()),
                      content.getKey(),
                      example.getValue().get("value"));
              tests.add(
                  DynamicTest.dynamicTest(
                      one.method() + " " + one.path() + " " + one.key(), one::check));
            }
          }
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(20);
    return tests;
  }

  @Test
  void answersThatChangeFromSecondToSecondFitTheirSchema() throws Exception {
    try (Service service = new Service()) {
      assertThat(service.post("/v1/models/pump/score", "text/csv", Service.rowsText()).status())
          .isEqualTo(200);
      for (String path :
          List.of(
              "/v1/statistics",
              "/v1/anomalies",
              "/v1/models/pump/drift",
              "/v1/models/pump/incidents",
              "/v1/models/pump/feedback",
              "/v1/models/pump/recorded",
              "/v1/models/pump/recorded/judged?where=a=1",
              "/v1/models/pump/ledger",
              "/v1/models/pump/ledger?at=2026-01-01",
              "/v1/models/pump/retraining")) {
        assertFits(
            service.get(path).json(),
            DOCUMENT.at(
                "/paths/"
                    + path.replaceAll("[?].*", "").replace("pump", "{name}").replace("/", "~1")
                    + "/get/responses/200/content/application~1json/schema"),
            path);
      }
    }
  }

  /** A documented request and the answer documented for it. */
  private record Example(
      String method,
      String path,
      JsonNode operation,
      String key,
      int status,
      String type,
      JsonNode answer) {

    void check() throws Exception {
      boolean changes = !method.equals("GET") && !isJudging(path);
      if (!changes) {
        check(READ_ONLY);
        return;
      }
      try (Service service = withTwoVersions()) {
        if (path.endsWith("/rollback")) {
          ModelVersion unused = service.host().promote("pump", 2, "ada");
        }
        if (path.endsWith("/load")) {
          service.host().unload("pump", "ada");
        }
        check(service);
      }
    }

    private void check(Service service) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
              service.uri(
                  path.replace("{name}", "pump")
                      .replace("{version}", "2")
                      .replace("{key}", "north/a")));
      JsonNode bodies = operation.path("requestBody").path("content");
      String bodyType = "";
      String body = "";
      for (Map.Entry<String, JsonNode> content : bodies.properties()) {
        JsonNode given = content.getValue().path("examples").path(key);
        if (!given.isMissingNode()) {
          bodyType = content.getKey();
          body =
              given.get("value").isTextual()
                  ? given.get("value").asText()
                  : given.get("value").toString();
        }
      }
      assertThat(bodies.isMissingNode() || !bodyType.isEmpty()).as("a request '%s'", key).isTrue();
      if (!bodyType.isEmpty()) {
        request.header("content-type", bodyType);
      }
      Service.Answer got =
          service.send(
              request.method(
                  method,
                  body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
      assertThat(got.status()).as(got.text()).isEqualTo(status);
      assertThat(got.type()).startsWith(type);
      if (!type.equals("application/json")) {
        assertThat(got.text()).isEqualTo(answer.asText());
        return;
      }
      assertClose(got.json(), answer, "");
      assertFits(
          got.json(),
          operation.at("/responses/" + status + "/content/application~1json/schema"),
          "");
    }
  }

  private static void assertClose(JsonNode got, JsonNode expected, String where) {
    assertThat(got.getNodeType()).as(where).isEqualTo(expected.getNodeType());
    if (got.isNumber()) {
      double size = Math.max(1, Math.abs(expected.asDouble()));
      assertThat(Math.abs(got.asDouble() - expected.asDouble()))
          .as(where)
          .isLessThanOrEqualTo(TOLERANCE * size);
    } else if (got.isObject()) {
      assertThat(got.fieldNames())
          .toIterable()
          .as(where)
          .containsExactlyElementsOf(expected::fieldNames);
      got.properties()
          .forEach(
              f -> assertClose(f.getValue(), expected.get(f.getKey()), where + "/" + f.getKey()));
    } else if (got.isArray()) {
      assertThat(got).as(where).hasSameSizeAs(expected);
      for (int i = 0; i < got.size(); i++) {
        assertClose(got.get(i), expected.get(i), where + "/" + i);
      }
    } else {
      assertThat(got).as(where).isEqualTo(expected);
    }
  }

  /** As much of JSON Schema as the document uses for answers. */
  static void assertFits(JsonNode got, JsonNode schema, String where) {
    assertThat(schema.isObject()).as("schema at %s", where).isTrue();
    if (schema.has("$ref")) {
      assertFits(got, DOCUMENT.at(schema.get("$ref").asText().substring(1)), where);
      return;
    }
    if (schema.has("oneOf")) {
      JsonNode chosen = got.isNull() ? schema.get("oneOf").get(1) : schema.get("oneOf").get(0);
      assertFits(got, chosen, where);
      return;
    }
    JsonNode types = schema.get("type");
    List<String> allowed = new ArrayList<>();
    if (types.isArray()) {
      types.forEach(t -> allowed.add(t.asText()));
    } else {
      allowed.add(types.asText());
    }
    String type =
        switch (got.getNodeType()) {
          case NUMBER ->
              got.isIntegralNumber() && !allowed.contains("number") ? "integer" : "number";
          case OBJECT -> "object";
          case ARRAY -> "array";
          case STRING -> "string";
          case BOOLEAN -> "boolean";
          default -> "null";
        };
    assertThat(allowed).as(where).contains(type);
    if (schema.has("enum")) {
      assertThat(schema.get("enum")).as(where).contains(got);
    }
    if (got.isArray()) {
      for (int i = 0; i < got.size(); i++) {
        assertFits(got.get(i), schema.get("items"), where + "/" + i);
      }
    }
    if (got.isObject()) {
      schema
          .path("required")
          .forEach(k -> assertThat(got.has(k.asText())).as(where + "/" + k).isTrue());
      got.properties()
          .forEach(
              field -> {
                JsonNode own = schema.path("properties").path(field.getKey());
                assertFits(
                    field.getValue(),
                    own.isMissingNode() ? schema.path("additionalProperties") : own,
                    where + "/" + field.getKey());
              });
    }
  }

  @Test
  void everyExampleOfARequestHasAnAnswer() {
    for (Map.Entry<String, JsonNode> path : DOCUMENT.get("paths").properties()) {
      for (JsonNode operation : path.getValue()) {
        TreeSet<String> asked = new TreeSet<>();
        operation
            .at("/requestBody/content")
            .forEach(c -> c.path("examples").fieldNames().forEachRemaining(asked::add));
        TreeSet<String> answered = new TreeSet<>();
        operation
            .get("responses")
            .forEach(
                r ->
                    r.path("content")
                        .forEach(
                            c -> c.path("examples").fieldNames().forEachRemaining(answered::add)));
        assertThat(answered).as(path.getKey()).containsAll(asked);
      }
    }
  }
}
