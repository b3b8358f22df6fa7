package io.latentry.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tables and artifacts that come slowly, and what others get meanwhile. */
final class StreamsTest {
  private static final String SCORE = "/v1/models/golden/score";

  /** As many as would take every thread that requests share. */
  private static final int MANY = 220;

  private static final int UNREAD_ROWS = 15_000;

  /** Far more than any of these answers takes, far less than a silent sender is given. */
  private static final Duration SOON = Duration.ofSeconds(8);

  @Test
  void tablesThatSendNothingMoreKeepNobodyElseFromAnAnswer() throws Exception {
    List<SlowCaller> slow = new ArrayList<>();
    try (RunningService service = new RunningService()) {
      for (int i = 0; i < MANY; i++) {
        slow.add(SlowCaller.post(service.port(), SCORE, "text/csv").send(header()));
      }
      for (String path :
          List.of("/v2/health/live", "/v2/health/ready", "/v1/models", "/metrics", "/v2")) {
        assertThat(client(service).get(path).aggregate().get(8, TimeUnit.SECONDS).status().code())
            .as(path)
            .isEqualTo(200);
      }
      assertThat(judged(service).status().code()).isEqualTo(200);
      assertThat(
              GrpcClients.builder("gproto+http://127.0.0.1:" + service.port() + "/")
                  .responseTimeout(SOON)
                  .build(HealthGrpc.HealthBlockingStub.class)
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);
      assertThat(slow.get(MANY - 1).answer()).startsWith("HTTP/1.1 429");
    } finally {
      closeAll(slow);
    }
  }

  @Test
  void oneStreamMoreThanTheLimitIsToldToComeAgainAndIsServedThen() throws Exception {
    try (RunningService service = new RunningService("limits.streams", "1")) {
      String upload = "/v1/models/golden/versions";
      for (String path : List.of(SCORE, upload)) {
        String type = path.equals(SCORE) ? "text/csv" : "application/octet-stream";
        try (SlowCaller slow = SlowCaller.post(service.port(), path, type).send("a,")) {
          // It is under way, and so is the request that asks.
          String unused = eventually(service, "/metrics", "latentry_requests_open 2.0");
          AggregatedHttpResponse refused = eventually(service, 429);
          assertThat(refused.headers().getInt("retry-after", 0)).isPositive();
          assertThat(refused.contentUtf8()).contains("streams: 1 under way");
          try (SlowCaller another =
              SlowCaller.post(service.port(), upload, "application/octet-stream").send("o")) {
            assertThat(another.answer()).startsWith("HTTP/1.1 429");
          }
          assertThat(judged(service).status().code()).isEqualTo(200);
        }
        assertThat(eventually(service, 200).status().code()).isEqualTo(200);
      }
    }
  }

  @Test
  void aSlowTableIsAnsweredAsItComesHoweverLongItTakes() throws Exception {
    try (RunningService service = new RunningService("limits.request_timeout_millis", "1000")) {
      try (SlowCaller csv = SlowCaller.post(service.port(), SCORE, "text/csv");
          SlowCaller json = SlowCaller.post(service.port(), SCORE, "application/x-ndjson")) {
        SlowCaller unused = csv.send(header());
        for (int row = 0; row < 8; row++) {
          unused = csv.send(row(row));
          unused = json.send("{\"a\": 1}\n");
          for (SlowCaller caller : List.of(csv, json)) {
            String verdict = caller == csv ? "\n" + row + "," : "{\"row\":" + row + ",";
            assertThat(caller.answerWith(verdict)).contains(verdict).contains(" 200 OK");
          }
          // A row at a time is far faster than the limit, and all of them are far slower.
          TimeUnit.MILLISECONDS.sleep(300);
        }
        for (SlowCaller caller : List.of(csv, json)) {
          caller.end();
          assertThat(caller.answerWith(SlowCaller.END)).endsWith(SlowCaller.END);
        }
      }
    }
  }

  @Test
  void aTableThatTricklesAndNeverBringsARowIsCutOff() throws Exception {
    try (RunningService service = new RunningService("limits.request_timeout_millis", "1000");
        SlowCaller caller = SlowCaller.post(service.port(), SCORE, "text/csv")) {
      SlowCaller unused = caller.send(header() + row(0));
      assertThat(caller.answerWith("\n0,")).contains("\n0,");
      long start = System.nanoTime();
      CompletableFuture<Void> trickle = CompletableFuture.runAsync(() -> trickle(caller));
      assertThat(caller.wholeAnswer()).doesNotEndWith(SlowCaller.END);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
      trickle.cancel(true);
    }
  }

  @Test
  void aTableThatAnErrorMeetsIsAnsweredAtOnceAndNeverAgain() throws Exception {
    try (RunningService service = new RunningService()) {
      service.host().breakNext(new StackOverflowError("of a test"));
      AggregatedHttpResponse answer =
          client(service)
              .execute(
                  RequestHeaders.of(HttpMethod.POST, SCORE, "content-type", "text/csv"),
                  Files.readAllBytes(RunningService.table()))
              .aggregate()
              .get(8, TimeUnit.SECONDS);
      assertThat(answer.status().code()).isEqualTo(500);
      assertThat(eventually(service, 200).status().code()).isEqualTo(200);
    }
  }

  @Test
  void anAnswerThatBreaksOffBecauseItsVersionIsGoneIsNoSuccess() throws Exception {
    try (RunningService service =
            new RunningService("drain_millis", "200", "reload_millis", "100");
        SlowCaller caller = SlowCaller.post(service.port(), SCORE, "text/csv")) {
      SlowCaller unused = caller.send(header() + row(0));
      assertThat(caller.answerWith("\n0,")).contains("\n0,");
      assertThat(
              client(service)
                  .post("/v1/models/golden/unload", "")
                  .aggregate()
                  .get(8, TimeUnit.SECONDS)
                  .status()
                  .code())
          .isEqualTo(200);
      CompletableFuture<Void> rows = CompletableFuture.runAsync(() -> sendRows(caller));
      assertThat(caller.wholeAnswer()).contains(" 200 OK").doesNotEndWith(SlowCaller.END);
      rows.cancel(true);

      String counted = "latentry_requests_total{door=\"api\",model=\"golden\",status=\"%s\"} ";
      String metrics = eventually(service, "/metrics", counted.formatted("aborted") + "1.0");
      assertThat(metrics).doesNotContain(counted.formatted("200") + "2.0");
      assertThat(eventually(service, "/v1/statistics", "\"failed\":1")).contains("\"failed\":1");
      assertThat(service.log())
          .containsPattern("\"route\":\"/v1/models/[^\"]*/score\"[^\\n]*\"status\":\"aborted\"");
    }
  }

  @Test
  void aCallerWhoReadsNothingBeforeAllIsSentGetsTheWholeAnswer() throws Exception {
    try (RunningService service = new RunningService("limits.request_timeout_millis", "20000")) {
      String read = answerReadAtTheEnd(service);
      assertThat(read.substring(0, 40)).contains(" 200 OK");
      assertThat(read.endsWith(SlowCaller.END)).as("whole").isTrue();
      String rows = read.replaceAll("\r\n[0-9a-f]+\r\n", "");
      int row = 0;
      for (String line : rows.substring(rows.indexOf("{\"row\":")).strip().split("\n", -1)) {
        assertThat(line.startsWith("{\"row\":" + row + ",")).as("row %d", row).isTrue();
        row++;
      }
      assertThat(row).isEqualTo(UNREAD_ROWS);
      try (Stream<Path> left = Files.walk(service.storeFolder())) {
        assertThat(left.filter(file -> file.toString().endsWith(".part"))).isEmpty();
      }
    }
  }

  @Test
  void withoutRoomOnTheDiskACallerWhoReadsNothingIsCutOffAndOthersAreServed() throws Exception {
    try (RunningService service =
        new RunningService("limits.request_timeout_millis", "1000", "limits.spool_bytes", "0")) {
      boolean whole;
      try {
        whole = answerReadAtTheEnd(service).endsWith(SlowCaller.END);
      } catch (SocketException cutOff) {
        whole = false;
      }
      assertThat(whole).isFalse();
      assertThat(judged(service).status().code()).isEqualTo(200);
    }
  }

  /** More of rows and of verdicts than the system keeps on their way. */
  private static String answerReadAtTheEnd(RunningService service) throws Exception {
    try (SlowCaller caller =
        SlowCaller.post(service.port(), SCORE + "?explain=9", "application/x-ndjson")) {
      String rows =
          "{\"a\": 1, \"of no column\": \"%s\"}\n".formatted("-".repeat(1_000)).repeat(100);
      for (int sent = 0; sent < UNREAD_ROWS; sent += 100) {
        SlowCaller unused = caller.send(rows);
      }
      caller.end();
      return caller.answerWith(SlowCaller.END);
    }
  }

  private static void sendRows(SlowCaller caller) {
    try {
      for (int i = 0; i < 100; i++) {
        SlowCaller unused = caller.send(row(i % 40));
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } catch (IOException | InterruptedException brokenOff) {
      // As it should be.
      return;
    }
  }

  /** What is said at {@code path}, asked for until it holds {@code wanted}. */
  private static String eventually(RunningService service, String path, String wanted)
      throws Exception {
    long end = System.nanoTime() + SOON.toNanos();
    String said;
    do {
      said = client(service).get(path).aggregate().get(8, TimeUnit.SECONDS).contentUtf8();
    } while (!said.contains(wanted) && System.nanoTime() < end);
    assertThat(said).contains(wanted);
    return said;
  }

  private static void trickle(SlowCaller caller) {
    try {
      for (int i = 0; i < 200; i++) {
        SlowCaller unused = caller.send("1");
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } catch (IOException | InterruptedException cutOff) {
      // As it should be.
      return;
    }
  }

  /** The answer to a small table, asked for until it has that status. */
  private static AggregatedHttpResponse eventually(RunningService service, int status)
      throws Exception {
    byte[] table = Files.readAllBytes(RunningService.table());
    long end = System.nanoTime() + SOON.toNanos();
    AggregatedHttpResponse answer;
    do {
      answer =
          client(service)
              .execute(RequestHeaders.of(HttpMethod.POST, SCORE, "content-type", "text/csv"), table)
              .aggregate()
              .get(8, TimeUnit.SECONDS);
    } while (answer.status().code() != status && System.nanoTime() < end);
    return answer;
  }

  private static AggregatedHttpResponse judged(RunningService service) throws Exception {
    return client(service)
        .execute(
            RequestHeaders.builder(HttpMethod.POST, SCORE).contentType(MediaType.JSON).build(),
            "{\"rows\": [{}]}")
        .aggregate()
        .get(8, TimeUnit.SECONDS);
  }

  private static WebClient client(RunningService service) {
    return WebClient.builder("http://127.0.0.1:" + service.port()).responseTimeout(SOON).build();
  }

  private static String header() throws IOException {
    return Files.readAllLines(RunningService.table()).get(0) + "\n";
  }

  private static String row(int number) throws IOException {
    return Files.readAllLines(RunningService.table()).get(1 + number) + "\n";
  }

  private static void closeAll(List<SlowCaller> callers) throws IOException {
    for (SlowCaller caller : callers) {
      caller.close();
    }
  }
}
