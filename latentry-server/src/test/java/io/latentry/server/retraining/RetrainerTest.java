package io.latentry.server.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.core.promotion.ShadowTrial;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.server.RunningService;
import io.latentry.server.catalog.Artifacts;
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.registry.RetrainingRun;
import io.latentry.server.registry.RetrainingRun.Cause;
import io.latentry.server.registry.RetrainingRun.ChildProcess;
import io.latentry.server.registry.RetrainingRun.State;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retraining by a service, with a child process that stands in for the training. */
final class RetrainerTest {
  private static final String PROMOTES =
      "cp '%s' \"$5\" && printf '{\"reasons\": [\"it learned\"]}' > \"$7\"";
  private static final String REFUSES =
      "printf '{\"reasons\": [\"Recall fell.\", \"And more.\"]}' > \"$7\"; exit 5";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Moved clock = new Moved();
  @TempDir Path folder;
  private Path challenger;

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

  @BeforeEach
  void makeChallenger() throws IOException {
    challenger =
        Files.write(
            folder.resolve("challenger.onnx"),
            Artifacts.tagged(Files.readAllBytes(RunningService.artifact()), 2));
  }

  private static Trainer shell(String script) {
    return (own, heap, cores, arguments) -> {
      List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
      command.addAll(arguments);
      return command;
    };
  }

  private Trainer promoting() {
    return shell(PROMOTES.formatted(challenger));
  }

  private RunningService service(Trainer trainer, String... more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "recording.keep",
                "rows",
                "retraining.mode",
                "auto",
                "retraining.shadow_rows",
                "60",
                "access.allow_unauthenticated",
                "true"));
    flags.addAll(List.of(more));
    return RunningService.retraining("pump", clock, trainer, flags.toArray(String[]::new));
  }

  private void score(RunningService service) throws IOException, InterruptedException {
    String unused = scored(service);
  }

  private String scored(RunningService service) throws IOException, InterruptedException {
    return scored(service, Files.readString(RunningService.table()));
  }

  private String scored(RunningService service, String table)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + service.port() + "/v1/models/pump/score"))
            .header("content-type", "text/csv")
            .header("accept", "application/json")
            .POST(BodyPublishers.ofString(table))
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private String get(RunningService service, String path) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path)).build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static RetrainingRun await(RunningService service, Predicate<RetrainingRun> holds)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      service.retrainer().look();
      List<RetrainingRun> runs = service.retrainer().latest("pump");
      if (!runs.isEmpty() && holds.test(runs.get(0))) {
        return runs.get(0);
      }
      assertThat(System.nanoTime()).as(runs.toString()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static int champion(RunningService service) {
    return service.host().versions("pump").stream()
        .filter(version -> version.role() == ModelVersion.Role.CHAMPION)
        .findFirst()
        .orElseThrow()
        .version();
  }

  @Test
  void aChallengerThatPassesIsTriedInShadowThenPromotedThenTakenBackWhenItsAlarmsSurge()
      throws Exception {
    try (RunningService service = service(promoting())) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      RetrainingRun tried = await(service, run -> run.state() == State.SHADOW);
      assertThat(tried.words()).isEqualTo("it learned");
      assertThat(champion(service)).isEqualTo(1);
      service.retrainer().look();
      assertThat(champion(service)).as("no row was judged by both").isEqualTo(1);

      score(service);
      score(service);
      RetrainingRun promoted = await(service, run -> run.state() == State.PROMOTED);
      ShadowTrial trial = promoted.trial();
      assertThat(trial.rows()).isGreaterThanOrEqualTo(60);
      assertThat(trial.challengerAlarms()).isEqualTo(trial.alarms()).isPositive();
      assertThat(trial.both()).isEqualTo(trial.alarms());
      assertThat(trial.challengerUnscorable()).isEqualTo(trial.unscorable());
      assertThat(champion(service)).isEqualTo(2);
      assertThat(get(service, "/v1/models/pump/audit"))
          .contains("retraining_running", "retraining_shadow", "retraining_promoted");

      for (int hour = 0; hour < 14; hour++) {
        score(service);
        score(service);
        clock.pass(Duration.ofHours(1));
      }
      assertThat(get(service, "/v1/models/pump/drift")).contains("\"surge\"");
      RetrainingRun back = await(service, run -> run.state() == State.ROLLED_BACK);
      assertThat(back.words()).startsWith("More alarms than promised");
      assertThat(champion(service)).isEqualTo(1);
    }
  }

  @Test
  void aRefusalAndAChildThatDiesLeaveTheChampionAsItWas() throws Exception {
    try (RunningService service = service(shell(REFUSES))) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      assertThat(await(service, run -> run.state() != State.RUNNING))
          .satisfies(
              run -> {
                assertThat(run.state()).isEqualTo(State.REFUSED);
                assertThat(run.words()).isEqualTo("Recall fell. And more.");
                assertThat(run.challenger()).isEmpty();
              });
      assertThat(service.host().versions("pump")).hasSize(1);
    }
    for (String script :
        List.of("echo 'no memory left'; kill -9 $$", "exit 0", "echo broken > \"$5\"; exit 0")) {
      try (RunningService service = service(shell(script))) {
        score(service);
        RetrainingRun unused = service.retrainer().start("pump", "ada");
        RetrainingRun failed = await(service, run -> run.state() != State.RUNNING);
        assertThat(failed.state()).as(script).isEqualTo(State.FAILED);
        assertThat(champion(service)).isEqualTo(1);
        if (script.startsWith("echo 'no")) {
          assertThat(failed.words()).isEqualTo("exit code 137: no memory left");
        }
      }
    }
  }

  @Test
  void nothingIsLeftOfTheRowsThatWereLearnedFrom() throws Exception {
    try (RunningService service = service(shell(REFUSES))) {
      score(service);
      RetrainingRun run = service.retrainer().start("pump", "ada");
      RetrainingRun unused = await(service, now -> now.state() != State.RUNNING);
      try (Stream<Path> left =
          Files.list(service.storeFolder().resolve("retraining").resolve(run.id()))) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .containsExactlyInAnyOrder("log.txt", "decision.json");
      }
    }
  }

  /** A training that leaves where it can be seen what it was given, and refuses. */
  private static Trainer noting(Path rows, Path feedback) {
    return shell(
        "printf '{\"reasons\": []}' > \"$7\"; cp \"$3\" '%s'; while [ $# -gt 0 ]; do [ \"$1\" = --feedback ] && cp \"$2\" '%s'; shift; done; exit 5"
            .formatted(rows, feedback));
  }

  private void promote(RunningService service, int seed) throws IOException {
    Path file = Files.write(folder.resolve(seed + ".onnx"), Artifacts.fitted(seed));
    ModelVersion unused = service.host().add("pump", file, true, "ada");
  }

  @Test
  void whatWasSaidOfAnAlarmHoldsOnceAnotherVersionScoresItsRowOtherwise() throws Exception {
    Path seen = folder.resolve("seen.csv");
    Path rows = folder.resolve("seen.parquet");
    try (RunningService service = service(noting(rows, seen))) {
      promote(service, 1);
      StringBuilder table = new StringBuilder("a,b,c,kind\n");
      for (int row = 0; row < 20; row++) {
        table.append("0.1,0.2,-0.1,high\n%d,0.2,-0.1,high\n".formatted(20 + row));
      }
      String unused = scored(service, table.toString());
      String incidents = "/v1/models/pump/incidents";
      JsonNode incident = JSON.readTree(get(service, incidents)).get("incidents").get(0);
      JsonNode alarm =
          JSON.readTree(get(service, incidents + "/" + incident.get("id").asText()))
              .at("/examples/0");
      say(service, incident, "{\"feedback\": \"false_alarm\"}");
      say(
          service,
          incident,
          "{\"feedback\": \"confirmed\", \"alarm\": {\"at\": %s, \"score\": %s}}"
              .formatted(alarm.get("at"), alarm.get("score")));
      promote(service, 2);
      clock.pass(Duration.ofMinutes(1));
      RetrainingRun begun = service.retrainer().start("pump", "ada");
      RetrainingRun ended = await(service, run -> run.state() != State.RUNNING);
      assertThat(ended.id()).isEqualTo(begun.id());
      List<String> told = Files.readAllLines(seen);
      List<String> confirmed = told.stream().filter(line -> line.endsWith(",confirmed")).toList();
      assertThat(confirmed).as(told.toString()).hasSize(1);
      String first = confirmed.get(0);
      int row = Integer.parseInt(first.substring(0, first.indexOf(',')));
      assertThat(Double.parseDouble(recorded(service, rows, RecordedFields.SCORE)[row]))
          .isEqualTo(alarm.get("score").asDouble());
    }
  }

  @Test
  void whatPeopleSaidOfAlarmsGoesWithTheRows() throws Exception {
    Path seen = folder.resolve("seen.csv");
    Path rows = folder.resolve("seen.parquet");
    try (RunningService service = service(noting(rows, seen))) {
      score(service);
      RetrainingRun silent = service.retrainer().start("pump", "ada");
      RetrainingRun unused = await(service, run -> run.state() != State.RUNNING);
      assertThat(seen).as(silent.id()).doesNotExist();

      JsonNode incidents =
          JSON.readTree(get(service, "/v1/models/pump/incidents")).get("incidents");
      JsonNode confirmed = incidents.get(0);
      JsonNode normal = incidents.get(1);
      say(service, confirmed, "{\"feedback\": \"confirmed\"}");
      say(service, normal, "{\"feedback\": \"false_alarm\"}");
      clock.pass(Duration.ofMinutes(1));
      service.host().refuseNextUntold(Refusal.BUSY, "full for a moment");
      RetrainingRun again = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.id().equals(again.id()) && run.state() != State.RUNNING);
      List<String> told = Files.readAllLines(seen);
      assertThat(told.get(0)).isEqualTo("row,feedback");
      assertThat(told.stream().filter(line -> line.endsWith(",confirmed")).count())
          .isEqualTo(confirmed.get("alarms").asLong());
      assertThat(told.stream().filter(line -> line.endsWith(",false-alarm")).count())
          .isEqualTo(normal.get("alarms").asLong());
      assertThat(
              told.stream()
                  .skip(1)
                  .map(line -> Integer.valueOf(line.substring(0, line.indexOf(',')))))
          .isSubsetOf(anomalies(service, rows));
    }
  }

  /** Numbers of the recorded rows that were anomalies, from 0 on as everywhere. */
  private static List<Integer> anomalies(RunningService service, Path recorded) {
    List<Integer> numbers = new ArrayList<>();
    String[] verdicts = recorded(service, recorded, RecordedFields.VERDICT);
    for (int i = 0; i < verdicts.length; i++) {
      if (verdicts[i].equals("anomaly")) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  /** What is recorded beside the columns. */
  private static String[] recorded(RunningService service, Path recorded, String field) {
    Manifest manifest;
    try (ModelLease lease = service.host().lend("pump", OptionalInt.empty())) {
      manifest = lease.manifest();
    }
    try (DataSource source =
            DataSource.open(List.of(recorded.toString()), ReadOptions.asFitted(manifest));
        RowReader reader =
            source.rows(manifest.schema(), List.of(field), 1_000, ReadListener.NONE)) {
      return reader.next().kept()[0];
    }
  }

  private void say(RunningService service, JsonNode incident, String said) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/v1/models/pump/incidents/%s"
                        .formatted(service.port(), incident.get("id").asText())))
            .header("content-type", "application/json")
            .method("PATCH", BodyPublishers.ofString(said))
            .build();
    assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  @Test
  void timesThatWereMissedCountOnceAndAPausedModelIsLeftAlone() throws Exception {
    try (RunningService service = service(shell(REFUSES), "retraining.cron", "0 3 * * *")) {
      score(service);
      service.retrainer().look();
      assertThat(service.retrainer().latest("pump")).isEmpty();
      assertThat(service.retrainer().next("pump").orElseThrow())
          .isBetween(Instant.parse("2026-01-01T03:00:00Z"), Instant.parse("2026-01-01T03:10:00Z"));

      service.retrainer().pause("pump", true, "ada");
      clock.pass(Duration.ofDays(5));
      service.retrainer().look();
      assertThat(service.retrainer().latest("pump")).isEmpty();
      assertThat(service.retrainer().next("pump")).isEmpty();

      service.retrainer().pause("pump", false, "ada");
      RetrainingRun run = await(service, now -> now.state() == State.REFUSED);
      assertThat(run.cause()).isEqualTo(Cause.SCHEDULE);
      assertThat(run.by()).isEqualTo(Retrainer.BY);
      service.retrainer().look();
      service.retrainer().look();
      assertThat(service.retrainer().latest("pump")).hasSize(1);
    }
  }

  @Test
  void withApprovalAChallengerWaitsForSomebodysWord() throws Exception {
    try (RunningService service = service(promoting(), "retraining.mode", "approve")) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.state() == State.SHADOW);
      assertThatThrownBy(() -> service.retrainer().start("pump", "ada"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("version 2 in shadow");
      score(service);
      score(service);
      RetrainingRun waiting = await(service, run -> run.state() == State.WAITING);
      assertThat(waiting.words()).contains("promote version 2");
      assertThat(champion(service)).isEqualTo(1);
      ModelVersion promoted = service.host().promote("pump", 2, "ada");
      assertThat(promoted.version()).isEqualTo(2);
      assertThat(await(service, run -> run.state() == State.PROMOTED).words())
          .isEqualTo("promoted by somebody");
    }
  }

  @Test
  void aRunOfAServiceThatDiedHasFailedAndItsChildIsEnded() throws Exception {
    try (RunningService service = service(promoting())) {
      Process child = new ProcessBuilder("sleep", "300").start();
      try {
        RetrainingRun run =
            RetrainingRun.begun(
                    UUID.randomUUID().toString().replace("-", ""),
                    "pump",
                    Cause.SCHEDULE,
                    "",
                    Retrainer.BY,
                    1,
                    clock.instant(),
                    "")
                .with(new ChildProcess(child.pid(), child.info().startInstant().orElseThrow()));
        service.registry().retrainings().put(run);
        service.retrainer().endWhatWasLeft(service.registry().retrainings());
        assertThat(service.retrainer().latest("pump").get(0).state()).isEqualTo(State.FAILED);
        assertThat(child.waitFor()).isNotZero();
      } finally {
        child.destroyForcibly();
      }
    }
  }

  @Test
  void withoutRowsThereIsNothingToLearnFrom() throws Exception {
    try (RunningService service = service(promoting())) {
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      assertThat(await(service, run -> run.state() != State.RUNNING).words())
          .startsWith("no row since 2025-12-02T00:05:00Z is recorded");
    }
    try (RunningService service = new RunningService("pump", clock)) {
      assertThatThrownBy(() -> service.retrainer().start("pump", "ada"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("retraining.mode");
    }
    assertThatThrownBy(
            () -> {
              RunningService service = new RunningService("pump", clock, "retraining.mode", "auto");
              service.close();
            })
        .hasMessageContaining("recording.keep");
  }

  private String row(RunningService service, int number) throws Exception {
    String lines = Files.readString(RunningService.table());
    String header = lines.lines().findFirst().orElseThrow();
    String of = lines.lines().skip(1 + number).findFirst().orElseThrow();
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + service.port() + "/v1/models/pump/score"))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(json(header, of)))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String json(String header, String row) {
    String[] names = header.split(",", -1);
    String[] cells = row.split(",", -1);
    StringBuilder json = new StringBuilder("{\"rows\": [{");
    for (int i = 0; i < names.length; i++) {
      json.append(i == 0 ? "" : ", ").append('"').append(names[i]).append("\": ");
      json.append('"').append(i < cells.length ? cells[i] : "").append('"');
    }
    return json.append("}]}").toString();
  }

  private static boolean saysVersion(String answer, int version) {
    return answer.contains("\"version\":" + version) || answer.contains("\"version\": " + version);
  }

  @Test
  void aCanaryAnswersItsShareOfTheRequestsByTheirRowsAndIsThenPromoted() throws Exception {
    try (RunningService service =
        service(
            promoting(),
            "retraining.canary_percent",
            "30",
            "retraining.canary_rows",
            "150",
            "retraining.shadow_rows",
            "30")) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.state() == State.SHADOW);
      score(service);
      score(service);
      RetrainingRun canary = await(service, run -> run.state() == State.CANARY);
      assertThat(canary.canaryPercent()).isEqualTo(30);
      assertThat(canary.by()).isEqualTo("ada");
      assertThat(service.registry().ledger().of("pump").get(0))
          .satisfies(
              entry -> {
                assertThat(entry.action()).isEqualTo("canary");
                assertThat(entry.by()).isEqualTo("retraining");
              });
      assertThat(canary.trial()).as("it begins anew").isEqualTo(ShadowTrial.NONE);
      assertThat(champion(service)).isEqualTo(1);

      int byChallenger = 0;
      int rows = 45;
      for (int i = 0; i < rows; i++) {
        String first = row(service, i);
        assertThat(row(service, i)).as("the same row has the same answer").isEqualTo(first);
        byChallenger += saysVersion(first, 2) ? 1 : 0;
      }
      // Of 45 at 30 %: 3 to 26 but for one in ten thousand.
      assertThat(byChallenger).isBetween(3, 26);
      assertThat(get(service, "/v1/models/pump/ledger"))
          .contains("\"action\":\"canary\"", "\"canary\":2", "\"canary_percent\":30");

      score(service);
      score(service);
      RetrainingRun promoted = await(service, run -> run.state() == State.PROMOTED);
      assertThat(promoted.trial().rows()).isGreaterThanOrEqualTo(150);
      assertThat(champion(service)).isEqualTo(2);
      assertThat(get(service, "/v1/models/pump/ledger"))
          .contains("retraining " + promoted.id(), promoted.decision().orElseThrow());
      assertThat(service.registry().ledger().of("pump").get(0))
          .satisfies(
              entry -> {
                assertThat(entry.action()).isEqualTo("canary_end");
                assertThat(entry.by()).isEqualTo("retraining");
              });
    }
  }

  @Test
  void aCanaryThatLeavesItsBoundsIsTakenBack() throws Exception {
    try (RunningService service =
        service(
            promoting(),
            "retraining.canary_percent",
            "50",
            "retraining.canary_rows",
            "100000",
            "retraining.shadow_rows",
            "30")) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.state() == State.SHADOW);
      score(service);
      score(service);
      RetrainingRun canary = await(service, run -> run.state() == State.CANARY);
      service.registry().retrainings().put(canary.with(new ShadowTrial(900, 9, 400, 9, 0, 0)));
      RetrainingRun dropped =
          await(
              service,
              run -> {
                try {
                  score(service);
                } catch (IOException | InterruptedException e) {
                  throw new AssertionError(e);
                }
                return run.state() == State.DROPPED;
              });
      assertThat(dropped.words()).startsWith("as a canary ").contains("are alarms of it");
      assertThat(champion(service)).isEqualTo(1);
      for (int i = 0; i < 20; i++) {
        assertThat(saysVersion(row(service, i), 1)).isTrue();
      }
      assertThat(get(service, "/v1/models/pump/ledger")).contains("\"action\":\"canary_end\"");
    }
  }

  /** Whoever promotes a third version while the retrainer is about to change the champion. */
  private void promoteMeanwhile(RunningService service) throws IOException {
    Path third = third();
    service
        .host()
        .beforeChanges(
            () -> {
              service.host().beforeChanges(() -> {});
              ModelVersion unused = service.host().add("pump", third, true, "ada");
            });
  }

  @Test
  void aPromotionByAPersonMeanwhileIsNeitherTakenBackNorPromotedOver() throws Exception {
    try (RunningService service = service(promoting())) {
      ModelVersion unused = service.host().add("pump", challenger, true, "ada");
      for (int hour = 0; hour < 14; hour++) {
        score(service);
        score(service);
        clock.pass(Duration.ofHours(1));
      }
      assertThat(get(service, "/v1/models/pump/drift")).contains("\"surge\"");
      promoteMeanwhile(service);
      service.retrainer().look();
      assertThat(champion(service)).as("not taken back").isEqualTo(3);
      assertThat(service.log()).contains("version 3 is the champion by now");
    }
    try (RunningService service = service(promoting(), "retraining.shadow_rows", "0")) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      promoteMeanwhile(service);
      RetrainingRun dropped = await(service, run -> !run.state().isOpen());
      assertThat(dropped.state()).isEqualTo(State.DROPPED);
      assertThat(dropped.words()).isEqualTo("another version has become the champion meanwhile");
      assertThat(champion(service)).as("not promoted over").isEqualTo(3);
    }
    try (RunningService service =
        service(promoting(), "retraining.mode", "approve", "retraining.shadow_rows", "0")) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.state() == State.WAITING);
      promoteMeanwhile(service);
      assertThatThrownBy(() -> service.retrainer().approve("pump", "bob"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("version 3 is the champion by now");
      assertThat(champion(service)).isEqualTo(3);
    }
  }

  @Test
  void aModelThatCannotBeChangedHoldsUpNoOther() throws Exception {
    try (RunningService service = service(promoting(), "retraining.shadow_rows", "0")) {
      score(service);
      ModelVersion other = service.host().add("other", RunningService.artifact(), true, "ada");
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      service
          .host()
          .beforeChanges(
              () -> {
                throw new RefusedException(Refusal.CONFLICT, "its file is gone");
              });
      unused = await(service, run -> run.state() == State.SHADOW);
      RetrainingRun lost =
          RetrainingRun.begun(
              UUID.randomUUID().toString().replace("-", ""),
              "other",
              Cause.SCHEDULE,
              "",
              Retrainer.BY,
              other.version(),
              clock.instant(),
              "");
      service.registry().retrainings().put(lost);
      service.retrainer().look();
      assertThat(service.log()).contains("retraining: of model 'pump': ", "its file is gone");
      assertThat(service.retrainer().latest("other").get(0))
          .satisfies(
              run -> {
                assertThat(run.state()).isEqualTo(State.FAILED);
                assertThat(run.words()).isEqualTo("how it ended could not be noted");
              });
      assertThat(service.retrainer().latest("pump").get(0).state()).isEqualTo(State.SHADOW);

      clock.pass(Duration.ofDays(8));
      service.retrainer().look();
      assertThat(service.retrainer().latest("pump").get(0))
          .satisfies(
              run -> {
                assertThat(run.state()).isEqualTo(State.DROPPED);
                assertThat(run.words()).contains("its file is gone");
              });
    }
  }

  @Test
  void aChildThatCannotEvenBeStartedIsAFailureAndAnotherMayFollow() throws Exception {
    try (RunningService service =
        service(
            (own, heap, cores, arguments) -> {
              throw new NoClassDefFoundError("trainer");
            })) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      assertThat(await(service, run -> run.state() != State.RUNNING))
          .satisfies(
              run -> {
                assertThat(run.state()).isEqualTo(State.FAILED);
                assertThat(run.words()).contains("trainer");
              });
      assertThat(service.retrainer().start("pump", "ada").state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void aChampionThatSomebodyPromotedIsTakenBackToo() throws Exception {
    try (RunningService service = service(promoting())) {
      ModelVersion second = service.host().add("pump", challenger, true, "ada");
      assertThat(champion(service)).isEqualTo(second.version());
      for (int hour = 0; hour < 14; hour++) {
        score(service);
        score(service);
        clock.pass(Duration.ofHours(1));
      }
      assertThat(get(service, "/v1/models/pump/drift")).contains("\"surge\"");
      service.retrainer().look();
      assertThat(champion(service)).isEqualTo(1);
      assertThat(get(service, "/v1/models/pump/ledger"))
          .contains("\"by\":\"retraining\"", "was version 2; More alarms than promised");
      // The first version has none before it, however it does.
      for (int hour = 0; hour < 14; hour++) {
        score(service);
        score(service);
        clock.pass(Duration.ofHours(1));
      }
      service.retrainer().look();
      assertThat(champion(service)).isEqualTo(1);
    }
  }

  @Test
  void whichVersionJudgedARowOnADayIsAnswered() throws Exception {
    try (RunningService service = service(promoting())) {
      String lines = Files.readString(RunningService.table());
      String column = lines.substring(0, lines.indexOf(','));
      String row = lines.lines().skip(1).findFirst().orElseThrow();
      String value = row.substring(0, row.indexOf(','));
      score(service);
      clock.pass(Duration.ofDays(1));
      ModelVersion unused = service.host().add("pump", challenger, true, "ada");
      score(service);
      String path = "/v1/models/pump/recorded/judged?where=" + column + "=" + value + "&day=";
      assertThat(get(service, path + "2026-01-01"))
          .contains("\"version\":1", "\"verdict\":", "\"threshold\":")
          .doesNotContain("\"version\":2");
      assertThat(get(service, path + "2026-01-02"))
          .contains("\"version\":2")
          .doesNotContain("\"version\":1,");
      assertThat(get(service, path + "2026-01-03")).contains("\"rows\":[]");
      assertThat(get(service, "/v1/models/pump/ledger?at=2026-01-01T00:06:00Z"))
          .contains("\"version\":1")
          .doesNotContain("\"version\":2");
      assertThat(get(service, "/v1/models/pump/ledger?at=9999-12-31T23:59:59Z"))
          .contains("\"version\":2");
      for (String moment :
          List.of("%2B1000000000-01-01T00:00:00Z", "%2B10000-01-01", "-0001-01-01T00:00:00Z")) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:"
                                + service.port()
                                + "/v1/models/pump/ledger?at="
                                + moment))
                    .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      }
    }
  }

  @Test
  void whatWaitsIsApprovedByName() throws Exception {
    try (RunningService service =
        service(promoting(), "retraining.mode", "approve", "retraining.shadow_rows", "0")) {
      score(service);
      assertThatThrownBy(() -> service.retrainer().approve("pump", "ada"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("no challenger waits");
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.state() == State.WAITING);
      assertThat(service.retrainer().approve("pump", "bob").words()).isEqualTo("approved by bob");
      assertThat(champion(service)).isEqualTo(2);
      assertThat(get(service, "/v1/models/pump/ledger")).contains("\"by\":\"bob\"", "approved;");
      assertThat(service.registry().audit().of("pump"))
          .filteredOn(entry -> entry.action().equals("retraining_promoted"))
          .extracting(AuditEntry::by)
          .containsExactly("bob");
    }
  }

  private Path third() throws IOException {
    return Files.write(
        folder.resolve("third.onnx"),
        Artifacts.tagged(Files.readAllBytes(RunningService.artifact()), 3));
  }

  @Test
  void whatWaitsIsDroppedWhereTheChampionChangedOrANewerVersionCame() throws Exception {
    for (boolean promoted : new boolean[] {true, false}) {
      try (RunningService service =
          service(promoting(), "retraining.mode", "approve", "retraining.shadow_rows", "0")) {
        score(service);
        RetrainingRun unused = service.retrainer().start("pump", "ada");
        unused = await(service, run -> run.state() == State.WAITING);
        ModelVersion third = service.host().add("pump", third(), promoted, "eve");
        assertThatThrownBy(() -> service.retrainer().approve("pump", "bob"))
            .isInstanceOf(RefusedException.class)
            .hasMessageContaining("no challenger waits");
        assertThat(service.retrainer().latest("pump").get(0))
            .satisfies(
                run -> {
                  assertThat(run.state()).isEqualTo(State.DROPPED);
                  assertThat(run.words())
                      .isEqualTo(
                          promoted
                              ? "another version has become the champion meanwhile"
                              : "a newer version stands in its place");
                });
        assertThat(champion(service)).isEqualTo(promoted ? third.version() : 1);
      }
    }
    try (RunningService service =
        service(promoting(), "retraining.mode", "approve", "retraining.shadow_rows", "0")) {
      score(service);
      ModelVersion second = service.host().add("pump", third(), true, "eve");
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.state() == State.WAITING);
      // The challenger is the candidate still, of a champion that is none any more.
      ModelVersion first = service.host().rollBack("pump", "eve");
      assertThat(first.version()).isNotEqualTo(second.version());
      service.retrainer().look();
      assertThat(service.retrainer().latest("pump").get(0).state()).isEqualTo(State.DROPPED);
    }
  }

  @Test
  void aCanaryIsBoundToTheChampionThatItWasProvenBesideAndHasAWeekOfItsOwn() throws Exception {
    try (RunningService service =
        service(
            promoting(),
            "retraining.canary_percent",
            "50",
            "retraining.canary_rows",
            "100000",
            "retraining.shadow_rows",
            "30")) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.state() == State.SHADOW);
      score(service);
      score(service);
      unused = await(service, run -> run.state() == State.CANARY);
      clock.pass(Duration.ofDays(8));
      service.retrainer().look();
      assertThat(service.retrainer().latest("pump").get(0).state()).isEqualTo(State.CANARY);

      ModelVersion third = service.host().add("pump", third(), true, "eve");
      for (int i = 0; i < 20; i++) {
        assertThat(saysVersion(row(service, i), third.version())).isTrue();
      }
      assertThat(service.registry().ledger().of("pump").get(0))
          .satisfies(
              entry -> {
                assertThat(entry.action()).isEqualTo("promote");
                assertThat(entry.canary()).isEmpty();
              });

      ModelVersion first = service.host().rollBack("pump", "eve");
      assertThat(first.version()).isEqualTo(1);
      clock.pass(Duration.ofDays(7));
      service.retrainer().look();
      assertThat(service.retrainer().latest("pump").get(0).state()).isEqualTo(State.DROPPED);
    }
  }

  @Test
  void aCanaryThatTooFewRowsCameForIsDroppedAfterTwoWeeks() throws Exception {
    try (RunningService service =
        service(promoting(), "retraining.canary_percent", "50", "retraining.shadow_rows", "0")) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.state() == State.CANARY);
      clock.pass(Duration.ofDays(8));
      service.retrainer().look();
      assertThat(service.retrainer().latest("pump").get(0).state()).isEqualTo(State.CANARY);
      clock.pass(Duration.ofDays(7));
      service.retrainer().look();
      assertThat(service.retrainer().latest("pump").get(0).words())
          .startsWith("too few rows came in two weeks: ");
    }
  }

  @Test
  void aServiceThatRetrainsNoMoreEndsWhatOneBeforeLeft() throws Exception {
    try (RunningService service = new RunningService("pump", clock)) {
      ModelVersion second = service.host().add("pump", challenger, false, "ada");
      Process child = new ProcessBuilder("sleep", "300").start();
      try {
        String id = UUID.randomUUID().toString().replace("-", "");
        RetrainingRun run =
            RetrainingRun.begun(id, "pump", Cause.MANUAL, "", "ada", 1, clock.instant(), "")
                .with(new ChildProcess(child.pid(), child.info().startInstant().orElseThrow()));
        service.registry().retrainings().put(run);
        Path rows = service.storeFolder().resolve("retraining").resolve(id);
        Path of = Files.createDirectories(rows).resolve("recorded.parquet");
        Files.writeString(of, "of callers");
        RetrainingRun canary =
            RetrainingRun.begun(
                    UUID.randomUUID().toString().replace("-", ""),
                    "pump",
                    Cause.MANUAL,
                    "",
                    "ada",
                    1,
                    clock.instant().minusSeconds(60),
                    "")
                .with(second.version())
                .sharing(50)
                .now(State.CANARY, clock.instant(), "answers");
        service.registry().retrainings().noted(canary, Retrainer.BY);

        service.retrainer().start(service.host(), service.registry());

        assertThat(service.retrainer().latest("pump"))
            .extracting(RetrainingRun::state, RetrainingRun::words)
            .containsExactly(
                tuple(State.FAILED, "the service ended meanwhile"),
                tuple(State.DROPPED, "the service shares no requests any more"));
        assertThat(service.registry().ledger().of("pump").get(0).canary()).isEmpty();
        assertThat(child.waitFor()).isNotZero();
        assertThat(of).doesNotExist();
      } finally {
        child.destroyForcibly();
      }
    }
  }

  @Test
  void theChildIsToldTheThresholdsInForce() throws Exception {
    Path told = folder.resolve("told.json");
    String script =
        "while [ \"$1\" != --thresholds ]; do shift; done; cp \"$2\" '%s'; exit 5".formatted(told);
    try (RunningService service = service(shell(script))) {
      score(service);
      ModelVersion before = service.host().versions("pump").get(0);
      Threshold moved =
          service
              .host()
              .moveThreshold(
                  "pump",
                  manifest ->
                      manifest.calibration().sample().thresholdFor(0.2, manifest.modelId(), "ada"),
                  "ada")
              .version()
              .threshold()
              .orElseThrow();
      RetrainingRun run = service.retrainer().start("pump", "ada");
      RetrainingRun unused = await(service, now -> now.state() != State.RUNNING);
      Manifest.Thresholds thresholds = ArtifactJson.readThresholds(Files.readString(told));
      assertThat(thresholds.current()).isEqualTo(moved);
      assertThat(thresholds.history()).endsWith(before.threshold().orElseThrow());
      assertThat(service.storeFolder().resolve("retraining").resolve(run.id()))
          .isDirectoryNotContaining("glob:**thresholds.json");
    }
  }

  @Test
  void oldRunsAndTheirFilesAreForgotten() throws Exception {
    try (RunningService service = service(shell(REFUSES), "retraining.kept_days", "10")) {
      score(service);
      RetrainingRun first = service.retrainer().start("pump", "ada");
      RetrainingRun unused = await(service, run -> run.state() == State.REFUSED);
      clock.pass(Duration.ofDays(1));
      RetrainingRun second = service.retrainer().start("pump", "ada");
      unused = await(service, run -> run.id().equals(second.id()) && run.state() == State.REFUSED);
      Path files = service.storeFolder().resolve("retraining");
      assertThat(files.resolve(first.id())).exists();
      clock.pass(Duration.ofDays(9).plusHours(12));
      service.retrainer().look();
      assertThat(files.resolve(first.id())).doesNotExist();
      assertThat(files.resolve(second.id())).exists();
      assertThat(service.retrainer().latest("pump")).hasSize(1);
    }
  }
}
