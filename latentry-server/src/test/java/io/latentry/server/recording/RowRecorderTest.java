package io.latentry.server.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.server.RunningService;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RecordedHour;
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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows and scores on disk, from rows that are sent to what is handed out. */
final class RowRecorderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path folder;

  private static RunningService service(String... flags) {
    return new RunningService("pump", CLOCK, flags);
  }

  private HttpResponse<byte[]> send(RunningService service, String method, String path, byte[] body)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + service.port() + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    return client.send(
        request
            .header(
                "content-type", path.equals("/v1/maintenance") ? "application/json" : "text/csv")
            .header("accept", "application/json")
            .method(method, BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private JsonNode json(RunningService service, String method, String path, byte[] body)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = send(service, method, path, body);
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static byte[] table() throws IOException {
    return Files.readAllBytes(RunningService.table());
  }

  /** The rows that are handed out, by a query. */
  private List<String> recorded(RunningService service, String select)
      throws IOException, InterruptedException, SQLException {
    HttpResponse<byte[]> answer =
        send(service, "GET", "/v1/models/pump/recorded/rows", new byte[0]);
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    Path file = Files.write(folder.resolve("recorded.parquet"), answer.body());
    List<String> found = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(select.replace("recorded", "read_parquet('" + file + "')"))) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private byte[] csv(Path parquet) throws SQLException, IOException {
    Path csv = folder.resolve("recorded.csv");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      int rows =
          statement.executeUpdate(
              "COPY (SELECT * FROM read_parquet('%s')) TO '%s' (FORMAT csv)"
                  .formatted(parquet, csv));
      assertThat(rows).isPositive();
    }
    return Files.readAllBytes(csv);
  }

  @Test
  void aRecordedRowHasTheVerdictItHadAndWouldHaveAgain() throws Exception {
    try (RunningService service = service("recording.keep", "rows")) {
      JsonNode told = json(service, "POST", "/v1/models/pump/score", table()).get("judgements");
      List<String> scores = recorded(service, "SELECT latentry_score FROM recorded");
      assertThat(scores).hasSize(told.size());
      JsonNode again =
          json(service, "POST", "/v1/models/pump/score", csv(folder.resolve("recorded.parquet")))
              .get("judgements");
      int judged = 0;
      for (int row = 0; row < told.size(); row++) {
        JsonNode one = told.get(row);
        if (one.get("verdict").asText().equals("unscorable")) {
          assertThat(scores.get(row)).isNull();
        } else {
          judged++;
          assertThat((float) Double.parseDouble(scores.get(row)))
              .isEqualTo((float) one.get("score").asDouble());
          assertThat(again.get(row).get("score")).isEqualTo(one.get("score"));
        }
      }
      assertThat(judged).isGreaterThan(40);
      assertThat(recorded(service, "SELECT DISTINCT latentry_at FROM recorded"))
          .containsExactly("2026-01-01 12:00:00.0");
      assertThat(
              recorded(service, "SELECT count(*) FROM recorded WHERE latentry_verdict = 'anomaly'"))
          .isNotEqualTo(List.of("0"));
    }
  }

  @Test
  void aWindowOverASegmentSetsAsideItsRowsAndNoOthers() throws Exception {
    try (RunningService service = service("recording.keep", "rows", "watch.segments", "kind")) {
      byte[] window =
          "{\"name\": \"rig\", \"models\": [\"pump\"], \"where\": \"kind=high\", \"from\": \"2026-01-01T00:00\", \"to\": \"2026-01-02T00:00\"}"
              .getBytes(StandardCharsets.UTF_8);
      JsonNode set = json(service, "POST", "/v1/maintenance", window);
      assertThat(set.get("where").asText()).isEqualTo("kind=high");
      JsonNode unused = json(service, "POST", "/v1/models/pump/score", table());
      assertThat(
              recorded(
                  service,
                  "SELECT DISTINCT kind FROM recorded WHERE latentry_maintenance AND"
                      + " latentry_verdict <> 'unscorable'"))
          .containsExactly("high");
      assertThat(
              recorded(
                  service,
                  "SELECT count(*) FROM recorded WHERE kind = 'high' AND NOT"
                      + " latentry_maintenance"))
          .containsExactly("0");
      JsonNode look = json(service, "GET", "/v1/models/pump/drift", new byte[0]);
      Recorded counts = service.registry().recorded();
      assertThat(counts.setAside("pump", 1, 0)).isEmpty();
      assertThat(counts.setAsideOfSegments("pump", 1, 0))
          .extracting(RecordedHour::segment)
          .containsExactly("kind=high");
      long aside =
          counts.setAsideOfSegments("pump", 1, 0).stream().mapToLong(RecordedHour::judged).sum();
      long all = counts.counts("pump", 1, 0).stream().mapToLong(RecordedHour::judged).sum();
      assertThat(aside).isPositive();
      assertThat(List.of(String.valueOf(all + aside)))
          .isEqualTo(
              recorded(
                  service, "SELECT count(*) FROM recorded WHERE latentry_verdict <> 'unscorable'"));
      assertThat(look.get("segments"))
          .noneMatch(segment -> segment.get("segment").asText().equals("kind=high"));
    }
  }

  @Test
  void scoresAloneHoldNoRow() throws Exception {
    try (RunningService service = service("recording.keep", "scores")) {
      JsonNode unused = json(service, "POST", "/v1/models/pump/score", table());
      assertThat(recorded(service, "SELECT column_name FROM (DESCRIBE SELECT * FROM recorded)"))
          .allMatch(name -> name.startsWith("latentry_"))
          .contains("latentry_score");
    }
  }

  @Test
  void aShareOfTheRowsIsRecordedAsTheyWereToldAndAllAreCounted() throws Exception {
    try (RunningService service =
        service("recording.keep", "rows", "recording.rows.share", "0.25")) {
      int all = 0;
      Set<String> told = new HashSet<>();
      for (int request = 0; request < 20; request++) {
        JsonNode judged = json(service, "POST", "/v1/models/pump/score", table()).get("judgements");
        all += judged.size();
        judged.forEach(one -> told.add(one.get("verdict").asText() + " " + score(one)));
      }
      List<String> recorded =
          recorded(
              service,
              "SELECT latentry_verdict || ' ' || coalesce(CAST(CAST(latentry_score AS FLOAT) AS"
                  + " VARCHAR), '') FROM recorded");
      double deviation = Math.sqrt(all * 0.25 * 0.75);
      assertThat((double) recorded.size()).isCloseTo(all * 0.25, within(5 * deviation));
      assertThat(told).containsAll(recorded.stream().map(RowRecorderTest::asFloat).toList());
      assertThat(json(service, "GET", "/v1/models/pump/recorded", new byte[0]).get("share"))
          .isEqualTo(JSON.readTree("0.25"));
      JsonNode look = json(service, "GET", "/v1/models/pump/drift", new byte[0]);
      assertThat(look.get("missed_rows").asLong()).isZero();
      long counted =
          service.registry().recorded().counts("pump", 1, 0).stream()
              .mapToLong(hour -> hour.judged() + hour.unscorable())
              .sum();
      assertThat(counted).isEqualTo(all);
    }
  }

  @Test
  void ofASecondsRowsThoseBeyondTheMostAreStoodForByOthers() throws Exception {
    try (RunningService service =
        service("recording.keep", "rows", "recording.rows.most_per_second", "8")) {
      int all = 0;
      for (int request = 0; request < 60; request++) {
        all += json(service, "POST", "/v1/models/pump/score", table()).get("judgements").size();
      }
      List<String> weights =
          recorded(service, "SELECT CAST(latentry_weight AS VARCHAR) FROM recorded");
      assertThat(weights.size()).isLessThan(all);
      assertThat(weights).anyMatch(weight -> Double.parseDouble(weight) > 1);
      JsonNode listed = json(service, "GET", "/v1/models/pump/recorded", new byte[0]);
      assertThat(listed.get("most_per_second").asInt()).isEqualTo(8);
      // They are no loss: what is missing is what found no room.
      assertThat(listed.get("missed_rows").asLong()).isZero();
    }
  }

  private static String score(JsonNode judged) {
    return judged.path("score").isNumber()
        ? Float.toString((float) judged.get("score").asDouble())
        : "";
  }

  /** A verdict and a score, as Java writes a float. */
  private static String asFloat(String recorded) {
    int space = recorded.indexOf(' ');
    String score = recorded.substring(space + 1);
    return recorded.substring(0, space + 1)
        + (score.isEmpty() ? "" : Float.toString(Float.parseFloat(score)));
  }

  @Test
  void personalColumnsAreLeftOutOrHavePseudonymsAndAPersonsRowsCanBeDeleted() throws Exception {
    try (RunningService service =
        service(
            "recording.keep",
            "rows",
            "recording.rows.leave_out",
            "a,flag",
            "recording.rows.hash",
            "kind")) {
      JsonNode told = json(service, "POST", "/v1/models/pump/score", table());
      long all = told.get("judgements").size();
      assertThat(recorded(service, "SELECT column_name FROM (DESCRIBE SELECT * FROM recorded)"))
          .doesNotContain("a", "flag")
          .contains("b", "kind");
      assertThat(recorded(service, "SELECT DISTINCT kind FROM recorded WHERE kind IS NOT NULL"))
          .allMatch(kind -> kind.matches("[0-9a-f]{32}"))
          .hasSizeGreaterThan(1);

      JsonNode deleted =
          json(service, "DELETE", "/v1/models/pump/recorded?where=kind%3Dmiddle", new byte[0]);
      long gone = deleted.get("deleted").asLong();
      assertThat(gone).isBetween(1L, all - 1);
      assertThat(recorded(service, "SELECT count(*) FROM recorded"))
          .containsExactly(Long.toString(all - gone));
      assertThat(
              json(service, "DELETE", "/v1/models/pump/recorded?where=kind%3Dmiddle", new byte[0])
                  .get("deleted")
                  .asLong())
          .isZero();
      assertThat(service.host().audit("pump"))
          .anyMatch(
              entry ->
                  entry.action().equals("delete_recorded")
                      && entry.detail().contains("kind")
                      && !entry.detail().contains("middle"));
    }
  }

  @Test
  void whatIsAskedWronglyIsTold() throws Exception {
    try (RunningService service = service("recording.keep", "rows")) {
      for (String path :
          List.of(
              "recorded/rows?from=yesterday",
              "recorded/rows?from=2026-01-02&to=2026-01-01",
              "recorded/rows?since=1")) {
        assertThat(send(service, "GET", "/v1/models/pump/" + path, new byte[0]).statusCode())
            .as(path)
            .isEqualTo(400);
      }
      assertThat(send(service, "GET", "/v1/models/pump/recorded/rows", new byte[0]).statusCode())
          .isEqualTo(404);
      assertThat(
              send(service, "DELETE", "/v1/models/pump/recorded?where=kind", new byte[0])
                  .statusCode())
          .isEqualTo(400);
      assertThat(
              send(service, "DELETE", "/v1/models/other/recorded?where=a%3D1", new byte[0])
                  .statusCode())
          .isEqualTo(404);
    }
  }
}
