package io.latentry.server.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.Incident;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RecordCursor;
import io.latentry.server.RunningService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people say of alarms, what that speaks for, and that the replay is what comes of it. */
final class FeedbackReplayTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
  private static final String INCIDENTS = "/v1/models/pump/incidents";
  private static final String THRESHOLD = "/v1/models/pump/threshold";

  private static final String RECORDED = "/v1/models/pump/recorded/rows";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  private static RunningService service() {
    return new RunningService("pump", CLOCK, "recording.keep", "rows");
  }

  private JsonNode send(RunningService service, String method, String path, String body)
      throws IOException, InterruptedException {
    return send(service, method, path, "application/json", body, 200);
  }

  private JsonNode send(
      RunningService service, String method, String path, String type, String body, int status)
      throws IOException, InterruptedException {
    var answer =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .header("content-type", type)
                .header("accept", "application/json")
                .method(
                    method,
                    body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  /** The verdicts on the rows of the table, which has ten anomalies. */
  private List<String> verdicts(RunningService service) throws Exception {
    List<String> verdicts = new ArrayList<>();
    send(
            service,
            "POST",
            "/v1/models/pump/score",
            "text/csv",
            Files.readString(RunningService.table()),
            200)
        .get("judgements")
        .forEach(row -> verdicts.add(row.get("verdict").asText()));
    return verdicts;
  }

  private static long anomalies(List<String> verdicts) {
    return verdicts.stream().filter("anomaly"::equals).count();
  }

  private JsonNode feedback(RunningService service) throws Exception {
    return send(service, "GET", "/v1/models/pump/feedback", "");
  }

  /** Incidents by their highest score, ascending. */
  private NavigableMap<Double, JsonNode> incidents(RunningService service) throws Exception {
    NavigableMap<Double, JsonNode> incidents = new TreeMap<>();
    for (JsonNode incident : send(service, "GET", INCIDENTS, "").get("incidents")) {
      incidents.put(incident.get("peak").asDouble(), incident);
    }
    return incidents;
  }

  private void say(RunningService service, JsonNode incident, String word) throws Exception {
    JsonNode said =
        send(
            service,
            "PATCH",
            INCIDENTS + "/" + incident.get("id").asText(),
            "{\"feedback\": \"" + word + "\"}");
    assertThat(said.get("feedback").asText()).isEqualTo(word);
  }

  @Test
  void whatIsProposedDoesToTheSameRowsWhatTheReplaySaidAndIsTakenBackByOneCall() throws Exception {
    try (RunningService service = service()) {
      List<String> before = verdicts(service);
      NavigableMap<Double, JsonNode> incidents = incidents(service);
      say(service, incidents.lastEntry().getValue(), "confirmed");
      for (Map.Entry<Double, JsonNode> other : incidents.headMap(incidents.lastKey()).entrySet()) {
        say(service, other.getValue(), "false_alarm");
      }
      JsonNode said = feedback(service);
      assertThat(said.get("of_rows").asBoolean()).isTrue();
      assertThat(said.get("proposals"))
          .extracting(proposal -> proposal.get("kind").asText())
          .containsExactly("threshold", "segment", "suppress");
      JsonNode proposal = said.get("proposals").get(0);
      assertThat(proposal.get("alarms").asLong()).isEqualTo(anomalies(before));
      assertThat(proposal.get("false_alarms").asLong()).isLessThan(anomalies(before));
      assertThat(proposal.get("false_left").asLong())
          .isLessThan(proposal.get("false_alarms").asLong());
      assertThat(proposal.get("confirmed").asInt()).isEqualTo(1);
      assertThat(proposal.get("confirmed_lost").asInt()).isZero();

      JsonNode moved = send(service, "PATCH", THRESHOLD, proposal.get("change").toString());
      assertThat(moved.get("moved").asBoolean()).isTrue();
      List<String> after = verdicts(service);
      assertThat(anomalies(after))
          .as(proposal.get("words").asText())
          .isEqualTo(proposal.get("alarms_left").asLong());
      for (int row = 0; row < before.size(); row++) {
        if (!before.get(row).equals("anomaly")) {
          assertThat(after.get(row)).isEqualTo(before.get(row));
        }
      }
      JsonNode undone = send(service, "PATCH", THRESHOLD, "{\"undo\": true}");
      assertThat(undone.at("/after/threshold/origin").asText()).isEqualTo("fit");
      assertThat(verdicts(service)).isEqualTo(before);
    }
  }

  @Test
  void everyKindOfProposalIsReplayedToTheRow() throws Exception {
    for (int kind = 0; kind < 3; kind++) {
      try (RunningService service = service()) {
        List<String> before = verdicts(service);
        NavigableMap<Double, JsonNode> incidents = incidents(service);
        say(service, incidents.lastEntry().getValue(), "confirmed");
        say(service, incidents.firstEntry().getValue(), "false_alarm");
        JsonNode proposal = feedback(service).get("proposals").get(kind);
        assertThat(proposal.get("alarms").asLong()).isEqualTo(anomalies(before));
        JsonNode unused = send(service, "PATCH", THRESHOLD, proposal.get("change").toString());
        assertThat(anomalies(verdicts(service)))
            .as(proposal.toString())
            .isEqualTo(proposal.get("alarms_left").asLong())
            .isLessThan(anomalies(before));
      }
    }
  }

  @Test
  void aSingleAlarmCanBeCalledWhatItWas() throws Exception {
    try (RunningService service = service()) {
      List<String> unused = verdicts(service);
      JsonNode lowest = incidents(service).firstEntry().getValue();
      String path = INCIDENTS + "/" + lowest.get("id").asText();
      JsonNode alarm = send(service, "GET", path, "").at("/examples/0");
      assertThat(alarm.get("feedback").isNull()).isTrue();
      String body =
          "{\"feedback\": \"false_alarm\", \"note\": \"cleaning\", \"alarm\": {\"at\": %s,"
              + " \"score\": %s}}";
      JsonNode said =
          send(service, "PATCH", path, body.formatted(alarm.get("at"), alarm.get("score")));
      assertThat(said.get("feedback").isNull()).as("of the incident").isTrue();
      assertThat(said.at("/examples/0/feedback").asText()).isEqualTo("false_alarm");
      assertThat(said.at("/examples/0/note").asText()).isEqualTo("cleaning");
      JsonNode feedback = feedback(service);
      assertThat(feedback.get("false_alarm").asInt()).isEqualTo(1);
      assertThat(feedback.at("/proposals/0/false_alarms").asInt()).isEqualTo(1);
      assertThat(feedback.at("/proposals/0/false_left").asInt()).isZero();
      assertThat(send(service, "GET", "/v1/models/pump/audit", "").toString())
          .contains("false_alarm on the alarm of 2026-01-01T12:00:00Z");

      JsonNode none =
          send(service, "PATCH", path, "application/json", body.formatted(alarm.get("at"), 7), 404);
      assertThat(none.toString()).contains("one of the examples");
    }
  }

  @Test
  void allIncidentsOfASignatureAreCalledTheSameAtOnce() throws Exception {
    try (RunningService service = service()) {
      List<String> unused = verdicts(service);
      String signature = incidents(service).firstEntry().getValue().get("signature").asText();
      JsonNode group =
          send(
              service,
              "PATCH",
              INCIDENTS,
              "{\"signature\": \"%s\", \"feedback\": \"known_event\"}".formatted(signature));
      assertThat(group.get("incidents")).hasSize(1);
      assertThat(feedback(service).get("known_event").asInt()).isEqualTo(1);
      JsonNode none =
          send(
              service,
              "PATCH",
              INCIDENTS,
              "application/json",
              "{\"signature\": \"none\", \"feedback\": \"confirmed\"}",
              404);
      assertThat(none.toString()).contains("of an incident of the last 14 days");
    }
  }

  @Test
  void recordedRowsAreHandedOutWithWhatWasSaidOfThem() throws Exception {
    try (RunningService service = service()) {
      List<String> verdicts = verdicts(service);
      NavigableMap<Double, JsonNode> incidents = incidents(service);
      JsonNode confirmed = incidents.lastEntry().getValue();
      JsonNode normal = incidents.firstEntry().getValue();
      say(service, confirmed, "confirmed");
      say(service, normal, "false_alarm");
      List<List<String>> rows = recordedRows(service, "?feedback=true");
      assertThat(rows).hasSize(verdicts.size());
      for (int row = 0; row < rows.size(); row++) {
        assertThat(rows.get(row).get(0)).as("row %d", row).isEqualTo(verdicts.get(row));
        if (!verdicts.get(row).equals("anomaly")) {
          assertThat(rows.get(row).subList(1, 3)).containsExactly("", "");
        }
      }
      assertThat(said(rows, "confirmed", confirmed))
          .isEqualTo(confirmed.get("alarms").asLong())
          .isPositive();
      assertThat(said(rows, "false-alarm", normal)).isEqualTo(normal.get("alarms").asLong());
      assertThat(recordedRows(service, "")).hasSize(rows.size()).allMatch(row -> row.size() == 2);
      JsonNode refused = send(service, "GET", RECORDED + "?feedback=maybe", "text/csv", "", 400);
      assertThat(refused.toString()).contains("feedback: 'maybe' (expected: true or false)");
    }
  }

  @Test
  void whereSegmentsAreWatchedIncidentsAndWhatIsSaidOfThemAreOfOneSegment() throws Exception {
    try (RunningService service =
        new RunningService(
            "pump", CLOCK, "recording.keep", "rows", "watch.segments", "pump: kind")) {
      List<String> verdicts = verdicts(service);
      JsonNode all = send(service, "GET", INCIDENTS, "").get("incidents");
      assertThat(all)
          .extracting(incident -> incident.get("segment").asText())
          .allMatch(segment -> segment.startsWith("kind="));
      assertThat(all)
          .extracting(incident -> incident.get("signature") + " " + incident.get("segment"))
          .doesNotHaveDuplicates();
      long alarms = 0;
      for (JsonNode incident : all) {
        alarms += incident.get("alarms").asLong();
      }
      assertThat(alarms).isEqualTo(anomalies(verdicts));

      JsonNode one = all.get(0);
      String group = "{\"signature\": %s, \"segment\": \"%s\", \"feedback\": \"confirmed\"}";
      JsonNode none =
          send(
              service,
              "PATCH",
              INCIDENTS,
              "application/json",
              group.formatted(one.get("signature"), "kind=none"),
              404);
      assertThat(none.toString()).contains("segment 'kind=none'");
      JsonNode said =
          send(
              service,
              "PATCH",
              INCIDENTS,
              group.formatted(one.get("signature"), one.get("segment").asText()));
      assertThat(said.get("incidents"))
          .extracting(incident -> incident.get("id").asText())
          .containsExactly(one.get("id").asText());
      List<List<String>> rows = recordedRows(service, "?feedback=true");
      assertThat(rows.stream().filter(row -> row.get(1).equals("confirmed")).count())
          .isEqualTo(one.get("alarms").asLong());
      assertThat(rows.stream().filter(row -> row.get(1).equals("confirmed")))
          .allMatch(row -> ("kind=" + row.get(3)).equals(one.get("segment").asText()));
      assertThat(feedback(service).get("confirmed").asInt()).isEqualTo(1);
    }
  }

  private static long said(List<List<String>> rows, String word, JsonNode incident) {
    return rows.stream()
        .filter(row -> row.get(1).equals(word))
        .filter(row -> row.get(2).equals(incident.get("signature").asText()))
        .count();
  }

  /** Verdict, word, signature and kind of each row; verdict and kind without words. */
  private List<List<String>> recordedRows(RunningService service, String query) throws Exception {
    Path file = folder.resolve("recorded" + query.length() + ".parquet");
    var answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + service.port() + RECORDED + query))
                .build(),
            BodyHandlers.ofFile(file));
    assertThat(answer.statusCode()).isEqualTo(200);
    List<List<String>> rows = new ArrayList<>();
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
        RecordCursor cursor = source.files().get(0).open(Optional.empty())) {
      List<Integer> places =
          Stream.of("latentry_verdict", "latentry_feedback", "latentry_signature", "kind")
              .map(cursor.columns()::indexOf)
              .filter(place -> place >= 0)
              .toList();
      while (cursor.next()) {
        rows.add(
            places.stream()
                .map(place -> cursor.isMissing(place) ? "" : cursor.text(place))
                .toList());
      }
    }
    return rows;
  }

  @Test
  void rowsThatAreNotRecordedWholeSayWhyNothingCanBeSaidOfThem() throws Exception {
    try (RunningService service = new RunningService("pump", CLOCK)) {
      assertThat(send(service, "GET", RECORDED + "?feedback=true", "text/csv", "", 409).toString())
          .contains("feedback: of model 'pump': its rows are not recorded")
          .contains("recording.keep: rows");
    }
    try (RunningService service =
        new RunningService(
            "pump", CLOCK, "recording.keep", "rows", "recording.rows.hash", "kind")) {
      List<String> unused = verdicts(service);
      assertThat(send(service, "GET", RECORDED + "?feedback=true", "text/csv", "", 409).toString())
          .contains("its columns [kind] are left out or hashed");
    }
  }

  @Test
  void whereNoRowsAreRecordedCountsAloneAreReplayed() throws Exception {
    try (RunningService service = new RunningService("pump", CLOCK)) {
      List<String> unused = verdicts(service);
      say(service, incidents(service).firstEntry().getValue(), "false_alarm");
      JsonNode said = feedback(service);
      assertThat(said.get("of_rows").asBoolean()).isFalse();
      assertThat(said.get("proposals")).isEmpty();
    }
    try (RunningService service =
        new RunningService(
            "pump", CLOCK, "recording.keep", "rows", "recording.rows.leave_out", "kind")) {
      List<String> unused = verdicts(service);
      say(service, incidents(service).firstEntry().getValue(), "false_alarm");
      assertThat(feedback(service).get("of_rows").asBoolean()).isFalse();
    }
    try (RunningService service =
        new RunningService(
            "pump", CLOCK, "recording.keep", "rows", "recording.rows.share", "0.9")) {
      List<String> unused = verdicts(service);
      say(service, incidents(service).firstEntry().getValue(), "false_alarm");
      assertThat(feedback(service).get("of_rows").asBoolean()).isFalse();
    }
    try (RunningService service =
        new RunningService(
            "pump", CLOCK, "recording.keep", "rows", "recording.rows.most_per_second", "1")) {
      // The first rows are what may come at once; some of the others are chosen.
      for (int time = 0; time < 8; time++) {
        List<String> unused = verdicts(service);
      }
      say(service, incidents(service).firstEntry().getValue(), "false_alarm");
      assertThat(feedback(service).get("of_rows").asBoolean()).isFalse();
    }
  }

  /** An incident that somebody confirmed, whose rows are not recorded. */
  private static void confirmUnseen(RunningService service, Incident like, int bin) {
    long[] scores = new long[like.scores().length];
    scores[bin] = 1;
    service
        .registry()
        .incidents()
        .put(
            "pump",
            1,
            List.of(
                new Incident(
                    "unseen",
                    "of another signature",
                    "",
                    like.state(),
                    like.firstSeen(),
                    like.lastSeen(),
                    1,
                    like.peak(),
                    0,
                    scores,
                    List.of())));
    assertThat(
            service
                .registry()
                .incidents()
                .say("pump", "unseen", FeedbackWord.CONFIRMED, "", "somebody"))
        .isPresent();
  }

  @Test
  void nothingIsProposedThatMayHideWhatWasConfirmedOfRowsThatAreNotRecorded() throws Exception {
    try (RunningService service = service()) {
      List<String> unused = verdicts(service);
      say(service, incidents(service).firstEntry().getValue(), "false_alarm");
      assertThat(feedback(service).get("proposals")).hasSize(3);
      Incident seen = service.registry().incidents().latest("pump", 1).get(0).incident();
      confirmUnseen(service, seen, seen.scores().length - 1);
      assertThat(feedback(service).get("proposals"))
          .extracting(proposal -> proposal.get("kind").asText())
          .containsExactly("threshold");
      confirmUnseen(service, seen, 0);
      assertThat(feedback(service).get("proposals")).isEmpty();
    }
  }

  @Test
  void aGroupHasEveryIncidentOfItsSignatureHoweverManyOthersCameSince() throws Exception {
    try (RunningService service = service()) {
      List<String> unused = verdicts(service);
      JsonNode first = incidents(service).firstEntry().getValue();
      Incident like = service.registry().incidents().latest("pump", 1).get(0).incident();
      List<Incident> others =
          IntStream.range(0, 201)
              .mapToObj(
                  i ->
                      new Incident(
                          "other" + i,
                          "of another signature",
                          "",
                          like.state(),
                          CLOCK.instant(),
                          CLOCK.instant().plusSeconds(1),
                          1,
                          like.peak(),
                          0,
                          like.scores(),
                          List.of()))
              .toList();
      service.registry().incidents().put("pump", 1, others);
      JsonNode group =
          send(
              service,
              "PATCH",
              INCIDENTS,
              "{\"signature\": %s, \"feedback\": \"confirmed\"}".formatted(first.get("signature")));
      assertThat(group.get("incidents"))
          .extracting(incident -> incident.get("id").asText())
          .containsExactly(first.get("id").asText());
      assertThat(group.at("/incidents/0/feedback").asText()).isEqualTo("confirmed");
    }
  }
}
