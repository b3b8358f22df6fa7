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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables and artifacts that come slowly, and what others get meanwhile. */
final class StreamsTest {
  private static final String SCORE = "/v1/models/golden/score";

  /** As many as would take every thread that requests share. */
  private static final int MANY = 220;

  /** Far more than any of these answers takes, far less than a silent sender is given. */
  private static final Duration SOON = Duration.ofSeconds(8);

  @TempDir private Path folder;

  @Test
  void tablesThatSendNothingMoreKeepNobodyElseFromAnAnswer() throws Exception {
    List<SlowCaller> slow = new ArrayList<>();
    try (RunningService service = new RunningService(folder)) {
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
    try (RunningService service = new RunningService(folder, "limits.streams", "1")) {
      String upload = "/v1/models/golden/versions";
      for (String path : List.of(SCORE, upload)) {
        String type = path.equals(SCORE) ? "text/csv" : "application/octet-stream";
        try (SlowCaller slow = SlowCaller.post(service.port(), path, type).send("a,")) {
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

  private static void closeAll(List<SlowCaller> callers) throws IOException {
    for (SlowCaller caller : callers) {
      caller.close();
    }
  }
}
