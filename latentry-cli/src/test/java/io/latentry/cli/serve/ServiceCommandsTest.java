package io.latentry.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.cli.Cli;
import io.latentry.server.Service;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that ask a running service. */
final class ServiceCommandsTest {
  private static final Path GOLDEN =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1");

  @TempDir Path models;

  @Test
  void incidentsAreListedAndWhatIsSaidOfOneComesBack() throws Exception {
    Path file = Files.copy(GOLDEN.resolve("model.onnx"), models.resolve("pump.onnx"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    try (Service service =
        Service.start(
            ServerConfigReader.read(
                Optional.empty(),
                Map.of(),
                Map.of("models", models.toString(), "port", "0", "shutdown.grace_millis", "100")),
            EventLog.SILENT)) {
      String url = "http://127.0.0.1:" + service.port();
      assertThat(Cli.run("incidents", "--service", url).out()).contains("No incidents.");
      score(url);

      Cli listed = Cli.run("incidents", "--service", url, "--json");
      assertThat(listed.exitCode()).as(listed.err()).isZero();
      JsonNode first = listed.json().at("/incidents/0");
      assertThat(first.get("alarms").asInt()).isPositive();
      String id = first.get("id").asText();
      assertThat(Cli.run("incidents", "--service", url, "--model", "pump").out())
          .contains(id)
          .contains(first.get("signature").asText());

      Cli said =
          Cli.run("feedback", "--service", url, id, "false-alarm", "--note", "a test", "--json");
      assertThat(said.exitCode()).as(said.err()).isZero();
      assertThat(said.json().get("feedback").asText()).isEqualTo("false_alarm");
      assertThat(said.json().get("note").asText()).isEqualTo("a test");
      assertThat(Cli.run("feedback", "--service", url, id, "acknowledge").exitCode()).isZero();

      Cli summary = Cli.run("feedback", "--service", url);
      assertThat(summary.out()).startsWith("1 false alarms, 0 confirmed, 0 known events.");

      assertThat(Cli.run("feedback", "--service", url, id, "maybe").exitCode()).isEqualTo(2);
      Cli unknown = Cli.run("feedback", "--service", url, "none", "confirmed");
      assertThat(unknown.exitCode()).isEqualTo(2);
      assertThat(unknown.err()).contains("incident: 'none' of model 'pump'");
      Cli noModel = Cli.run("incidents", "--service", url, "--model", "valve");
      assertThat(noModel.exitCode()).isEqualTo(2);
    }
  }

  @Test
  void whatFeedbackSpeaksForIsPutInForceAndTakenBack() throws Exception {
    Path file = Files.copy(GOLDEN.resolve("model.onnx"), models.resolve("pump.onnx"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    try (Service service = start(Map.of("recording.keep", "rows"))) {
      String url = "http://127.0.0.1:" + service.port();
      score(url);
      JsonNode incidents = Cli.run("incidents", "--service", url, "--json").json().get("incidents");
      String id = incidents.at("/0/id").asText();
      String other = incidents.at("/1/signature").asText();
      Cli alarm =
          Cli.run("feedback", "--service", url, id, "confirmed", "--alarm", "1", "--note", "leak");
      assertThat(alarm.exitCode()).as(alarm.err()).isZero();
      assertThat(alarm.out()).contains("alarm 1: confirmed");
      assertThat(Cli.run("feedback", "--service", url, id, "confirmed", "--alarm", "99").exitCode())
          .isEqualTo(2);
      Cli group = Cli.run("feedback", "--service", url, other, "false-alarm", "--group");
      assertThat(group.out()).as(group.err()).contains(other + ", 1 incidents: false-alarm");

      Cli summary = Cli.run("feedback", "--service", url);
      assertThat(summary.out())
          .startsWith("1 false alarms, 1 confirmed, 0 known events.")
          .contains("suppress: No alarm where ");
      assertThat(Cli.run("feedback", "--service", url, "--apply", "all").exitCode()).isEqualTo(2);
      Cli applied = Cli.run("feedback", "--service", url, "--apply", "suppress");
      assertThat(applied.exitCode()).as(applied.err()).isZero();
      assertThat(applied.out()).contains("set by local: segments [").contains(" never]");
      assertThat(Cli.run("feedback", "--service", url, "--undo").out()).contains("set by fit.");
      assertThat(Cli.run("feedback", "--service", url, "--undo", "--apply", "segment").exitCode())
          .isEqualTo(2);
    }
  }

  @Test
  void incidentsOfSegmentsAreListedWithThemAndAGroupMayBeOfOne() throws Exception {
    Path file = Files.copy(GOLDEN.resolve("model.onnx"), models.resolve("pump.onnx"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    try (Service service = start(Map.of("watch.segments", "kind"))) {
      String url = "http://127.0.0.1:" + service.port();
      score(url);
      JsonNode first = Cli.run("incidents", "--service", url, "--json").json().at("/incidents/0");
      String segment = first.get("segment").asText();
      String signature = first.get("signature").asText();
      assertThat(segment).startsWith("kind=");
      assertThat(Cli.run("incidents", "--service", url).out()).contains(signature + ", " + segment);
      Cli group =
          Cli.run(
              "feedback",
              "--service",
              url,
              signature,
              "confirmed",
              "--group",
              "--segment",
              segment);
      assertThat(group.out()).as(group.err()).contains("1 incidents: confirmed");
      Cli other =
          Cli.run(
              "feedback", "--service", url, signature, "confirmed", "--group", "--segment", "a=b");
      assertThat(other.exitCode()).isEqualTo(2);
      assertThat(other.err()).contains("segment 'a=b'");
      assertThat(Cli.run("feedback", "--service", url, "--segment", segment).exitCode())
          .isEqualTo(2);
    }
  }

  @Test
  void whatWasSaidComesWithTheRowsAndEvaluateFindsWhatWasConfirmed(@TempDir Path folder)
      throws Exception {
    Path file = Files.copy(GOLDEN.resolve("model.onnx"), models.resolve("pump.onnx"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    Path model = Files.copy(file, folder.resolve("model.onnx"));
    String parquet = folder.resolve("said.parquet").toString();
    try (Service service = start(Map.of("recording.keep", "rows"))) {
      String url = "http://127.0.0.1:" + service.port();
      score(url);
      JsonNode incidents = Cli.run("incidents", "--service", url, "--json").json().get("incidents");
      long confirmed = incidents.at("/0/alarms").asLong();
      String signature = incidents.at("/0/signature").asText();
      Cli none = Cli.run("feedback", "--service", url, "--rows", parquet, "--json");
      assertThat(none.exitCode()).as(none.err()).isZero();
      assertThat(none.json().get("confirmed").asLong()).isZero();
      Cli nothing = Cli.run("evaluate", model.toString(), parquet, "--shadow");
      assertThat(nothing.exitCode()).isNotZero();
      assertThat(nothing.err()).contains("'confirmed' in latentry_feedback");

      Cli there = Cli.run("feedback", "--service", url, "--rows", parquet);
      assertThat(there.exitCode()).isNotZero();
      assertThat(there.err()).contains("said.parquet").contains("exists already");
      Files.delete(Path.of(parquet));
      Cli unused =
          Cli.run("feedback", "--service", url, incidents.at("/0/id").asText(), "confirmed");
      Cli written = Cli.run("feedback", "--service", url, "--rows", parquet, "--json");
      assertThat(written.exitCode()).as(written.err()).isZero();
      assertThat(written.json().get("confirmed").asLong()).isEqualTo(confirmed);
      String csv = folder.resolve("said.csv").toString();
      assertThat(Cli.run("feedback", "--service", url, "--rows", csv).out())
          .contains(confirmed + " of them with what was said: 0 false alarms, " + confirmed);
      for (String said : new String[] {parquet, csv}) {
        Cli found = Cli.run("evaluate", model.toString(), said, "--shadow", "--json");
        assertThat(found.exitCode()).as(found.err()).isZero();
        assertThat(found.json().at("/known").asLong()).as(found.out()).isEqualTo(confirmed);
        assertThat(found.out()).contains(signature);
      }
      assertThat(Cli.run("feedback", "--service", url, "--rows", "said.txt").exitCode())
          .isEqualTo(2);
      assertThat(Cli.run("feedback", "--service", url, "--from", "2026-01-01").exitCode())
          .isEqualTo(2);
      try (Stream<Path> left = Files.list(folder)) {
        assertThat(left).hasSize(3);
      }
    }
    try (Service service = start(Map.of())) {
      Cli counts =
          Cli.run(
              "feedback",
              "--service",
              "http://127.0.0.1:" + service.port(),
              "--rows",
              folder.resolve("other.parquet").toString());
      assertThat(counts.exitCode()).isEqualTo(2);
      assertThat(counts.err()).contains("recording.keep: rows");
      assertThat(folder.resolve("other.parquet")).doesNotExist();
    }
  }

  @Test
  void theLedgerTellsWhichVersionAnsweredWhenAndWhichJudgedARow() throws Exception {
    Path file = Files.copy(GOLDEN.resolve("model.onnx"), models.resolve("pump.onnx"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    try (Service service = start(Map.of("recording.keep", "rows"))) {
      String url = "http://127.0.0.1:" + service.port();
      score(url);
      JsonNode first =
          Cli.run("ledger", "pump", "--service", url, "--json").json().at("/entries/0");
      assertThat(first.get("version").asInt()).isEqualTo(1);
      assertThat(first.get("why").asText()).isEqualTo("the first version");
      assertThat(first.get("evidence").isNull()).isTrue();
      assertThat(Cli.run("ledger", "pump", "--service", url).out()).contains("promote", "file");
      assertThat(Cli.run("ledger", "pump", "--service", url, "--at", "2001-01-01").out())
          .contains("not known then");
      String today = first.get("at").asText().substring(0, 10);
      Cli judged =
          Cli.run("ledger", "pump", "--service", url, "--row", "kind=middle", "--day", today);
      assertThat(judged.exitCode()).as(judged.err()).isZero();
      assertThat(judged.out())
          .contains("normal")
          .contains(first.get("digest").asText().substring(0, 8));
      assertThat(Cli.run("ledger", "pump", "--service", url, "--row", "a=1").exitCode())
          .isEqualTo(2);

      Cli runs = Cli.run("retraining", "pump", "--service", url);
      assertThat(runs.exitCode()).as(runs.err()).isZero();
      assertThat(runs.out()).contains("does not retrain");
      Cli started = Cli.run("retraining", "pump", "--service", url, "--start", "--wait");
      assertThat(started.exitCode()).isEqualTo(2);
      assertThat(started.err()).contains("retraining.mode");
      Cli back = Cli.run("retraining", "pump", "--service", url, "--roll-back");
      assertThat(back.exitCode()).isEqualTo(2);
      assertThat(back.err()).contains("no champion before version 1");
      JsonNode paused = Cli.run("retraining", "pump", "--service", url, "--pause", "--json").json();
      assertThat(paused.get("paused").asBoolean()).isTrue();
      assertThat(Cli.run("retraining", "pump", "--service", url, "--pause", "--resume").exitCode())
          .isEqualTo(2);
    }
  }

  @Test
  void whatHasAModelRetrainedIsToldAndWhatStartedEachRun() throws Exception {
    Path file = Files.copy(GOLDEN.resolve("model.onnx"), models.resolve("pump.onnx"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    try (Service service =
        start(
            Map.of(
                "recording.keep", "rows",
                "retraining.mode", "approve",
                "retraining.on_age_days", "30",
                "retraining.on_rows", "5000"))) {
      String url = "http://127.0.0.1:" + service.port();
      assertThat(Cli.run("retraining", "pump", "--service", url).out())
          .contains("No schedule. Triggers: age of 30 days; 5000 rows.");
      Cli unused = Cli.run("retraining", "pump", "--service", url, "--start", "--wait");
      Cli runs = Cli.run("retraining", "pump", "--service", url);
      assertThat(runs.out()).contains("asked for by ");
      JsonNode told = Cli.run("retraining", "pump", "--service", url, "--json").json();
      assertThat(told.get("triggers")).hasSize(2);
      assertThat(told.at("/runs/0/cause").asText()).isEqualTo("manual");
      assertThat(told.at("/runs/0/reason").asText()).startsWith("asked for by ");
    }
  }

  @Test
  void windowsOfMaintenanceAreSetListedAndEndedAndReceiversAreTried() throws Exception {
    Path file = Files.copy(GOLDEN.resolve("model.onnx"), models.resolve("pump.onnx"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    Path destinations =
        Files.writeString(
            models.resolve("destinations.yaml"),
            "destinations:\n- {name: ops, type: slack, url: 'http://127.0.0.1:1/'}\n");
    try (Service service = start(Map.of("watch.destinations", destinations.toString()))) {
      String url = "http://127.0.0.1:" + service.port();
      assertThat(Cli.run("maintenance", "--service", url).out()).contains("No windows.");
      Cli set =
          Cli.run(
              "maintenance",
              "--service",
              url,
              "--add",
              "cleaning",
              "--models",
              "pump,press",
              "--cron",
              "0 22 * * SUN",
              "--duration",
              "8h",
              "--zone",
              "Europe/Berlin",
              "--json");
      assertThat(set.exitCode()).as(set.err()).isZero();
      assertThat(Cli.run("maintenance", "--service", url).out())
          .contains("cleaning", "pump,press", "0 22 * * SUN for 8h", "Europe/Berlin");
      String id = set.json().at("/windows/0/id").asText();
      assertThat(Cli.run("maintenance", "--service", url, "--end", id).out())
          .contains("No windows.");
      Cli wrong = Cli.run("maintenance", "--service", url, "--add", "x", "--models", "*");
      assertThat(wrong.exitCode()).isEqualTo(2);
      assertThat(wrong.err()).contains("no time (expected: from and to, or cron and duration");

      Cli tried = Cli.run("notify", "--service", url, "--test");
      assertThat(tried.exitCode()).isEqualTo(1);
      assertThat(tried.out())
          .contains("ops", "slack", "cannot be reached (nobody takes the connection)");
      assertThat(Cli.run("notify", "--service", url).exitCode()).isEqualTo(2);
    }
  }

  @Test
  void aServiceThatIsNotThereIsToldSo() {
    Cli away = Cli.run("incidents", "--service", "http://127.0.0.1:1");
    assertThat(away.exitCode()).isNotZero();
    assertThat(away.err()).contains("expected: a service that runs there");
  }

  private static void score(String url) throws Exception {
    var answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/v1/models/pump/score"))
                    .header("content-type", "text/csv")
                    .POST(BodyPublishers.ofString(Files.readString(GOLDEN.resolve("input.csv"))))
                    .build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  /** A service of {@link #models} on any port, with more settings. */
  private Service start(Map<String, String> more) throws Exception {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("models", models.toString());
    settings.put("port", "0");
    settings.put("shutdown.grace_millis", "100");
    return Service.start(
        ServerConfigReader.read(Optional.empty(), Map.of(), settings), EventLog.SILENT);
  }
}
