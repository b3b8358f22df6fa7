package io.latentry.server.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.calibration.Threshold;
import io.latentry.server.RunningService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of a threshold while false alarms surge, over the service's own clock. */
final class ThresholdAdapterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 300;
  private static final Duration PART = Duration.ofMinutes(15);

  /** False alarms in a quarter of an hour; with the one that is none 1 % of the rows. */
  private static final int QUIET = 2;

  private static final int SURGE = 30;

  /** A little above the threshold, which is 1.91. */
  private static final Row FALSE =
      new Row("1,2,3,4,5,false,2024-06-01T12:00:00Z,neverSeen,", "anomaly", 2.2267);

  private static final Row TRUE =
      new Row(
          "-1.63243,-10.79910,-9.35109,-0.54268,0.51403,true,2024-03-08T06:19:10Z,low,bad",
          "anomaly",
          2.8790);

  private static final List<Row> NORMAL = new ArrayList<>();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Moved clock = new Moved();
  private final String header;
  private final List<String> lines;

  ThresholdAdapterTest() throws IOException {
    List<String> all = Files.readAllLines(RunningService.table());
    header = all.get(0);
    lines = all.subList(1, all.size());
  }

  private static final class Moved extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:05:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** A row of the table with its score. */
  private record Row(String line, String verdict, double score) {}

  private List<Row> judged(RunningService service, List<String> rows) throws Exception {
    JsonNode judgements =
        json(send(service, "POST", "/v1/models/pump/score", "text/csv", table(rows)))
            .get("judgements");
    return IntStream.range(0, rows.size())
        .mapToObj(
            i ->
                new Row(
                    rows.get(i),
                    judgements.get(i).get("verdict").asText(),
                    judgements.get(i).get("score").asDouble()))
        .toList();
  }

  private String table(List<String> rows) {
    return header + "\n" + String.join("\n", rows) + "\n";
  }

  /**
   * What comes in a quarter of an hour: rows that are normal, {@code falseAlarms} of the row that
   * is a false alarm, and one that is none.
   */
  private List<String> quarter(int falseAlarms) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < ROWS - falseAlarms - 1; i++) {
      rows.add(NORMAL.get(i % NORMAL.size()).line());
    }
    for (int i = 0; i < falseAlarms; i++) {
      rows.add(FALSE.line());
    }
    rows.add(TRUE.line());
    return rows;
  }

  private void quietHours(RunningService service, int hours) throws Exception {
    for (int part = 0; part < 4 * hours; part++) {
      var unused = judged(service, quarter(QUIET));
      clock.pass(PART);
      service.adapter().look();
    }
  }

  /** Somebody confirms the incident of the row that is an anomaly. */
  private void confirm(RunningService service) throws Exception {
    JsonNode highest = null;
    for (JsonNode incident : json(get(service, "/v1/models/pump/incidents")).get("incidents")) {
      if (highest == null || incident.get("peak").asDouble() > highest.get("peak").asDouble()) {
        highest = incident;
      }
    }
    assertThat(highest).isNotNull();
    var unused =
        patch(
            service,
            "/v1/models/pump/incidents/" + highest.get("id").asText(),
            "{\"feedback\": \"confirmed\"}");
  }

  private String verdict(RunningService service, Row row) throws Exception {
    return judged(service, List.of(row.line())).get(0).verdict();
  }

  @Test
  void aSurgeOfFalseAlarmsRaisesTheThresholdWithinTheHourAndItsEndTakesThatBack() throws Exception {
    try (RunningService service = service("pump: apply")) {
      double base = threshold(service).at("/threshold/score").asDouble();
      quietHours(service, 8);
      confirm(service);
      assertThat(threshold(service).get("moves")).isEmpty();

      int quarters = 0;
      while (!threshold(service).at("/adaptive/raised").asBoolean() && quarters < 4) {
        var unused = judged(service, quarter(SURGE));
        clock.pass(Duration.ofMinutes(14));
        service.adapter().look();
        clock.pass(Duration.ofMinutes(1));
        quarters++;
      }
      JsonNode raised = threshold(service);
      assertThat(raised.at("/adaptive/raised").asBoolean()).as(raised.toString()).isTrue();
      assertThat(raised.at("/threshold/rule").asText()).isEqualTo("adaptive");
      assertThat(raised.at("/threshold/false_alarm_rate").asDouble()).isEqualTo(0.01);
      assertThat(raised.at("/threshold_history/0/score").asDouble()).isEqualTo(base);
      assertThat(verdict(service, FALSE)).isEqualTo("normal");
      assertThat(verdict(service, TRUE)).isEqualTo("anomaly");

      for (int part = 0; part < 12; part++) {
        var unused = judged(service, quarter(SURGE));
        clock.pass(PART);
        service.adapter().look();
      }
      assertThat(threshold(service).at("/adaptive/raised").asBoolean())
          .as("as long as the surge lasts")
          .isTrue();

      quietHours(service, 4);
      JsonNode back = threshold(service);
      assertThat(back.at("/threshold/score").asDouble()).as(back.toString()).isEqualTo(base);
      assertThat(back.get("threshold_history")).isEmpty();
      assertThat(verdict(service, FALSE)).isEqualTo("anomaly");
      assertThat(back.get("moves"))
          .extracting(move -> move.get("action").asText())
          .containsExactly("threshold_returned", "undo_threshold", "threshold");
      assertThat(back.get("moves"))
          .extracting(move -> move.get("by").asText())
          .containsOnly("adaptive threshold");
    }
  }

  @Test
  void whatIsOnlyAdvisedIsNotInForce() throws Exception {
    try (RunningService service = service("advise")) {
      quietHours(service, 8);
      confirm(service);
      for (int part = 0; part < 4; part++) {
        var unused = judged(service, quarter(SURGE));
        clock.pass(PART);
        service.adapter().look();
      }
      JsonNode advised = threshold(service);
      assertThat(advised.at("/adaptive/raised").asBoolean()).isFalse();
      JsonNode raise = advised.at("/adaptive/advised");
      assertThat(raise.isObject()).as(advised.toString()).isTrue();
      assertThat(raise.get("threshold").asDouble())
          .as(advised.toString())
          .isBetween(FALSE.score(), TRUE.score());
      // One in a quarter of an hour is an anomaly that was confirmed, and stays an alarm.
      assertThat(raise.get("alarms_left").asLong()).isEqualTo(raise.get("rows").asLong() / ROWS);
      assertThat(raise.get("alarms").asLong())
          .isEqualTo(raise.get("rows").asLong() / ROWS * (SURGE + 1));
      assertThat(raise.get("confirmed_alarms").asLong()).isPositive();
      assertThat(raise.get("reaches_promise").asBoolean()).isTrue();
      assertThat(advised.get("moves")).isEmpty();
    }
  }

  @Test
  void noThresholdIsRaisedOverWhatSomebodyConfirmed() throws Exception {
    try (RunningService service = service("apply")) {
      quietHours(service, 8);
      for (JsonNode incident : json(get(service, "/v1/models/pump/incidents")).get("incidents")) {
        var unused =
            patch(
                service,
                "/v1/models/pump/incidents/" + incident.get("id").asText(),
                "{\"feedback\": \"confirmed\"}");
      }
      for (int part = 0; part < 8; part++) {
        var unused = judged(service, quarter(SURGE));
        clock.pass(PART);
        service.adapter().look();
      }
      assertThat(verdict(service, FALSE)).isEqualTo("anomaly");
      JsonNode standing = threshold(service);
      assertThat(standing.get("moves")).isEmpty();
      assertThat(standing.at("/adaptive/words").asText()).contains("hide what was confirmed");
    }
  }

  @Test
  void noThresholdIsRaisedOverASingleAlarmThatSomebodyConfirmed() throws Exception {
    try (RunningService service = service("apply")) {
      quietHours(service, 8);
      for (JsonNode incident : json(get(service, "/v1/models/pump/incidents")).get("incidents")) {
        String path = "/v1/models/pump/incidents/" + incident.get("id").asText();
        JsonNode alarm = json(get(service, path)).at("/examples/0");
        var unused =
            patch(
                service,
                path,
                "{\"feedback\": \"confirmed\", \"alarm\": {\"at\": %s, \"score\": %s}}"
                    .formatted(alarm.get("at"), alarm.get("score")));
      }
      for (int part = 0; part < 4; part++) {
        var unused = judged(service, quarter(SURGE));
        clock.pass(PART);
        service.adapter().look();
      }
      assertThat(verdict(service, FALSE)).isEqualTo("anomaly");
      assertThat(threshold(service).at("/adaptive/words").asText())
          .contains("hide what was confirmed");
    }
  }

  @Test
  void segmentsThatAreSetWhileItIsRaisedStayAndTakeItBack() throws Exception {
    try (RunningService service = service("apply")) {
      double base = threshold(service).at("/threshold/score").asDouble();
      quietHours(service, 8);
      confirm(service);
      for (int part = 0; part < 4; part++) {
        var unused = judged(service, quarter(SURGE));
        clock.pass(PART);
        service.adapter().look();
      }
      assertThat(verdict(service, FALSE)).isEqualTo("normal");
      var unused =
          patch(
              service,
              "/v1/models/pump/threshold",
              "{\"segments\": [{\"column\": \"kind\", \"value\": \"none\", \"score\": null}]}");
      service.adapter().look();
      JsonNode back = threshold(service);
      assertThat(back.at("/threshold/score").asDouble()).isEqualTo(base);
      assertThat(back.at("/threshold/rule").asText()).isNotEqualTo("adaptive");
      assertThat(back.at("/threshold/segments/0/value").asText()).isEqualTo("none");
      assertThat(back.at("/adaptive/words").asText()).contains("since segments have thresholds");

      clock.pass(Duration.ofHours(25));
      quietHours(service, 8);
      for (int part = 0; part < 4; part++) {
        var unusedToo = judged(service, quarter(SURGE));
        clock.pass(PART);
        service.adapter().look();
      }
      JsonNode advised = threshold(service);
      assertThat(advised.at("/adaptive/raised").asBoolean()).isFalse();
      assertThat(advised.at("/adaptive/advised/threshold").isNumber())
          .as(advised.toString())
          .isTrue();
      assertThat(advised.at("/adaptive/words").asText())
          .contains("not applied, since segments have thresholds");
    }
  }

  @Test
  void noThresholdIsRaisedForASurgeThatIsOver() throws Exception {
    try (RunningService service = service("apply")) {
      quietHours(service, 8);
      confirm(service);
      for (int part = 0; part < 96; part++) {
        var unused = judged(service, quarter(part < 88 ? SURGE : QUIET));
        clock.pass(PART);
      }
      service.adapter().look();
      JsonNode drift = json(get(service, "/v1/models/pump/drift"));
      assertThat(drift.at("/alarms/call").asText()).as(drift.toString()).isEqualTo("surge");
      JsonNode standing = threshold(service);
      assertThat(standing.get("moves")).isEmpty();
      assertThat(standing.at("/adaptive/words").asText()).contains("the latest hours are calm");
    }
  }

  @Test
  void aThresholdThatNoRuleLooksAfterAnyMoreIsTakenBack() throws Exception {
    try (RunningService service = service("off")) {
      JsonNode before = threshold(service).get("threshold");
      var unused =
          service
              .host()
              .moveThreshold(
                  "pump",
                  champion ->
                      new Threshold(
                          2.5,
                          Threshold.Rule.ADAPTIVE,
                          0.01,
                          0.02,
                          300,
                          champion.modelId(),
                          "adaptive threshold: by an earlier start"),
                  "adaptive threshold");
      assertThat(verdict(service, FALSE)).isEqualTo("normal");
      service.adapter().look();
      assertThat(threshold(service).get("threshold")).isEqualTo(before);
      assertThat(verdict(service, FALSE)).isEqualTo("anomaly");
    }
  }

  @Test
  void oneCallTakesItBackAndItIsNotRaisedAgainSoon() throws Exception {
    try (RunningService service = service("apply")) {
      quietHours(service, 8);
      confirm(service);
      for (int part = 0; part < 4; part++) {
        var unused = judged(service, quarter(SURGE));
        clock.pass(PART);
        service.adapter().look();
      }
      assertThat(verdict(service, FALSE)).isEqualTo("normal");
      var unused = patch(service, "/v1/models/pump/threshold", "{\"undo\": true}");
      assertThat(verdict(service, FALSE)).isEqualTo("anomaly");
      for (int part = 0; part < 8; part++) {
        var unusedToo = judged(service, quarter(SURGE));
        clock.pass(PART);
        service.adapter().look();
      }
      JsonNode standing = threshold(service);
      assertThat(standing.at("/adaptive/raised").asBoolean()).isFalse();
      assertThat(standing.at("/adaptive/advised/threshold").isNumber()).isTrue();
      assertThat(standing.at("/adaptive/words").asText()).contains("since local moved");
    }
  }

  @Test
  void aBoundThatIsGivenIsKept() throws Exception {
    try (RunningService service = service("apply up to 2.0")) {
      quietHours(service, 8);
      for (int part = 0; part < 8; part++) {
        var unused = judged(service, quarter(SURGE));
        clock.pass(PART);
        service.adapter().look();
      }
      assertThat(verdict(service, FALSE)).isEqualTo("anomaly");
    }
  }

  private RunningService service(String rule) throws Exception {
    RunningService service = new RunningService("pump", clock, "watch.adaptive", rule);
    if (NORMAL.isEmpty()) {
      List<Row> all = judged(service, lines);
      all.stream().filter(row -> row.verdict().equals("normal")).forEach(NORMAL::add);
    }
    return service;
  }

  private JsonNode threshold(RunningService service) throws Exception {
    return json(get(service, "/v1/models/pump/threshold"));
  }

  private String get(RunningService service, String path) throws Exception {
    return send(service, "GET", path, "application/json", "");
  }

  private JsonNode patch(RunningService service, String path, String body) throws Exception {
    return json(send(service, "PATCH", path, "application/json", body));
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  private String send(RunningService service, String method, String path, String type, String body)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
            .header("content-type", type)
            .header("accept", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    var answer = client.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
