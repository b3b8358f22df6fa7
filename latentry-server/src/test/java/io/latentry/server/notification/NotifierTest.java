package io.latentry.server.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.server.RunningService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From rows that are sent to the service to what a receiver hears. */
final class NotifierTest {
  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final MovedClock clock = new MovedClock();
  private Receiver receiver;
  private Path destinations;

  @BeforeEach
  void open() throws IOException {
    receiver = new Receiver();
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret");
    destinations =
        Files.writeString(
            folder.resolve("destinations.yaml"),
            "destinations:\n- {name: ops, type: webhook, url: \""
                + receiver.url()
                + "?T0KEN\", secret_file: "
                + secret
                + "}\n");
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Test
  void aSurgeAndItsIncidentsAreToldOnceAndThatTheyAreOver() throws Exception {
    try (RunningService service =
        new RunningService("pump", clock, "watch.destinations", destinations.toString())) {
      for (int hour = 0; hour < 24; hour++) {
        for (int request = 0; request < 4; request++) {
          score(service);
        }
        clock.pass(Duration.ofHours(1));
      }
      clock.pass(Duration.ofMinutes(-30));
      score(service);
      String look = get(service, "/v1/models/pump/drift");
      assertThat(look).contains("\"surge\"");
      String unused = get(service, "/v1/models/pump/incidents");
      service.notifier().compare();
      service.notifier().compare();
      eventually(() -> receiver.taken().stream().anyMatch(got -> kind(got).equals("surge")));

      JsonNode surge =
          receiver.taken().stream()
              .filter(got -> kind(got).equals("surge"))
              .findFirst()
              .orElseThrow()
              .json();
      assertThat(surge.at("/event/summary").asText()).startsWith("More alarms than promised since");
      assertThat(surge.at("/alerts/0/startsAt").asText()).isEqualTo("2026-01-01T00:00:00Z");
      eventually(() -> waiting(service) == 0);
      List<Receiver.Got> begun = receiver.taken();
      assertThat(begun).extracting(got -> id(got)).doesNotHaveDuplicates();
      assertThat(begun).filteredOn(got -> kind(got).equals("surge")).hasSize(1);
      assertThat(begun).filteredOn(got -> kind(got).equals("incident")).isNotEmpty();

      String told = alert(service);
      score(service);
      unused = get(service, "/v1/models/pump/incidents");
      clock.pass(Duration.ofMinutes(2));
      service.notifier().compare();
      assertThat(alert(service)).isNotEqualTo(told).contains(" so far.");
      assertThat(receiver.taken()).hasSameSizeAs(begun);

      clock.pass(Duration.ofHours(6));
      assertThat(get(service, "/v1/models/pump/drift")).contains("\"no_data\"");
      service.notifier().compare();
      eventually(
          () ->
              receiver.taken().stream().anyMatch(got -> kind(got).equals("no_data"))
                  && waiting(service) == 0);
      List<Receiver.Got> over =
          receiver.taken().stream()
              .filter(got -> got.json().get("status").asText().equals("resolved"))
              .toList();
      assertThat(over).extracting(NotifierTest::kind).contains("surge", "incident");
      assertThat(over).hasSize(begun.size());
      assertThat(get(service, "/metrics"))
          .contains("latentry_notifications_total{destination=\"ops\",outcome=\"failed\"} 0.0")
          .contains("latentry_notifications_waiting{destination=\"ops\"} 0.0");
    }
  }

  @Test
  void whileAWindowIsOpenAlarmsAreRecordedAndNotSentAndRowsMakeNoBaseline() throws Exception {
    Path windows =
        Files.writeString(
            folder.resolve("maintenance.yaml"),
            "windows:\n- {name: overhaul, models: pump, from: '2026-01-01T06:00', to:"
                + " '2026-01-02T06:00'}\n");
    try (RunningService service =
        new RunningService(
            "pump",
            clock,
            "watch.destinations",
            destinations.toString(),
            "watch.maintenance",
            windows.toString())) {
      for (int hour = 0; hour < 6; hour++) {
        score(service);
        clock.pass(Duration.ofHours(1));
      }
      String unused = get(service, "/v1/models/pump/incidents");
      service.notifier().compare();
      clock.pass(Duration.ofMinutes(40));
      service.notifier().compare();
      eventually(() -> waiting(service) == 0);
      int before = receiver.taken().size();
      long rows = json(get(service, "/v1/models/pump/drift")).get("rows").asLong();

      // Reopened within it, and of a signature that is as it was.
      for (int minute = 0; minute < 4; minute++) {
        score(service);
        clock.pass(Duration.ofMinutes(2));
      }
      unused = get(service, "/v1/models/pump/incidents");
      service.notifier().compare();
      clock.pass(Duration.ofMinutes(12));
      JsonNode look = json(get(service, "/v1/models/pump/drift"));
      assertThat(look.get("rows").asLong()).isEqualTo(rows);
      assertThat(service.registry().recorded().setAside("pump", 1, 0))
          .extracting(hour -> hour.judged() + hour.unscorable())
          .containsExactly(4 * 45L);
      assertThat(get(service, "/metrics")).containsPattern("latentry_alerts_muted_total [1-9]");
      assertThat(receiver.taken()).hasSize(before);

      // Of its hours none is a lack of rows.
      clock.pass(Duration.ofHours(8));
      assertThat(json(get(service, "/v1/models/pump/drift")).get("state").asText())
          .isNotEqualTo("no_data");
      clock.pass(Duration.ofHours(15));
      score(service);
      score(service);
      score(service);
      unused = get(service, "/v1/models/pump/incidents");
      service.notifier().compare();
      eventually(() -> receiver.taken().size() > before && waiting(service) == 0);
      assertThat(receiver.taken().subList(before, receiver.taken().size()))
          .extracting(NotifierTest::kind)
          .containsOnly("incident");
    }
  }

  @Test
  void anIncidentThatBeginsInAWindowIsFlagged() throws Exception {
    try (RunningService service = new RunningService("pump", clock)) {
      String set =
          send(
              service,
              "POST",
              "/v1/maintenance",
              "{\"name\": \"test run\", \"models\": [\"*\"], \"cron\": \"* * * * *\","
                  + " \"duration\": \"5m\"}",
              200);
      score(service);
      clock.pass(Duration.ofMinutes(1));
      JsonNode incidents = json(get(service, "/v1/models/pump/incidents")).get("incidents");
      assertThat(incidents).isNotEmpty();
      assertThat(incidents)
          .extracting(incident -> incident.get("maintenance").asText())
          .containsOnly("test run");
      assertThat(json(get(service, "/v1/maintenance")).at("/windows/0/open").asBoolean()).isTrue();
      String id = json(set).get("id").asText();
      assertThat(send(service, "DELETE", "/v1/maintenance/" + id, "", 200))
          .isEqualTo("{\"windows\":[]}");
      assertThat(send(service, "DELETE", "/v1/maintenance/" + id, "", 404)).contains("window:");
      assertThat(send(service, "POST", "/v1/maintenance", "{\"name\": \"x\"}", 400))
          .contains("models: none");
      assertThat(get(service, "/v1/audit")).contains("add_maintenance", "end_maintenance");
    }
  }

  private static JsonNode json(String text) throws IOException {
    return Notice.JSON.readTree(text);
  }

  private String send(RunningService service, String method, String path, String body, int status)
      throws Exception {
    var answer =
        client.send(
            HttpRequest.newBuilder(uri(service, path))
                .header("content-type", "application/json")
                .method(
                    method,
                    body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return answer.body();
  }

  @Test
  void latencyBeyondWhatWasAgreedIsToldAndShown() throws Exception {
    try (RunningService service =
        new RunningService(
            "pump",
            clock,
            "watch.destinations",
            destinations.toString(),
            "watch.sla",
            "pump: p99 0.001ms over 5m")) {
      for (int request = 0; request < 12; request++) {
        score(service);
      }
      service.notifier().compare();
      eventually(() -> receiver.taken().stream().anyMatch(got -> kind(got).equals("sla")));
      JsonNode told =
          receiver.taken().stream()
              .filter(got -> kind(got).equals("sla"))
              .findFirst()
              .orElseThrow()
              .json();
      assertThat(told.at("/event/summary").asText())
          // A request is counted when its answer is sent, so that the last may come a moment later.
          .matches(
              "Slower than agreed \\(p99 0.001ms over 5m over api\\): 1[0-2] of 1[0-2] requests,"
                  + " 100.0 times what may be\\.");
      assertThat(told.at("/commonLabels/sla").asText()).isEqualTo("api p99 0.001ms over 5m");
      JsonNode sla = json(get(service, "/v1/models/pump/drift")).at("/sla/0");
      assertThat(sla.get("breached").asBoolean()).isTrue();
      assertThat(sla.get("burn").asDouble()).isGreaterThan(99);
      assertThat(get(service, "/metrics"))
          .contains(
              "latentry_sla_breached{door=\"api\",model=\"pump\",sla=\"p99 0.001ms over 5m\"} 1.0")
          .contains("latentry_workers ", "latentry_queue_rows_limit ");

      clock.pass(Duration.ofMinutes(6));
      service.notifier().compare();
      eventually(
          () ->
              receiver.taken().stream()
                  .anyMatch(
                      got ->
                          kind(got).equals("sla")
                              && got.json().get("status").asText().equals("resolved")));
    }
  }

  @Test
  void aTestIsSentAndAuditedAndAFailureIsToldWithoutTheAddress() throws Exception {
    try (RunningService service =
        new RunningService("pump", clock, "watch.destinations", destinations.toString())) {
      assertThat(post(service, "/v1/notifications/test"))
          .contains("\"destination\":\"ops\"", "\"sent\":true");
      assertThat(receiver.taken()).extracting(NotifierTest::kind).containsExactly("test");
      receiver.usually(404);
      assertThat(post(service, "/v1/notifications/test"))
          .contains("\"sent\":false", "\"reason\":\"status 404\"");
      receiver.close();
      assertThat(post(service, "/v1/notifications/test"))
          .contains("cannot be reached (nobody takes the connection)")
          .doesNotContain("T0KEN");
      assertThat(get(service, "/v1/audit"))
          .contains("notification_test", "ops sent", "ops failed", "\"by\":\"local\"");
      assertThat(get(service, "/v1/notifications")).contains("\"type\":\"webhook\"");
      assertThat(service.log()).doesNotContain("T0KEN").doesNotContain("s3cret");
    }
  }

  private static String alert(RunningService service) {
    return service.registry().outbox().alerts().stream()
        .filter(alert -> alert.key().startsWith("incident/"))
        .findFirst()
        .orElseThrow()
        .notice();
  }

  private static String kind(Receiver.Got got) {
    return got.json().at("/event/kind").asText();
  }

  private static String id(Receiver.Got got) {
    return got.json().at("/event/id").asText();
  }

  private static long waiting(RunningService service) {
    return service.registry().outbox().waiting().getOrDefault("ops", 0L);
  }

  private static void eventually(BooleanSupplier holds) throws InterruptedException {
    for (int tries = 0; !holds.getAsBoolean(); tries++) {
      assertThat(tries).as("tries").isLessThan(600);
      Thread.sleep(50);
    }
  }

  private String get(RunningService service, String path) throws Exception {
    var answer =
        client.send(HttpRequest.newBuilder(uri(service, path)).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private String post(RunningService service, String path) throws Exception {
    var answer =
        client.send(
            HttpRequest.newBuilder(uri(service, path)).POST(BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private void score(RunningService service) throws Exception {
    var answer =
        client.send(
            HttpRequest.newBuilder(uri(service, "/v1/models/pump/score"))
                .header("content-type", "text/csv")
                .POST(BodyPublishers.ofString(Files.readString(RunningService.table())))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private static URI uri(RunningService service, String path) {
    return URI.create("http://127.0.0.1:" + service.port() + path);
  }
}
