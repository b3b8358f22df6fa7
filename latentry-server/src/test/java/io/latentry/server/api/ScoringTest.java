package io.latentry.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.server.RunningService;
import io.latentry.server.serving.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verdicts over HTTP, in every form that rows come in. */
final class ScoringTest {
  private static final Service SERVICE = new Service();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCORE = "/v1/models/pump/score";
  private static final String ROW =
      "{\"a\": -2.6723, \"b\": -0.23989, \"c\": -2.97186, \"d\": -2.4032, \"e\": -5.58119,"
          + " \"flag\": false, \"at\": \"2024-03-09T06:44:18Z\", \"kind\": \"middle\"}";

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    SERVICE.close();
  }

  @Test
  void aTableIsAnsweredByteForByteAsTheCommandLineWould() throws Exception {
    for (int explain : List.of(0, 3)) {
      assertThat(SERVICE.post(SCORE + "?explain=" + explain, "text/csv", Service.rowsText()).text())
          .isEqualTo(scored(Service.rows(), explain, ".csv"));
      String lines = jsonLines();
      Path file = Files.writeString(folder.resolve("rows.jsonl"), lines);
      Service.Answer answer =
          SERVICE.post(SCORE + "?explain=" + explain, "application/x-ndjson", lines);
      assertThat(answer.text()).isEqualTo(scored(file, explain, ".jsonl"));
      assertThat(answer.type()).isEqualTo("application/x-ndjson");
    }
    String tabs = Service.rowsText().replace(',', '\t');
    // Between tabs a comma needs no quotes.
    assertThat(SERVICE.post(SCORE, "text/tab-separated-values", tabs).text().replace('\t', ','))
        .isEqualTo(scored(Service.rows(), 0, ".csv").replace("\"", ""));
  }

  @Test
  void jsonRowsAndColumnsGetTheSameScoresAsATable() throws Exception {
    List<String> expected = scored(Service.rows(), 0, ".csv").lines().skip(1).toList();
    StringBuilder rows = new StringBuilder();
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (String line : (Iterable<String>) jsonLines().lines()::iterator) {
      rows.append(rows.isEmpty() ? "" : ",").append(line);
      JSON.readTree(line)
          .properties()
          .forEach(
              cell ->
                  columns
                      .computeIfAbsent(cell.getKey(), k -> new ArrayList<>())
                      .add(cell.getValue().asText()));
    }
    for (String body :
        List.of(
            "{\"rows\": [" + rows + "], \"terms\": true}",
            "{\"terms\": true, \"columns\": " + JSON.writeValueAsString(columns) + "}")) {
      JsonNode judgements = SERVICE.json(SCORE, body).json().get("judgements");
      assertThat(judgements).hasSameSizeAs(expected);
      for (int i = 0; i < judgements.size(); i++) {
        JsonNode one = judgements.get(i);
        assertThat(
                "%s,%s,%s,%s,%s,%s,%s"
                    .formatted(
                        one.get("row"),
                        text(one.get("score")),
                        text(one.get("p_value")),
                        one.get("verdict").asText(),
                        one.get("reason").asText("").replaceFirst("^row 44", "line 46"),
                        text(one.get("reconstruction_term")),
                        text(one.get("latent_term"))))
            .isEqualTo(expected.get(i).replace("\"", ""));
      }
    }
  }

  private static String text(JsonNode number) {
    return number.isNull() ? "" : number.asText();
  }

  @Test
  void anAnswerExplainsAndReconstructsWhenAsked() throws Exception {
    String body =
        "{\"rows\": [" + ROW + ", {\"a\": \"abc\"}], \"explain\": 2, \"reconstruct\": true}";
    JsonNode answer = SERVICE.json(SCORE, body).json();
    JsonNode judged = answer.at("/judgements/0");
    assertThat(judged.get("features")).hasSize(2);
    assertThat(judged.at("/features/0").fieldNames())
        .toIterable()
        .containsExactly("name", "actual", "expected", "normal_range", "contribution", "share");
    assertThat(judged.get("reconstruction").fieldNames())
        .toIterable()
        .containsExactly("a", "b", "c", "d", "e", "flag", "at", "kind");
    assertThat(judged.at("/reconstruction/a").isNumber()).isTrue();
    assertThat(judged.at("/reconstruction/flag").isBoolean()).isTrue();
    assertThat(judged.at("/reconstruction/kind").asText()).isIn("middle", "high", "low");
    assertThat(judged.has("latent_term")).isFalse();

    JsonNode unscorable = answer.at("/judgements/1");
    assertThat(unscorable.get("verdict").asText()).isEqualTo("unscorable");
    assertThat(unscorable.get("reason").asText())
        .isEqualTo("row 1 column 'a': 'abc' (expected: a number)");
    assertThat(unscorable.get("score").isNull()).isTrue();
    assertThat(unscorable.get("features")).isEmpty();
    assertThat(unscorable.get("reconstruction").isNull()).isTrue();
  }

  @Test
  void optionsMayStandInTheQuery() throws Exception {
    String body = "{\"rows\": [" + ROW + "]}";
    JsonNode judged =
        SERVICE.json(SCORE + "?explain=1&terms=true&reconstruct", body).json().at("/judgements/0");
    assertThat(judged.get("features")).hasSize(1);
    assertThat(judged.has("latent_term")).isTrue();
    assertThat(judged.has("reconstruction")).isTrue();
  }

  @Test
  void aLackingKeyIsAMissingValueAndAnUnknownOneIsNamed() throws Exception {
    String body = "{\"rows\": [" + ROW.replace("\"e\": -5.58119,", "\"speed\": [1], ") + "]}";
    JsonNode answer = SERVICE.json(SCORE, body).json();
    assertThat(answer.at("/judgements/0/verdict").asText()).isNotEqualTo("unscorable");
    assertThat(answer.get("notices"))
        .extracting(JsonNode::asText)
        .containsExactly("unknown to the model and not used: 'speed'");
    JsonNode ofTable =
        SERVICE
            .send(
                HttpRequest.newBuilder(SERVICE.uri(SCORE))
                    .header("content-type", "text/csv")
                    .header("accept", "application/json")
                    .POST(BodyPublishers.ofString("a,speed,label\n1,2,ok\n")))
            .json();
    assertThat(ofTable.get("notices").get(0).asText())
        .startsWith("unknown to the model and not used: 'speed'");
    assertThat(ofTable.at("/judgements/0/reason").asText()).startsWith("missing column: 'b'");
  }

  @Test
  void unknownKeysOfJsonLinesAreNamedFromWhicheverLine() throws Exception {
    StringBuilder lines = new StringBuilder("{\"a\": 1, \"label\": \"ok\"}\n{\"speed\": 1}\n");
    for (int i = 0; i < 1_000; i++) {
      lines.append("{\"x").append(i).append("\": 1, \"kind\": \"low\"}\n");
    }
    JsonNode answer =
        SERVICE
            .send(
                HttpRequest.newBuilder(SERVICE.uri(SCORE))
                    .header("content-type", "application/x-ndjson")
                    .header("accept", "application/json")
                    .POST(BodyPublishers.ofString(lines.toString())))
            .json();
    assertThat(answer.get("judgements")).hasSize(1_002);
    assertThat(answer.get("notices")).hasSize(1);
    assertThat(answer.get("notices").get(0).asText())
        .startsWith("unknown to the model and not used: 'label', 'speed', 'x0', 'x1', ")
        .doesNotContain("'kind'", "'a'")
        .hasSizeLessThan(500);
  }

  @Test
  void whatAnAnswerLooksLikeIsAskedForByAccept() throws Exception {
    for (String type :
        List.of(
            "application/json", "text/csv", "text/tab-separated-values", "application/x-ndjson")) {
      Service.Answer answer =
          SERVICE.send(
              HttpRequest.newBuilder(SERVICE.uri(SCORE))
                  .header("content-type", "application/json")
                  .header("accept", type + ";q=0.9, image/png")
                  .POST(BodyPublishers.ofString("{\"rows\": [" + ROW + "]}")));
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.type()).startsWith(type);
    }
    Service.Answer refused =
        SERVICE.send(
            HttpRequest.newBuilder(SERVICE.uri(SCORE))
                .header("content-type", "application/json")
                .header("accept", "image/png")
                .POST(BodyPublishers.ofString("{\"rows\": [" + ROW + "]}")));
    assertThat(refused.status()).isEqualTo(406);
    assertThat(refused.message()).startsWith("accept: image/png (expected: one of");
  }

  @Test
  void bodiesMayBeGzipped() throws Exception {
    Map<String, String> bodies =
        Map.of("text/csv", Service.rowsText(), "application/json", "{\"rows\": [" + ROW + "]}");
    for (Map.Entry<String, String> body : bodies.entrySet()) {
      Service.Answer zipped =
          SERVICE.send(
              HttpRequest.newBuilder(SERVICE.uri(SCORE))
                  .header("content-type", body.getKey())
                  .header("content-encoding", "gzip")
                  .POST(BodyPublishers.ofByteArray(gzip(body.getValue()))));
      assertThat(zipped.status()).as(zipped.text()).isEqualTo(200);
      assertThat(zipped.text())
          .isEqualTo(SERVICE.post(SCORE, body.getKey(), body.getValue()).text());
    }
  }

  @Test
  void aBodyThatIsNoTableOrJsonIsRefusedWithThePlace() throws Exception {
    assertRefused(400, "broken JSON: line 2, column ", "{\"rows\":\n [{\"a\": 1,}]}");
    assertRefused(400, "broken JSON: line 1, column ", "{\"rows\": [{\"a\": NaN}]}");
    assertRefused(
        400, "line 1, column 22: 'a': twice (expected: once)", "{\"rows\": [{\"a\":1,\"a\":2}]}");
    assertRefused(400, "line 1, column 28: 'a': twice", "{\"columns\": {\"a\":[1],\"a\":[2]}}");
    assertRefused(
        400,
        "line 1, column 17: 'terms': twice",
        "{\"terms\": true, \"terms\": false, \"rows\": []}");
    assertRefused(
        400, "line 1, column 14: 'rows': twice", "{\"rows\": [], \"rows\": [{\"a\": 1}]}");
    assertRefused(400, "body: no JSON object", "[1]");
    assertRefused(400, "body: no JSON object", "");
    assertRefused(400, "body: neither rows nor columns", "{}");
    assertRefused(400, "line 1, column 25: rows, columns: both", "{\"rows\": [], \"columns\": {}}");
    assertRefused(400, "line 1, column 11: rows[0]: no object", "{\"rows\": [7]}");
    assertRefused(
        400,
        "line 1, column 33: columns.b: 1 values (expected: 2, as in 'a')",
        "{\"columns\": {\"a\": [1,2], \"b\": [1]}}");
    assertRefused(400, "'explian': unknown (expected: rows", "{\"rows\": [], \"explian\": 3}");
    String longText = "x".repeat((1 << 20) + 1);
    for (String column : List.of("a", "of no model")) {
      assertRefused(
          413,
          "String value length (1048577) exceeds the maximum allowed",
          "{\"rows\": [{\"%s\": \"%s\"}]}".formatted(column, longText));
    }
    assertRefused(400, "explain: 1001 (expected: 0 to 1000 columns)", "{\"explain\": 1001}");
    assertRefused(
        413,
        "Document nesting depth (17) exceeds the maximum allowed (16)",
        "{\"rows\":[{\"a\":" + "[".repeat(50));
    assertThat(SERVICE.json(SCORE + "?explian=3", "{\"rows\": []}").message())
        .isEqualTo(
            "query parameter 'explian': unknown (expected: explain, reconstruct, terms, heat_map)");
    assertThat(SERVICE.post(SCORE, "text/csv", "").message()).startsWith("body: empty");
    assertThat(SERVICE.post(SCORE, "text/csv", "a,b\n").message())
        .startsWith("body: a header and no row");
    assertThat(SERVICE.post(SCORE + "?reconstruct=true", "text/csv", "a,b\n1,2\n").message())
        .startsWith("reconstruct: in text/csv (expected: with accept: application/json");
    Service.Answer png = SERVICE.post(SCORE, "image/png", "x");
    assertThat(png.status()).isEqualTo(415);
    assertThat(png.message())
        .startsWith("content-type: image/png (expected: one of application/json");
  }

  private static void assertRefused(int status, String message, String body) throws Exception {
    Service.Answer answer = SERVICE.json(SCORE, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.message()).startsWith(message);
    assertThat(answer.json().at("/error/status").asInt()).isEqualTo(status);
  }

  @Test
  void noRowsAreNoFault() throws Exception {
    Service.Answer answer = SERVICE.json(SCORE, "{\"rows\": []}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().get("judgements")).isEmpty();
  }

  @Test
  void aBusyServiceSaysWhenToTryAgain() throws Exception {
    SERVICE.host().refuseNext(Refusal.BUSY, "1,000 rows wait (expected: at most 1,000)");
    Service.Answer answer = SERVICE.json(SCORE, "{\"rows\": [" + ROW + "]}");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.headers().firstValue("retry-after")).contains("1");
    assertThat(answer.message()).startsWith("1,000 rows wait");
  }

  @Test
  void aStreamWaitsWhileTheServiceIsBusy() throws Exception {
    SERVICE.host().refuseNext(Refusal.BUSY, "full");
    assertThat(SERVICE.post(SCORE, "text/csv", Service.rowsText()).text())
        .isEqualTo(scored(Service.rows(), 0, ".csv"));
  }

  @Test
  void anUnknownModelOrVersionIsNotFound() throws Exception {
    assertThat(SERVICE.json("/v1/models/none/score", "{\"rows\": []}").status()).isEqualTo(404);
    assertThat(SERVICE.json("/v1/models/pump/versions/9/score", "{\"rows\": []}").status())
        .isEqualTo(404);
    assertThat(SERVICE.post("/v1/models/none/score", "text/csv", "a\n1\n").status()).isEqualTo(404);
    assertThat(SERVICE.json("/v1/models/pump/versions/1/score", "{\"rows\": []}").status())
        .isEqualTo(200);
  }

  @Test
  void tooMuchJsonIsRefusedWhetherPackedOrNot() throws Exception {
    try (Service service =
        new Service("limits.request_bytes", "1024", "limits.rows_per_batch", "2")) {
      String large = "{\"rows\": []" + " ".repeat(1_024) + "}";
      assertThat(service.json(SCORE, large).status()).isEqualTo(413);
      // Without a length beforehand.
      assertThat(
              service
                  .send(
                      HttpRequest.newBuilder(service.uri(SCORE))
                          .header("content-type", "application/json")
                          .POST(
                              BodyPublishers.ofInputStream(
                                  () ->
                                      new ByteArrayInputStream(
                                          large.getBytes(StandardCharsets.UTF_8)))))
                  .status())
          .isEqualTo(413);
      assertThat(
              service
                  .send(
                      HttpRequest.newBuilder(service.uri(SCORE))
                          .header("content-type", "application/json")
                          .header("content-encoding", "gzip")
                          .POST(BodyPublishers.ofByteArray(gzip(large))))
                  .status())
          .isEqualTo(413);
      Service.Answer rows = service.json(SCORE, "{\"rows\": [{}, {}, {}]}");
      assertThat(rows.message())
          .isEqualTo("rows: more than 2 (expected: at most that many in one request)");
      assertThat(service.json(SCORE, "{\"rows\": [{}, {}]}").status()).isEqualTo(200);
    }
  }

  @Test
  void aLongTableStreamsThroughWithEveryRowAnswered() throws Exception {
    String text = Service.rowsText();
    int end = text.indexOf('\n') + 1;
    String header = text.substring(0, end);
    byte[] rows = text.substring(end).getBytes(StandardCharsets.UTF_8);
    long each = text.substring(end).lines().count();
    int times = 500;
    List<InputStream> parts = new ArrayList<>();
    parts.add(new ByteArrayInputStream(header.getBytes(StandardCharsets.UTF_8)));
    for (int i = 0; i < times; i++) {
      parts.add(new ByteArrayInputStream(rows));
    }
    Service.Answer answer =
        SERVICE.send(
            HttpRequest.newBuilder(SERVICE.uri(SCORE))
                .header("content-type", "text/csv")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new SequenceInputStream(Collections.enumeration(parts)))));
    List<String> lines = answer.text().lines().toList();
    assertThat(lines).hasSize((int) (each * times) + 1);
    assertThat(lines.get(lines.size() - 1)).startsWith((each * times - 1) + ",");
    assertThat(lines.get(1).substring(2))
        .isEqualTo(lines.get((int) each + 1).replaceFirst("^\\d+,", ""));
  }

  @Test
  void anAnswerThatBreaksOffDoesNotLookWhole() throws Exception {
    String text = Service.rowsText();
    int end = text.indexOf('\n') + 1;
    byte[] packed = gzip(text.substring(0, end) + text.substring(end).repeat(500));
    byte[] half = Arrays.copyOf(packed, packed.length - 20);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(SERVICE.uri(SCORE))
            .header("content-type", "text/csv")
            .header("content-encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(half));
    assertThatThrownBy(() -> SERVICE.send(request)).isInstanceOf(IOException.class);
    byte[] early = Arrays.copyOf(gzip(text), 200);
    Service.Answer answer = SERVICE.send(request.copy().POST(BodyPublishers.ofByteArray(early)));
    assertThat(answer.status()).isEqualTo(400);
    // It depends on when the rest of it came.
    assertThat(answer.message())
        .matches(
            "body: cannot be (unpacked: Unexpected end|read after line \\d+: the end is missing).*");
  }

  @Test
  void aBodyThatStopsHalfwayIsCutOff() throws Exception {
    try (Service service = new Service("limits.request_timeout_millis", "500")) {
      for (String type : List.of("application/json", "text/csv")) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
          socket.setSoTimeout(20_000);
          socket
              .getOutputStream()
              .write(
                  ("POST "
                          + SCORE
                          + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: "
                          + type
                          + "\r\ncontent-length: 100\r\n\r\n{\"rows\":")
                      .getBytes(StandardCharsets.US_ASCII));
          byte[] start = socket.getInputStream().readNBytes(12);
          assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 408");
        }
      }
    }
  }

  private static String jsonLines() throws IOException {
    List<String> lines = Service.rowsText().lines().toList();
    String[] names = lines.get(0).split(",", -1);
    StringBuilder json = new StringBuilder();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      Map<String, String> row = new LinkedHashMap<>();
      for (int j = 0; j < names.length; j++) {
        row.put(names[j], cells[j]);
      }
      json.append(JSON.writeValueAsString(row)).append('\n');
    }
    return json.toString();
  }

  /** What the command line writes. */
  private String scored(Path data, int explain, String suffix) throws IOException {
    Path out = folder.resolve("scored" + suffix);
    Object unused =
        new ScorePipeline(Progress.QUIET)
            .score(
                RunningService.artifact(),
                new ScoreRequest(
                    List.of(data.toString()),
                    StandardInput.streamed(InputStream.nullInputStream()),
                    ReadOptions.DEFAULTS,
                    explain,
                    List.of(),
                    1),
                columns -> TableSink.open(out, columns));
    return Files.readString(out);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
