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
          .contains("cannot be reached (ConnectException)")
          .doesNotContain("T0KEN");
      assertThat(get(service, "/v1/audit"))
          .contains("notification_test", "ops sent", "ops failed", "\"by\":\"local\"");
      assertThat(get(service, "/v1/notifications")).contains("\"type\":\"webhook\"");
      assertThat(service.log()).doesNotContain("T0KEN").doesNotContain("s3cret");
    }
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
