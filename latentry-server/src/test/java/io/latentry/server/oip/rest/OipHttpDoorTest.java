package io.latentry.server.oip.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.server.oip.OipService;
import io.latentry.server.oip.tensor.TensorsFromJudgements;
import io.latentry.server.serving.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol over HTTP, against the golden artifact. */
final class OipHttpDoorTest {
  private static final String INFER = "/v2/models/golden/infer";

  private static OipService service;

  @BeforeAll
  static void start() {
    service = new OipService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void scoresInJsonAreThoseOfTheLibraryToTheLastBit() {
    Rows rows = service.rows(200, 1);
    Judgements judged = service.judge(rows);
    for (ObjectNode body : List.of(RestBodies.json(rows), RestBodies.columns(rows))) {
      body.put("id", "a-7");

      JsonNode answer = ok(INFER, body);

      assertThat(answer.path("model_name").asText()).isEqualTo("golden");
      assertThat(answer.path("model_version").asText()).isEqualTo("1");
      assertThat(answer.path("id").asText()).isEqualTo("a-7");
      assertThat(names(answer)).isEqualTo(TensorsFromJudgements.USUAL);
      assertThat(judged.count(Verdict.UNSCORABLE)).isPositive();
      for (int row = 0; row < rows.count(); row++) {
        Verdict verdict = judged.verdict(row);
        assertThat(number(answer, "score", row)).isEqualTo(Float.valueOf(judged.score(row)));
        assertThat(number(answer, "reconstruction_term", row))
            .isEqualTo(Float.valueOf(judged.scores().values(Output.RECONSTRUCTION_TERM)[row]));
        assertThat(Double.valueOf(at(answer, "p_value", row).asDouble(Double.NaN)))
            .isEqualTo(Double.valueOf(judged.pValue(row)));
        assertThat(at(answer, "verdict", row).asText()).isEqualTo(verdict.word());
        assertThat(at(answer, "anomaly", row).asBoolean()).isEqualTo(verdict != Verdict.NORMAL);
        assertThat(at(answer, "reason", row).asText()).isEqualTo(judged.reason(row));
      }
    }
  }

  @Test
  void aClientThatWritesNamesInCapitalsAndTheVersionAsLatestIsAnsweredAsFlinksIs() {
    Rows rows = service.rows(20, 3);
    String written = "/v2/models/golden/versions/latest/infer";
    for (ObjectNode body : List.of(RestBodies.json(rows), RestBodies.columns(rows))) {
      JsonNode expected = ok(INFER, body);
      body.withArray("inputs")
          .forEach(
              input ->
                  ((ObjectNode) input)
                      .put("name", input.path("name").asText().toUpperCase(Locale.ROOT)));
      body.putArray("outputs").addObject().put("name", "SCORE");

      JsonNode answer = ok(written, body);

      assertThat(names(answer)).containsExactly("score");
      assertThat(answer.path("outputs").get(0)).isEqualTo(expected.path("outputs").get(0));
    }
    ObjectNode twice = RestBodies.columns(rows);
    ObjectNode copy = twice.path("inputs").get(0).deepCopy();
    copy.put("name", copy.path("name").asText().toUpperCase(Locale.ROOT));
    twice.withArray("inputs").add(copy);
    refused(post(written, RestBodies.bytes(twice), -1), 400, "twice");
  }

  @Test
  void scoresInBytesAreThoseOfTheLibraryToTheLastBit() {
    Rows rows = service.rows(2_000, 2);
    Judgements judged = service.judge(rows);
    RestBodies.Binary request = RestBodies.binary(rows);

    AggregatedHttpResponse response = post(INFER, request.body(), request.jsonLength());

    assertThat(response.status().code()).as(response.contentUtf8()).isEqualTo(200);
    int jsonLength = Integer.parseInt(response.headers().get(OipHttpDoor.JSON_LENGTH));
    byte[] body = response.content().array();
    JsonNode head = RestBodies.read(new String(body, 0, jsonLength, StandardCharsets.UTF_8));
    ByteBuffer binary =
        ByteBuffer.wrap(body, jsonLength, body.length - jsonLength).order(ByteOrder.LITTLE_ENDIAN);
    for (JsonNode output : head.path("outputs")) {
      int size = output.path("parameters").path("binary_data_size").asInt();
      ByteBuffer own = binary.slice(binary.position(), size).order(ByteOrder.LITTLE_ENDIAN);
      binary.position(binary.position() + size);
      assertThat(output.path("shape")).hasToString("[2000]");
      for (int row = 0; row < rows.count(); row++) {
        switch (output.path("name").asText()) {
          case "score" ->
              assertThat(Float.valueOf(own.getFloat())).isEqualTo(Float.valueOf(judged.score(row)));
          case "p_value" ->
              assertThat(Double.valueOf(own.getDouble()))
                  .isEqualTo(Double.valueOf(judged.pValue(row)));
          case "verdict" -> {
            byte[] word = new byte[own.getInt()];
            own.get(word);
            assertThat(new String(word, StandardCharsets.UTF_8))
                .isEqualTo(judged.verdict(row).word());
          }
          case "anomaly" ->
              assertThat(own.get() == 1).isEqualTo(judged.verdict(row) != Verdict.NORMAL);
          default -> own.position(own.limit());
        }
      }
      assertThat(own.remaining()).isZero();
    }
    assertThat(binary.remaining()).isZero();
  }

  @Test
  void outputsComeAsAskedForInOrderAndEachAsBytesOrJson() {
    Rows rows = service.rows(3, 3);
    ObjectNode body = RestBodies.json(rows);
    body.putObject("parameters").put("binary_data_output", true);
    ArrayNode outputs = body.putArray("outputs");
    outputs.addObject().put("name", "row").putObject("parameters").put("binary_data", false);
    outputs.addObject().put("name", "latent_mean");
    for (String name : List.of("contribution", "reconstruction", "reconstruction_categorical")) {
      outputs.addObject().put("name", name).putObject("parameters").put("binary_data", false);
    }

    AggregatedHttpResponse response = post(INFER, RestBodies.bytes(body), -1);

    assertThat(response.status().code()).as(response.contentUtf8()).isEqualTo(200);
    int jsonLength = Integer.parseInt(response.headers().get(OipHttpDoor.JSON_LENGTH));
    JsonNode answer = RestBodies.read(response.contentUtf8().substring(0, jsonLength));
    assertThat(names(answer))
        .containsExactly(
            "row", "latent_mean", "contribution", "reconstruction", "reconstruction_categorical");
    assertThat(output(answer, "row").path("data")).hasToString("[0,1,2]");
    assertThat(output(answer, "latent_mean").path("shape")).hasToString("[3,6]");
    assertThat(output(answer, "latent_mean").has("data")).isFalse();
    assertThat(output(answer, "contribution").path("shape")).hasToString("[3,8]");
    assertThat(output(answer, "reconstruction").path("data")).hasSize(21);
    Judgements judged =
        service.scorer.judge(
            rows, Set.of(Output.RECONSTRUCTION_CATEGORICAL, Output.RECONSTRUCTION));
    assertThat(output(answer, "reconstruction_categorical").path("data").get(0).asText())
        .isEqualTo(judged.scores().expectedCategories()[0]);
    ByteBuffer latent =
        ByteBuffer.wrap(response.content().array(), jsonLength, 3 * 6 * 4)
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(latent.getFloat())
        .isEqualTo(
            service
                .scorer
                .judge(rows, Set.of(Output.LATENT_MEAN))
                .scores()
                .values(Output.LATENT_MEAN)[0]);
  }

  @Test
  void whatMetadataPromisesIsWhatInferenceGives() {
    JsonNode model = get("/v2/models/golden");
    assertThat(model).isEqualTo(get("/v2/models/golden/versions/1"));
    assertThat(model.path("versions")).hasToString("[\"1\"]");
    assertThat(model.path("inputs").get(0))
        .hasToString("{\"name\":\"numeric\",\"datatype\":\"FP32\",\"shape\":[-1,7]}");
    assertThat(model.path("inputs").get(1))
        .hasToString("{\"name\":\"categorical\",\"datatype\":\"BYTES\",\"shape\":[-1,1]}");
    ObjectNode body = RestBodies.json(service.rows(5, 4));
    ArrayNode wanted = body.putArray("outputs");
    model.path("outputs").forEach(o -> wanted.addObject().set("name", o.path("name")));

    JsonNode answer = ok("/v2/models/golden/versions/1/infer", body);

    for (int i = 0; i < wanted.size(); i++) {
      JsonNode promised = model.path("outputs").get(i);
      JsonNode got = answer.path("outputs").get(i);
      assertThat(got.path("name")).isEqualTo(promised.path("name"));
      assertThat(got.path("datatype")).isEqualTo(promised.path("datatype"));
      int elements = 5;
      for (int d = 1; d < promised.path("shape").size(); d++) {
        elements *= promised.path("shape").get(d).asInt();
      }
      assertThat(got.path("data")).hasSize(elements);
    }
  }

  @Test
  void numbersAsTextAreToldWhatToSendInstead() {
    ObjectNode body = RestBodies.columns(service.rows(1, 5));
    ObjectNode number = (ObjectNode) body.path("inputs").get(0);
    number.put("datatype", "BYTES").putArray("data").add("9.5");
    refused(
        post(INFER, RestBodies.bytes(body), -1),
        400,
        "input 'a': BYTES, which is text (expected: numbers, as FP32, FP64, INT64, INT32 or BOOL:"
            + " truth values as 1 and 0, times as seconds since Monday 00:00 UTC, NaN for what is"
            + " missing)");
  }

  @Test
  void numbersOfOtherTypesAreConverted() {
    Rows rows = service.rows(1, 5);
    ObjectNode body = RestBodies.columns(rows);
    ObjectNode flag = (ObjectNode) body.path("inputs").get(5);
    flag.put("datatype", "BOOL").putArray("data").add(true);
    ObjectNode at = (ObjectNode) body.path("inputs").get(6);
    at.put("datatype", "INT64").putArray("data").add(86_400);
    at.putArray("shape").add(1).add(1);
    float[] numeric = rows.numeric().clone();
    numeric[5] = 1;
    numeric[6] = 86_400;

    JsonNode answer = ok(INFER, body);

    Rows same = Rows.of(rows.schema(), 1, numeric, rows.categorical());
    assertThat(number(answer, "score", 0)).isEqualTo(service.judge(same).score(0));
  }

  @Test
  void aMissingValueIsNullOrNaNHoweverTheClientWritesIt() {
    ObjectNode body = RestBodies.json(service.rows(1, 14));
    for (String missing : List.of("null", "NaN", "\"NaN\"")) {
      for (int at : new int[] {0, 4}) {
        ObjectNode sent = body.deepCopy();
        data(sent).set(at, sent.textNode("@"));
        String text = sent.toString().replace("\"@\"", missing);

        AggregatedHttpResponse response = post(INFER, text.getBytes(StandardCharsets.UTF_8), -1);

        assertThat(response.status().code()).as(response.contentUtf8()).isEqualTo(200);
        // The first column must not be missing, the fifth may be.
        assertThat(at(RestBodies.read(response.contentUtf8()), "reason", 0).asText())
            .isEqualTo(at == 0 ? "missing value: column 'a'" : "");
      }
    }
    ObjectNode category = RestBodies.json(service.rows(1, 14));
    ((ArrayNode) input(category, 1).get("data")).set(0, category.textNode("NaN"));
    assertThat(at(ok(INFER, category), "reason", 0).asText())
        .isEqualTo("missing value: column 'kind'");
  }

  @Test
  void aCategoryThatIsNoTextIsItsRowsFaultAlone() {
    Rows rows = service.rows(2, 12);
    ObjectNode body = RestBodies.json(rows);
    ObjectNode categorical = (ObjectNode) body.path("inputs").get(1);
    categorical.remove("data");
    byte[] texts = {1, 0, 0, 0, (byte) 0xFF, 3, 0, 0, 0, 'l', 'o', 'w'};
    categorical.putObject("parameters").put("binary_data_size", texts.length);
    RestBodies.Binary request = RestBodies.binary(body, texts);

    AggregatedHttpResponse response = post(INFER, request.body(), request.jsonLength());

    JsonNode answer = RestBodies.read(response.contentUtf8());
    assertThat(at(answer, "verdict", 0).asText()).isEqualTo("unscorable");
    assertThat(at(answer, "reason", 0).asText()).isEqualTo("not UTF-8: column 'kind'");
    assertThat(at(answer, "reason", 1).asText()).isEmpty();
  }

  @Test
  void compressedRequestsAreRead() throws IOException {
    Rows rows = service.rows(4, 6);
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(RestBodies.bytes(RestBodies.json(rows)));
    }

    AggregatedHttpResponse response =
        send(INFER, zipped.toByteArray(), h -> h.set(HttpHeaderNames.CONTENT_ENCODING, "gzip"));

    assertThat(number(RestBodies.read(response.contentUtf8()), "score", 0))
        .isEqualTo(Float.valueOf(service.judge(rows).score(0)));
  }

  @Test
  void aBrokenCompressedRequestIsRefused() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(RestBodies.bytes(RestBodies.json(service.rows(4, 6))));
    }
    byte[] broken = zipped.toByteArray();
    broken[broken.length - 20] ^= 0x55;
    for (String encoding : List.of("gzip", "deflate")) {
      refused(
          send(INFER, broken, h -> h.set(HttpHeaderNames.CONTENT_ENCODING, encoding)),
          400,
          "body: cannot be unpacked (expected: whole " + encoding + ")");
    }
  }

  @Test
  void anExpandingRequestIsCutOff() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      byte[] block = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        out.write(block);
      }
    }

    AggregatedHttpResponse response =
        send(INFER, zipped.toByteArray(), h -> h.set(HttpHeaderNames.CONTENT_ENCODING, "gzip"));

    refused(response, 413, "too large");
  }

  @Test
  void aRequestThatIsTooLargeIsTold() {
    // The server itself turns it away by its Content-Length, before any door sees it.
    assertThat(post(INFER, new byte[(32 << 20) + 1], -1).status().code()).isEqualTo(413);
  }

  @Test
  void otherMediaAreRefused() {
    byte[] body = RestBodies.bytes(RestBodies.json(service.rows(1, 7)));
    refused(send(INFER, body, h -> h.contentType(MediaType.CSV_UTF_8)), 415, "text/csv");
    refused(send(INFER, body, h -> h.contentType(MediaType.FORM_DATA)), 415, "Content-Type");
    refused(send(INFER, body, h -> h.set(HttpHeaderNames.CONTENT_ENCODING, "br")), 415, "'br'");
  }

  @Test
  void aHostThatIsBusyIsToldWithATimeToComeBack() {
    service.host.refuseNext(Refusal.BUSY, "too many rows wait");

    AggregatedHttpResponse response =
        post(INFER, RestBodies.bytes(RestBodies.json(service.rows(1, 8))), -1);

    refused(response, 429, "too many rows wait");
    assertThat(response.headers().get(HttpHeaderNames.RETRY_AFTER)).isEqualTo("1");
  }

  @Test
  void unknownModelsVersionsAndRoutesAreTold() {
    byte[] body = RestBodies.bytes(RestBodies.json(service.rows(1, 9)));
    refused(post("/v2/models/other/infer", body, -1), 404, "'other'");
    refused(post("/v2/models/golden/versions/9/infer", body, -1), 404, "version 9");
    refused(post("/v2/models/golden/versions/x/infer", body, -1), 400, "'x'");
    refused(service.http().get("/v2/models/other"), 404, "'other'");
    refused(service.http().get("/v2/models/other/ready"), 404, "'other'");
    refused(service.http().get("/v2/models/other/stats"), 404, "'other'");
    refused(service.http().get("/v2/systemsharedmemory/status"), 404, "no such route");
    refused(service.http().get(INFER), 404, "GET");
    refused(post("/v2/models/golden/metrics", body, -1), 404, "no such route");
  }

  @Test
  void healthAndServerMetadataAreThere() {
    assertThat(get("/v2/health/live")).hasToString("{\"live\":true}");
    assertThat(get("/v2/health/ready")).hasToString("{\"ready\":true}");
    assertThat(get("/v2/models/golden/versions/1/ready").path("ready").asBoolean()).isTrue();
    assertThat(get("/v2").path("name").asText()).isEqualTo("latentry");
    assertThat(get("/v2").path("extensions").toString()).contains("binary_tensor_data");
  }

  @Test
  void aCallersOwnLimitOfTimeIsNoFailureOfTheService() {
    ObjectNode body = RestBodies.json(service.rows(1, 10));
    body.putObject("parameters").put("timeout", 1);

    // A microsecond has passed before the first worker looks.
    refused(post(INFER, RestBodies.bytes(body), -1), 408, "that the caller gives them");
  }

  @Test
  void whoAsksForTheHeadersAloneGetsThemAsOfAGet() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (String path :
        List.of("/v2/health/live", "/v2/health/ready", "/v2/models/golden/ready", "/v2")) {
      assertThat(service.http().head(path).status().code()).as(path).isEqualTo(200);
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
      sockets.add(socket);
      String head = " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(("HEAD" + head).getBytes(StandardCharsets.US_ASCII));
    }
    // All have asked by now, since the server takes seconds to close a connection.
    for (Socket socket : sockets) {
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
      socket.close();
    }
  }

  @Test
  void aModelCanBeUnloadedAndLoadedAgain() throws InterruptedException {
    byte[] body = RestBodies.bytes(RestBodies.json(service.rows(1, 10)));
    ok("/v2/repository/models/golden/unload", RestBodies.JSON.createObjectNode());
    try {
      service.awaitUnloaded();
      refused(post(INFER, body, -1), 503, "unloaded");
      assertThat(service.http().get("/v2/models/golden/ready").status().code()).isEqualTo(503);
      assertThat(index("{}").get(0))
          .hasToString(
              "{\"name\":\"golden\",\"version\":\"1\",\"state\":\"UNAVAILABLE\",\"reason\":\"unloaded\"}");
      assertThat(index("{\"ready\":true}")).isEmpty();
    } finally {
      ok("/v2/repository/models/golden/load", RestBodies.JSON.createObjectNode());
    }
    assertThat(index("").get(0).path("state").asText()).isEqualTo("READY");
    assertThat(post(INFER, body, -1).status().code()).isEqualTo(200);
    assertThat(service.host.audit("golden").get(0).by()).isEqualTo("local");
    refused(
        post(
            "/v2/repository/models/golden/load",
            "{\"parameters\":{\"config\":\"{}\"}}".getBytes(StandardCharsets.UTF_8),
            -1),
        400,
        "parameters");
    refused(post("/v2/repository/models/other/load", new byte[0], -1), 404, "'other'");
    refused(post("/v2/repository/index", new byte[] {'['}, -1), 400, "JSON object");
  }

  @Test
  void statisticsCountRowsAndFailures() {
    JsonNode before = get("/v2/models/golden/stats").path("model_stats").get(0);
    ok(INFER, RestBodies.json(service.rows(7, 11)));
    post(INFER, "{\"inputs\":[]}".getBytes(StandardCharsets.UTF_8), -1);

    JsonNode after = get("/v2/models/stats").path("model_stats").get(0);

    assertThat(after.path("inference_count").asLong())
        .isEqualTo(before.path("inference_count").asLong() + 7);
    assertThat(count(after, "success")).isEqualTo(count(before, "success") + 1);
    assertThat(count(after, "fail")).isEqualTo(count(before, "fail") + 1);
    assertThat(after.path("inference_stats").path("compute_infer").path("ns").asLong())
        .isPositive();
    assertThat(get("/v2/models/golden/config").path("input").get(0))
        .hasToString("{\"name\":\"numeric\",\"data_type\":\"TYPE_FP32\",\"dims\":[-1,7]}");
  }

  static Stream<Arguments> wrongRequests() {
    List<Arguments> wrong = new ArrayList<>();
    wrong.add(raw("", "JSON object"));
    wrong.add(raw("[]", "JSON object"));
    wrong.add(raw("{\"inputs\":", "JSON"));
    wrong.add(raw("{\"inputs\":[]} x", "JSON"));
    wrong.add(raw("{}", "inputs: missing"));
    wrong.add(raw("{\"inputs\":{}}", "a list"));
    wrong.add(raw("{\"inputs\":[7]}", "an object"));
    wrong.add(raw("{\"inputs\":[],\"inputs\":[]}", "uplicate"));
    wrong.add(edited(b -> b.put("id", 7), "id: 7"));
    wrong.add(edited(b -> b.putArray("parameters"), "parameters: no object"));
    wrong.add(edited(b -> b.putObject("parameters").put("timeout", -1), "timeout"));
    wrong.add(edited(b -> b.putObject("parameters").put("timeout", "x"), "timeout"));
    wrong.add(edited(b -> b.putObject("parameters").put("binary_data_output", 1), "true or false"));
    wrong.add(edited(b -> b.putArray("inputs"), "input 'numeric': missing"));
    wrong.add(edited(b -> ((ArrayNode) b.get("inputs")).remove(1), "input 'categorical': missing"));
    wrong.add(edited(b -> input(b, 1).put("name", "kind"), "input 'numeric': unknown"));
    wrong.add(edited(b -> input(b, 0).put("name", "x"), "input 'x': unknown"));
    wrong.add(edited(b -> input(b, 1).put("name", "numeric"), "input 'numeric' twice"));
    wrong.add(edited(b -> input(b, 0).remove("name"), "inputs[0].name: missing"));
    wrong.add(edited(b -> input(b, 0).remove("datatype"), "inputs[0].datatype"));
    wrong.add(edited(b -> input(b, 0).put("datatype", "FP16"), "'FP16' (expected: BOOL, INT32"));
    wrong.add(edited(b -> input(b, 0).put("datatype", "BYTES"), "input 'numeric': data of kind"));
    wrong.add(edited(b -> input(b, 0).put("datatype", "INT64"), "a whole INT64"));
    wrong.add(edited(b -> input(b, 0).put("datatype", "BOOL"), "of kind TRUTH"));
    wrong.add(edited(b -> input(b, 0).remove("shape"), "inputs[0].shape: missing"));
    wrong.add(edited(b -> shape(b, 2, 8), "14 elements (expected: 16, as shape [2, 8]"));
    wrong.add(edited(b -> shape(b, 14, 1), "shape [14, 1] (expected: [rows, 7]"));
    wrong.add(edited(b -> shape(b, 14), "shape [14] (expected: [rows, 7]"));
    wrong.add(edited(b -> shape(b, 1, 2, 7), "shape [1, 2, 7]"));
    wrong.add(edited(b -> shape(b, -2, -7), "dimensions >= 0"));
    wrong.add(edited(b -> shape(b, 1L << 62, 1L << 62), "at most 2147483647 elements"));
    wrong.add(edited(b -> input(b, 0).putArray("shape").add(1.5), "whole number"));
    wrong.add(
        edited(
            b -> {
              shape(b, 0, 7);
              input(b, 0).putArray("data");
            },
            "at least 1 row"));
    wrong.add(
        edited(
            b -> {
              shape(b, 1, 7);
              for (int i = 0; i < 7; i++) {
                ((ArrayNode) input(b, 0).get("data")).remove(0);
              }
            },
            "input 'categorical': 2 rows (expected: 1"));
    wrong.add(edited(b -> input(b, 0).remove("data"), "inputs[0].data: missing"));
    wrong.add(edited(b -> input(b, 0).put("data", 7), "data is no list"));
    wrong.add(edited(b -> data(b).set(3, "x"), "TEXT as element 3"));
    wrong.add(edited(b -> data(b).set(3, b.objectNode()), "an object as element 3"));
    wrong.add(edited(b -> data(b).set(3, b.arrayNode().add(1)), "another depth"));
    wrong.add(
        edited(b -> input(b, 0).putObject("parameters").put("binary_data_size", 8), "one of"));
    wrong.add(
        edited(
            b -> {
              input(b, 0).remove("data");
              input(b, 0).putObject("parameters").put("binary_data_size", 56);
            },
            "the bytes left after the JSON"));
    wrong.add(edited(b -> b.putArray("outputs").addObject().put("name", "x"), "output 'x'"));
    wrong.add(
        edited(
            b -> {
              ArrayNode outputs = b.putArray("outputs");
              outputs.addObject().put("name", "score");
              outputs.addObject().put("name", "score");
            },
            "output 'score' twice"));
    return wrong.stream();
  }

  @ParameterizedTest
  @MethodSource("wrongRequests")
  void aWrongRequestIsToldWhatIsWrong(byte[] body, String message) {
    refused(post(INFER, body, -1), 400, message);
  }

  @Test
  void sharedMemoryAndClassificationAreNotPretended() {
    Consumer<ObjectNode> region =
        b -> input(b, 0).putObject("parameters").put("shared_memory_region", "x");
    refused(post(INFER, (byte[]) edited(region, "").get()[0], -1), 400, "shared_memory_region");
    Consumer<ObjectNode> classes =
        b ->
            b.putArray("outputs")
                .addObject()
                .put("name", "score")
                .putObject("parameters")
                .put("classification", 3);
    refused(post(INFER, (byte[]) edited(classes, "").get()[0], -1), 400, "classification");
  }

  @Test
  void bytesThatDoNotFitTheirTensorAreRefused() {
    Rows rows = service.rows(2, 13);
    RestBodies.Binary good = RestBodies.binary(rows);
    refused(post(INFER, good.body(), good.jsonLength() + 1), 400, "JSON");
    refused(post(INFER, good.body(), good.body().length + 1), 400, OipHttpDoor.JSON_LENGTH);
    refused(post(INFER, good.body(), -1), 400, "JSON");
    refused(send(INFER, good.body(), h -> h.set(OipHttpDoor.JSON_LENGTH, "x")), 400, "'x'");
    byte[] longer = Arrays.copyOf(good.body(), good.body().length + 3);
    refused(post(INFER, longer, good.jsonLength()), 400, "3 bytes after the inputs");
    byte[] shorter = Arrays.copyOf(good.body(), good.body().length - 3);
    refused(post(INFER, shorter, good.jsonLength()), 400, "binary_data_size");
    refusedTexts(new byte[] {9, 0, 0, 0, 'a', 0, 0, 0, 0}, "length 9 of element 0");
    refusedTexts(new byte[] {-1, -1, -1, -1, 0, 0, 0, 0}, "length 4294967295 of element 0");
    refusedTexts(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 1}, "1 bytes after the last element");
    refusedTexts(new byte[] {2, 0, 0, 0, 'a', 'b', 0, 0}, "no length of element 1");
    refusedTexts(new byte[] {0, 0, 0, 0}, "4 and more for each of 2");
    ObjectNode body = RestBodies.json(rows);
    input(body, 0).put("datatype", "BOOL").remove("data");
    input(body, 0).putObject("parameters").put("binary_data_size", 14);
    byte[] truths = new byte[14];
    truths[4] = 2;
    RestBodies.Binary request = RestBodies.binary(body, truths);
    refused(post(INFER, request.body(), request.jsonLength()), 400, "byte 2 as element 4");
  }

  private static void refusedTexts(byte[] texts, String message) {
    ObjectNode body = RestBodies.json(service.rows(2, 13));
    input(body, 1).remove("data");
    input(body, 1).putObject("parameters").put("binary_data_size", texts.length);
    RestBodies.Binary request = RestBodies.binary(body, texts);
    refused(post(INFER, request.body(), request.jsonLength()), 400, message);
  }

  private static Arguments raw(String body, String message) {
    return Arguments.of(body.getBytes(StandardCharsets.UTF_8), message);
  }

  private static Arguments edited(Consumer<ObjectNode> edit, String message) {
    ObjectNode body =
        (ObjectNode)
            RestBodies.read(
                "{\"inputs\":[{\"name\":\"numeric\",\"datatype\":\"FP32\",\"shape\":[2,7],\"data\":"
                    + "[1.5,0,0,0,0,1,86400,0,0,0,0,0,0,86400]},{\"name\":\"categorical\","
                    + "\"datatype\":\"BYTES\",\"shape\":[2,1],\"data\":[\"low\",\"\"]}]}");
    edit.accept(body);
    return Arguments.of(RestBodies.bytes(body), message);
  }

  private static ObjectNode input(ObjectNode body, int index) {
    return (ObjectNode) body.get("inputs").get(index);
  }

  private static ArrayNode data(ObjectNode body) {
    return (ArrayNode) input(body, 0).get("data");
  }

  private static void shape(ObjectNode body, long... dimensions) {
    ArrayNode shape = input(body, 0).putArray("shape");
    for (long dimension : dimensions) {
      shape.add(dimension);
    }
  }

  private static void refused(AggregatedHttpResponse response, int status, String message) {
    assertThat(response.status().code()).as(response.contentUtf8()).isEqualTo(status);
    assertThat(RestBodies.read(response.contentUtf8()).path("error").asText()).contains(message);
  }

  private static JsonNode get(String path) {
    AggregatedHttpResponse response = service.http().get(path);
    assertThat(response.status().code()).as(response.contentUtf8()).isEqualTo(200);
    return RestBodies.read(response.contentUtf8());
  }

  private static JsonNode ok(String path, ObjectNode body) {
    AggregatedHttpResponse response = post(path, RestBodies.bytes(body), -1);
    assertThat(response.status().code()).as(response.contentUtf8()).isEqualTo(200);
    return RestBodies.read(response.contentUtf8());
  }

  private static JsonNode index(String body) {
    AggregatedHttpResponse response =
        post("/v2/repository/index", body.getBytes(StandardCharsets.UTF_8), -1);
    assertThat(response.status().code()).as(response.contentUtf8()).isEqualTo(200);
    return RestBodies.read(response.contentUtf8());
  }

  /**
   * @param jsonLength negative for none
   */
  private static AggregatedHttpResponse post(String path, byte[] body, int jsonLength) {
    return send(
        path,
        body,
        headers -> {
          if (jsonLength >= 0) {
            headers.set(OipHttpDoor.JSON_LENGTH, Integer.toString(jsonLength));
          }
        });
  }

  private static AggregatedHttpResponse send(
      String path, byte[] body, Consumer<RequestHeadersBuilder> headers) {
    RequestHeadersBuilder all = RequestHeaders.builder(HttpMethod.POST, path);
    headers.accept(all);
    return service.http().execute(HttpRequest.of(all.build(), HttpData.wrap(body)));
  }

  private static List<String> names(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.path("outputs").forEach(output -> names.add(output.path("name").asText()));
    return names;
  }

  private static JsonNode output(JsonNode answer, String name) {
    for (JsonNode output : answer.path("outputs")) {
      if (output.path("name").asText().equals(name)) {
        return output;
      }
    }
    throw new AssertionError("no output '" + name + "' in " + answer);
  }

  private static JsonNode at(JsonNode answer, String name, int row) {
    return output(answer, name).path("data").get(row);
  }

  private static Float number(JsonNode answer, String name, int row) {
    JsonNode value = at(answer, name, row);
    return value.isNull() ? Float.NaN : Float.parseFloat(value.asText());
  }

  private static long count(JsonNode statistics, String kind) {
    return statistics.path("inference_stats").path(kind).path("count").asLong();
  }
}
