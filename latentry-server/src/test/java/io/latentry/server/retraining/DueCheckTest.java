package io.latentry.server.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.server.RunningService;
import io.latentry.server.catalog.Artifacts;
import io.latentry.server.config.RetrainingTriggers;
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.registry.RetrainingRun;
import io.latentry.server.registry.RetrainingRun.Cause;
import io.latentry.server.registry.RetrainingRun.State;
import io.latentry.server.serving.ModelLease;
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
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has a service retrain without anybody's word, by a clock that is handed in. */
final class DueCheckTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final String REFUSES =
      "printf '{\"reasons\": [\"Nothing drifted.\"]}' > \"$7\"; exit 5";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Moved clock = new Moved();
  @TempDir Path store;
  @TempDir Path aside;

  private static final class Moved extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

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

  private RunningService service(String... more) {
    return serviceThatRuns(REFUSES, more);
  }

  /** Its store stays, so that another one goes on from it. */
  private RunningService serviceThatRuns(String script, String... more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "store.folder",
                store.toString(),
                "recording.keep",
                "rows",
                "retraining.mode",
                "approve",
                "access.allow_unauthenticated",
                "true"));
    flags.addAll(List.of(more));
    Trainer trainer =
        (own, heap, cores, arguments) -> {
          List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
          command.addAll(arguments);
          return command;
        };
    return RunningService.retraining("pump", clock, trainer, flags.toArray(String[]::new));
  }

  private void score(RunningService service) throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(uri(service, "/v1/models/pump/score"))
                .header("content-type", "text/csv")
                .POST(BodyPublishers.ofFile(RunningService.table()))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static URI uri(RunningService service, String path) {
    return URI.create("http://127.0.0.1:" + service.port() + path);
  }

  private String get(RunningService service, String path) throws Exception {
    return client
        .send(HttpRequest.newBuilder(uri(service, path)).build(), BodyHandlers.ofString())
        .body();
  }

  /** The runs, the latest first, once none is at work. */
  private List<RetrainingRun> looked(RunningService service) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    service.retrainer().look();
    while (service.retrainer().latest("pump").stream().anyMatch(run -> run.state().isOpen())) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
    return service.retrainer().latest("pump");
  }

  @Test
  void aChampionThatIsAsOldAsTheTriggerIsRetrainedOnceAndAgainWhenItIsAsOldAgain()
      throws Exception {
    try (RunningService service = service("retraining.on_age_days", "3")) {
      score(service);
      clock.pass(DAY.multipliedBy(3).minusSeconds(1));
      assertThat(looked(service)).isEmpty();
      clock.pass(RetrainingTriggers.jitter("pump").plusSeconds(1));
      assertThat(looked(service))
          .singleElement()
          .satisfies(
              run -> {
                assertThat(run.cause()).isEqualTo(Cause.AGE);
                assertThat(run.by()).isEqualTo(Retrainer.BY);
                assertThat(run.state()).isEqualTo(State.REFUSED);
                assertThat(run.words()).isEqualTo("Nothing drifted.");
                assertThat(run.reason()).isEqualTo("age: 3 days since version 1 came (trigger: 3)");
              });
      clock.pass(DAY.multipliedBy(2).plusHours(23));
      assertThat(looked(service)).hasSize(1);
    }
    try (RunningService again = service("retraining.on_age_days", "3")) {
      assertThat(looked(again)).as("a restart makes nobody older").hasSize(1);
      clock.pass(HOUR.multipliedBy(2));
      assertThat(looked(again)).hasSize(2);
      assertThat(again.retrainer().latest("pump").get(0).reason())
          .startsWith("age: 3 days since the retraining of 2026-01-04T00:");
      assertThat(looked(again)).hasSize(2);
    }
  }

  @Test
  void modelsGrowOldOneAfterTheOther() throws Exception {
    try (RunningService service = service("retraining.on_age_days", "1")) {
      score(service);
      clock.pass(DAY);
      assertThat(RetrainingTriggers.jitter("pump")).isBetween(Duration.ofSeconds(1), HOUR);
      assertThat(looked(service)).isEmpty();
      clock.pass(RetrainingTriggers.jitter("pump"));
      assertThat(looked(service)).hasSize(1);
    }
  }

  @Test
  void oneThatFailedIsTriedAgainInAnHourAndOneThatFailedTwiceTheNextDay() throws Exception {
    try (RunningService service = serviceThatRuns("exit 1", "retraining.on_age_days", "30")) {
      score(service);
      clock.pass(DAY.multipliedBy(30).plus(HOUR));
      score(service);
      assertThat(looked(service)).singleElement().matches(run -> run.state() == State.FAILED);
      clock.pass(HOUR.minusSeconds(1));
      assertThat(looked(service)).hasSize(1);
      clock.pass(Duration.ofSeconds(1));
      assertThat(looked(service)).hasSize(2);
      clock.pass(HOUR.multipliedBy(23));
      assertThat(looked(service)).hasSize(2);
      clock.pass(HOUR);
      assertThat(looked(service)).hasSize(3);
      assertThat(service.retrainer().latest("pump").get(0).reason())
          .isEqualTo("age: 31 days since version 1 came (trigger: 30)");
    }
  }

  @Test
  void manyRowsStartOneRetrainingAndAsManyMoreAnother() throws Exception {
    int rows = (int) Files.readString(RunningService.table()).lines().count() - 1;
    String trigger = String.valueOf(2 * rows - rows / 4);
    try (RunningService service = service("retraining.on_rows", trigger)) {
      score(service);
      clock.pass(DAY.plus(HOUR));
      get(service, "/v1/models/pump/drift");
      assertThat(looked(service)).isEmpty();
      score(service);
      get(service, "/v1/models/pump/drift?version=1");
      clock.pass(Duration.ofMinutes(11));
      get(service, "/v1/models/pump/drift");
      RetrainingRun run = looked(service).get(0);
      assertThat(run.cause()).isEqualTo(Cause.ROWS);
      assertThat(run.reason())
          .matches("rows: \\d+ judged since version 1 came \\(trigger: " + trigger + "\\)");
      clock.pass(DAY.plus(HOUR));
      assertThat(looked(service)).as("the same rows").hasSize(1);
      score(service);
      clock.pass(HOUR);
      get(service, "/v1/models/pump/drift");
    }
    try (RunningService again = service("retraining.on_rows", trigger)) {
      assertThat(looked(again)).as("the same rows, and too few others").hasSize(1);
      score(again);
      clock.pass(HOUR);
      get(again, "/v1/models/pump/drift");
      assertThat(looked(again)).hasSize(2);
      assertThat(looked(again).get(0).reason()).contains("judged since the retraining of 2026-");
    }
  }

  /** Hours in which the champion alarms on far more than it promised. */
  private void breakPromise(RunningService service, int hours) throws Exception {
    for (int hour = 0; hour < hours; hour++) {
      score(service);
      score(service);
      clock.pass(HOUR);
    }
    get(service, "/v1/models/pump/drift");
  }

  @Test
  void aPromiseThatIsBrokenLongEnoughStartsOneRetrainingADay() throws Exception {
    try (RunningService service = service("retraining.on_broken_promise_hours", "24")) {
      breakPromise(service, 11);
      assertThat(looked(service)).isEmpty();
      breakPromise(service, 13);
      clock.pass(RetrainingTriggers.jitter("pump"));
      get(service, "/v1/models/pump/drift");
      RetrainingRun run = looked(service).get(0);
      assertThat(run.cause()).isEqualTo(Cause.BROKEN_PROMISE);
      assertThat(run.reason())
          .matches(
              "broken promise: \\d+\\.\\d\\d % alarms of \\d+ rows in 24 hours, where at most"
                  + " \\d+\\.\\d\\d % are promised \\(trigger: 24 hours\\)");
      breakPromise(service, 20);
      assertThat(looked(service)).as("within a day").hasSize(1);
    }
    try (RunningService again = service("retraining.on_broken_promise_hours", "24")) {
      get(again, "/v1/models/pump/drift");
      assertThat(looked(again)).as("within a day, after a restart").hasSize(1);
      breakPromise(again, 5);
      assertThat(looked(again)).as("it is broken still").hasSize(2);
      clock.pass(DAY.multipliedBy(2));
      get(again, "/v1/models/pump/drift");
      assertThat(looked(again)).as("no row for a day").hasSize(2);
    }
  }

  /**
   * Rows like those that the model learned, of which a column may have moved. Returns once they are
   * counted, which may be after the answer: the clock may move then.
   */
  private void score(RunningService service, SplittableRandom random, int rows, double moved)
      throws Exception {
    StringBuilder table = new StringBuilder("a,b,c,kind\n");
    for (int row = 0; row < rows; row++) {
      double u = random.nextGaussian();
      double v = random.nextGaussian();
      table.append(
          String.format(
              Locale.ROOT, "%.4f,%.4f,%.4f,%s%n", u + moved, v, u - v, v > 0 ? "high" : "low"));
    }
    long before = scored(service);
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(uri(service, "/v1/models/pump/score"))
                .header("content-type", "text/csv")
                .POST(BodyPublishers.ofString(table.toString()))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
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

  /** Hours of rows, and a look. */
  private void pass(
      RunningService service, SplittableRandom random, int hours, int rows, double moved)
      throws Exception {
    for (int hour = 0; hour < hours; hour++) {
      score(service, random, rows, moved);
      clock.pass(HOUR);
    }
    get(service, "/v1/models/pump/drift");
  }

  private void fitted(RunningService service) throws Exception {
    Path file = Files.write(aside.resolve("fitted.onnx"), Artifacts.fitted(1));
    var unused = service.host().add("pump", file, true, "ada");
  }

  private static String learned(RunningService service) {
    List<AuditEntry> begun =
        service.registry().audit().of("pump").stream()
            .filter(entry -> entry.action().equals("retraining_running"))
            .toList();
    assertThat(begun).hasSize(1);
    return begun.get(0).detail();
  }

  @Test
  void aDriftIsLearnedOnceItIsADayOldFromItsRowsAlone() throws Exception {
    Path rows = aside.resolve("rows.parquet");
    SplittableRandom random = new SplittableRandom(7);
    String notes =
        "cp \"$3\" '%s'; printf '{\"reasons\": [\"No.\"]}' > \"$7\"; exit 5".formatted(rows);
    try (RunningService service = serviceThatRuns(notes, "retraining.on_drift", "true")) {
      fitted(service);
      pass(service, random, 48, 40, 0);
      assertThat(looked(service)).isEmpty();
      Instant moved = clock.instant();
      boolean paged = false;
      int hours = 0;
      while (looked(service).isEmpty()) {
        assertThat(hours).isLessThan(48);
        paged |= get(service, "/v1/models/pump/drift").contains("\"pages\":true");
        pass(service, random, 1, 40, 3);
        hours++;
      }
      assertThat(paged).as("it may be over tomorrow").isTrue();
      assertThat(hours).isGreaterThanOrEqualTo(24);
      assertThat(looked(service)).singleElement().matches(run -> run.cause() == Cause.DRIFT);
      assertThat(learned(service)).endsWith("; what came since " + moved + " is learned from");
      assertThat(times(service, rows))
          .hasSize(40 * hours)
          .allMatch(at -> !Instant.parse(at).isBefore(moved));
    }
  }

  @Test
  void aDriftOfFewRowsIsLearnedFromAllDays() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    try (RunningService service = service("retraining.on_drift", "true")) {
      fitted(service);
      pass(service, random, 48, 10, 0);
      for (int hours = 0; looked(service).isEmpty(); hours++) {
        assertThat(hours).isLessThan(48);
        pass(service, random, 1, 10, 1.5);
      }
      assertThat(looked(service)).singleElement().matches(run -> run.cause() == Cause.DRIFT);
      assertThat(learned(service)).endsWith("; the last 30 days are learned from");
    }
  }

  private static List<String> times(RunningService service, Path rows) {
    Manifest manifest;
    try (ModelLease lease = service.host().lend("pump", OptionalInt.empty())) {
      manifest = lease.manifest();
    }
    try (DataSource source =
            DataSource.open(List.of(rows.toString()), ReadOptions.asFitted(manifest));
        RowReader reader =
            source.rows(manifest.schema(), List.of(RecordedFields.AT), 1_000, ReadListener.NONE)) {
      return List.of(reader.next().kept()[0]);
    }
  }

  @Test
  void aSurgeThatARaisedThresholdKeepsDownIsLearnedAllTheSame() throws Exception {
    try (RunningService service =
        service("retraining.on_drift", "true", "watch.adaptive", "apply")) {
      score(service);
      clock.pass(DAY.plus(HOUR));
      get(service, "/v1/models/pump/drift");
      assertThat(looked(service)).isEmpty();
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
                          "adaptive threshold: alarms surge"),
                  "adaptive threshold");
      get(service, "/v1/models/pump/drift");
      assertThat(looked(service)).as("raised just now").isEmpty();
      clock.pass(DAY);
      get(service, "/v1/models/pump/drift");
      assertThat(looked(service)).singleElement().matches(run -> run.cause() == Cause.DRIFT);
    }
  }

  @Test
  void nothingStartsAPausedModelAndOfTwoTriggersAtOnceOneRunComes() throws Exception {
    String[] flags = {
      "retraining.on_age_days", "1", "retraining.on_rows", "5", "retraining.cron", "0 3 * * *"
    };
    try (RunningService service = service(flags)) {
      service.retrainer().pause("pump", true, "ada");
      score(service);
      clock.pass(DAY.plus(HOUR.multipliedBy(5)));
      get(service, "/v1/models/pump/drift");
      assertThat(looked(service)).isEmpty();
    }
    try (RunningService again = service(flags)) {
      assertThat(looked(again)).as("paused before the restart").isEmpty();
      again.retrainer().pause("pump", false, "ada");
      assertThat(looked(again)).singleElement().matches(run -> run.cause() == Cause.SCHEDULE);
      assertThat(again.retrainer().latest("pump").get(0).reason())
          .startsWith("schedule: it was due at 2026-01-02T03:0");
      assertThat(looked(again)).hasSize(1);
    }
  }

  @Test
  void whatStartedItIsInTheAnswerAndTheAudit() throws Exception {
    try (RunningService service =
        service(
            "retraining.on_age_days", "2",
            "retraining.on_drift", "true",
            "retraining.on_broken_promise_hours", "12",
            "retraining.on_rows", "1000000",
            "retraining.cron", "0 3 15 * *")) {
      score(service);
      clock.pass(DAY.multipliedBy(2).plus(HOUR));
      List<RetrainingRun> runs = looked(service);
      assertThat(runs).hasSize(1);
      JsonNode told = JSON.readTree(get(service, "/v1/models/pump/retraining"));
      assertThat(told.get("triggers"))
          .extracting(JsonNode::asText)
          .containsExactly(
              "cron 0 3 15 * * (UTC)",
              "age of 2 days",
              "drift or a surge that pages",
              "promise broken for 12 hours",
              "1000000 rows");
      assertThat(told.at("/runs/0/cause").asText()).isEqualTo("age");
      assertThat(told.at("/runs/0/reason").asText()).isEqualTo(runs.get(0).reason());
      assertThat(service.registry().audit().of("pump"))
          .filteredOn(entry -> entry.action().equals("retraining_running"))
          .extracting(AuditEntry::detail)
          .containsExactly(runs.get(0).reason() + "; the last 30 days are learned from");
      RetrainingRun asked = service.retrainer().start("pump", "ada");
      assertThat(asked.reason()).isEqualTo("asked for by ada");
    }
  }

  @Test
  void aRunFromWhenTheClockWasAheadHoldsUpNoOther() throws Exception {
    try (RunningService service =
        service("retraining.on_age_days", "10", "retraining.cron", "0 3 * * *")) {
      score(service);
      RetrainingRun ahead =
          RetrainingRun.begun(
                  UUID.randomUUID().toString().replace("-", ""),
                  "pump",
                  Cause.MANUAL,
                  "",
                  "ada",
                  1,
                  clock.instant().plus(DAY.multipliedBy(400)),
                  "")
              .now(State.REFUSED, clock.instant(), "");
      service.registry().retrainings().put(ahead);
      clock.pass(HOUR.multipliedBy(4));
      assertThat(looked(service)).hasSize(2);
      assertThat(looked(service)).as("once").hasSize(2);
    }
  }

  @Test
  void aTriggerThatCannotBeIsRefusedWithItsRule() {
    assertThatThrownBy(() -> service("retraining.on_age_days", "-1").close())
        .hasMessageContaining("on_age_days: -1 (expected: 0 or more)");
    assertThatThrownBy(() -> service("retraining.on_broken_promise_hours", "5").close())
        .hasMessageContaining("on_broken_promise_hours: 5 (expected: 6 to 168, or 0 for never");
    assertThatThrownBy(
            () ->
                service("retraining.on_broken_promise_hours", "48", "recording.days", "1").close())
        .hasMessageContaining(
            "retraining.on_broken_promise_hours: 48 (expected: at most those of recording.days,"
                + " 24)");
    assertThatThrownBy(() -> service("retraining.on_rows", "-7").close())
        .hasMessageContaining("on_rows: -7 (expected: 0 or more)");
    assertThatThrownBy(() -> service("retraining.cores", "-1").close())
        .hasMessageContaining("cores: -1 (expected: 0 or more)");
  }

  @Test
  void theChildIsToldHowManyCoresItMayKeepBusy() throws Exception {
    List<Integer> told = new ArrayList<>();
    Trainer trainer =
        (own, heap, cores, arguments) -> {
          told.add(cores);
          return List.of("/bin/sh", "-c", "exit 1");
        };
    try (RunningService service =
        RunningService.retraining(
            "pump",
            clock,
            trainer,
            "recording.keep",
            "rows",
            "retraining.mode",
            "auto",
            "retraining.cores",
            "1",
            "access.allow_unauthenticated",
            "true")) {
      score(service);
      RetrainingRun unused = service.retrainer().start("pump", "ada");
      assertThat(looked(service)).hasSize(1);
    }
    assertThat(told).containsExactly(1);
  }
}
