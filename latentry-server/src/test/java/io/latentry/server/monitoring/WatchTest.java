package io.latentry.server.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.monitoring.Profile;
import io.latentry.server.RunningService;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RecordedHour;
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
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the service records and says of it, from rows that are sent to what is told. */
final class WatchTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Moved clock = new Moved();

  /** A clock that a test moves. */
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

  @Test
  void whatCallersWereToldIsCountedByTheHour() throws Exception {
    try (RunningService service = new RunningService("pump", clock)) {
      JsonNode none = drift(service);
      assertThat(none.get("state").asText()).isEqualTo("warming_up");
      assertThat(none.get("health").asText()).isEqualTo("No rows yet.");

      score(service);
      score(service);
      clock.pass(Duration.ofHours(1));
      score(service);
      JsonNode some = drift(service);
      List<RecordedHour> hours = recorded(service).hours("pump", 1, 0);

      assertThat(hours).hasSize(2);
      Profile first = Profile.unpacked(hours.get(0).profile());
      Profile second = Profile.unpacked(hours.get(1).profile());
      assertThat(first.judged() + first.unscorable()).isEqualTo(90);
      assertThat(second.judged() + second.unscorable()).isEqualTo(45);
      assertThat(first.anomaly()).isEqualTo(2 * second.anomaly()).isPositive();
      assertThat(first.requests()).isEqualTo(2);
      assertThat(first.unscorableBy()).containsKey("other");
      assertThat(hours.get(0).alarms()).isEqualTo(first.anomaly());
      assertThat(some.get("rows").asInt()).isEqualTo(135);
      assertThat(some.at("/alarms/alarms").asLong()).isEqualTo(3 * second.anomaly());
      assertThat(some.at("/alarms/call").asText()).isEqualTo("warming_up");
      assertThat(some.at("/latency_millis/p99").isNumber()).isTrue();
    }
  }

  @Test
  void aModelThatAlarmsFarMoreThanPromisedPagesAndSaysSince() throws Exception {
    try (RunningService service = new RunningService("pump", clock)) {
      for (int hour = 0; hour < 24; hour++) {
        for (int request = 0; request < 4; request++) {
          score(service);
        }
        clock.pass(Duration.ofHours(1));
      }
      JsonNode look = drift(service);

      assertThat(look.get("state").asText()).as(look.toString()).isEqualTo("surge");
      assertThat(look.get("pages").asBoolean()).isTrue();
      assertThat(look.get("health").asText())
          .startsWith("More alarms than promised since 2026-01-01T00:00:00Z: 24 % of");
      assertThat(look.get("findings")).isNotEmpty();
      assertThat(look.at("/compared/hours").asInt()).isEqualTo(24);
      assertThat(metrics(service))
          .contains("latentry_watch_pages{model=\"pump\",state=\"surge\"} 1.0")
          .contains("latentry_alarm_rate{model=\"pump\"} 0.24");

      clock.pass(Duration.ofHours(5));
      JsonNode silent = drift(service);
      assertThat(silent.get("state").asText()).isEqualTo("no_data");
      assertThat(silent.get("health").asText()).startsWith("No rows since 2026-01-02T00:00:00Z");
    }
  }

  @Test
  void aLookIsMadeOnceInTenMinutes() throws Exception {
    try (RunningService service = new RunningService("pump", clock)) {
      score(service);
      JsonNode first = drift(service);
      score(service);
      clock.pass(Duration.ofMinutes(4));
      assertThat(drift(service)).isEqualTo(first);
      clock.pass(Duration.ofMinutes(2));
      JsonNode next = drift(service);
      assertThat(next.get("look").asInt()).isEqualTo(2);
      assertThat(next.get("rows").asInt()).isEqualTo(90);
      assertThat(next.get("level").asDouble()).isLessThan(first.get("level").asDouble());
    }
  }

  @Test
  void aLookThatFoundNoRowIsMadeAnewAtTheSameLevel() throws Exception {
    try (RunningService service = new RunningService("pump", clock)) {
      JsonNode none = drift(service);
      score(service);
      clock.pass(Duration.ofSeconds(11));
      JsonNode some = drift(service);

      assertThat(none.get("rows").asInt()).isZero();
      assertThat(some.get("rows").asInt()).isEqualTo(45);
      assertThat(some.get("health").asText()).startsWith("Warming up: ");
      assertThat(some.get("look").asInt()).isEqualTo(none.get("look").asInt()).isOne();
      assertThat(some.get("level")).isEqualTo(none.get("level"));
    }
  }

  @Test
  void nothingIsRecordedWhereThatIsOff() throws Exception {
    try (RunningService service = new RunningService("pump", clock, "recording.keep", "off")) {
      score(service);
      JsonNode look = drift(service);
      assertThat(look.get("state").asText()).isEqualTo("off");
      assertThat(look.get("health").asText()).contains("recording.keep is off");
      assertThat(recorded(service).counts("pump", 1, 0)).isEmpty();
    }
  }

  @Test
  void whatIsTooOldIsForgotten() throws Exception {
    try (RunningService service = new RunningService("pump", clock, "recording.days", "2")) {
      score(service);
      clock.pass(Duration.ofHours(20));
      score(service);
      drift(service);
      assertThat(recorded(service).counts("pump", 1, 0)).hasSize(2);
      clock.pass(Duration.ofHours(30));
      score(service);
      drift(service);
      assertThat(recorded(service).counts("pump", 1, 0)).hasSize(2);
    }
  }

  @Test
  void anomaliesAreGatheredIntoIncidentsThatPeopleSaySomethingOf() throws Exception {
    try (RunningService service = new RunningService("pump", clock)) {
      for (int request = 0; request < 4; request++) {
        score(service);
        clock.pass(Duration.ofMinutes(1));
      }
      JsonNode list = json(get(service, "/v1/models/pump/incidents")).get("incidents");
      long alarms = 0;
      for (JsonNode incident : list) {
        alarms += incident.get("alarms").asLong();
        assertThat(incident.get("state").asText()).isEqualTo("alerting");
        assertThat(incident.get("examples").isNull()).isTrue();
      }
      assertThat(alarms).isEqualTo(drift(service).at("/alarms/alarms").asLong()).isPositive();
      assertThat(list.size()).isLessThan((int) alarms / 3);
      assertThat(get(service, "/metrics"))
          .contains("latentry_incidents_alerting{model=\"pump\"} " + list.size() + ".0");

      String path = "/v1/models/pump/incidents/" + list.get(0).get("id").asText();
      JsonNode whole = json(get(service, path));
      assertThat(whole.at("/examples/0/cells/0/column").asText())
          .isEqualTo(whole.get("signature").asText().split(" ", 2)[0]);
      assertThat(whole.at("/examples/0/cells/0/expected").asText()).isNotEmpty();

      assertThat(patch(service, path, "{\"acknowledged\": true}").get("acknowledged_by").asText())
          .isEqualTo("local");
      JsonNode said =
          patch(service, path, "{\"feedback\": \"false_alarm\", \"note\": \"sensor test\"}");
      assertThat(said.get("feedback").asText()).isEqualTo("false_alarm");
      assertThat(said.get("note").asText()).isEqualTo("sensor test");
      assertThat(get(service, "/v1/models/pump/audit")).contains("false_alarm on incident");

      JsonNode feedback = json(get(service, "/v1/models/pump/feedback"));
      assertThat(feedback.get("false_alarm").asInt()).isEqualTo(1);
      assertThat(feedback.at("/proposal/alarms").asLong()).isEqualTo(alarms);
      assertThat(feedback.at("/proposal/false_alarms").asLong())
          .isEqualTo(list.get(0).get("alarms").asLong());

      clock.pass(Duration.ofHours(2));
      assertThat(json(get(service, path)).get("state").asText()).isEqualTo("closed");
    }
  }

  @Test
  void aThresholdThatIsProposedDoesToTheSameRowsWhatItWasSaidTo() throws Exception {
    try (RunningService service = new RunningService("pump", clock)) {
      score(service);
      for (JsonNode incident : json(get(service, "/v1/models/pump/incidents")).get("incidents")) {
        JsonNode unused =
            patch(
                service,
                "/v1/models/pump/incidents/" + incident.get("id").asText(),
                "{\"feedback\": \"false_alarm\"}");
      }
      JsonNode proposal = json(get(service, "/v1/models/pump/feedback")).get("proposal");
      JsonNode moved =
          patch(
              service,
              "/v1/models/pump/threshold",
              "{\"score\": " + proposal.get("threshold").asDouble() + "}");
      assertThat(moved.get("moved").asBoolean()).isTrue();
      clock.pass(Duration.ofHours(1));
      score(service);
      JsonNode look = drift(service);
      long before = proposal.get("alarms").asLong();
      assertThat(look.at("/alarms/alarms").asLong() - before)
          .isEqualTo(proposal.get("alarms_left").asLong());
      assertThat(proposal.get("alarms_left").asLong()).isLessThan(before);
    }
  }

  private static Recorded recorded(RunningService service) {
    return service.registry().recorded();
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  private JsonNode drift(RunningService service) throws Exception {
    return json(get(service, "/v1/models/pump/drift"));
  }

  private String metrics(RunningService service) throws Exception {
    return get(service, "/metrics");
  }

  private String get(RunningService service, String path) throws Exception {
    var answer =
        client.send(HttpRequest.newBuilder(uri(service, path)).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private JsonNode patch(RunningService service, String path, String body) throws Exception {
    var answer =
        client.send(
            HttpRequest.newBuilder(uri(service, path))
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer.body());
  }

  /** Returns once it is counted, which may be after the answer: the clock may move then. */
  private void score(RunningService service) throws Exception {
    long before = scored(service);
    var answer =
        client.send(
            HttpRequest.newBuilder(uri(service, "/v1/models/pump/score"))
                .header("content-type", "text/csv")
                .POST(BodyPublishers.ofString(Files.readString(RunningService.table())))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (scored(service) == before) {
      assertThat(System.nanoTime()).as("not counted").isLessThan(deadline);
      Thread.sleep(1);
    }
  }

  /** Requests for verdicts that are in the log, where one comes when it was counted. */
  private static long scored(RunningService service) {
    return service
        .log()
        .lines()
        .filter(line -> line.contains("\"event\":\"request\"") && line.contains("/score\""))
        .count();
  }

  private static URI uri(RunningService service, String path) {
    return URI.create("http://127.0.0.1:" + service.port() + path);
  }
}
