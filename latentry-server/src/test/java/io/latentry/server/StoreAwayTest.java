package io.latentry.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is asked while the database is away, or after the clock was set. */
@Timeout(180)
final class StoreAwayTest {
  private static final String SCORE = "POST /v1/models/golden/score";
  private static final String THRESHOLD = "PATCH /v1/models/golden/threshold";

  @TempDir Path folder;

  @Test
  void everyRouteSaysThatTheStoreIsAwayAndNoneThatTheServiceFailed() throws Exception {
    EmbeddedPostgres database = EmbeddedPostgres.start();
    // The password is of no matter, and none that a command line may have.
    try (RunningService service =
        new RunningService(
            "store.url",
            "jdbc:postgresql://localhost:" + database.getPort() + "/postgres",
            "store.user",
            "postgres")) {
      EveryRoute routes = new EveryRoute(service.port());
      database.close();
      Map<String, AggregatedHttpResponse> answers = routes.answers();
      assertThat(answers).hasSizeGreaterThan(40);
      answers.forEach(
          (route, answer) -> {
            assertThat(answer.status().code()).as(route).isNotEqualTo(500);
            assertThat(answer.contentUtf8())
                .as(route)
                .doesNotContain("jdbc", "Exception", "localhost:" + database.getPort());
          });
      assertThat(answers.get("GET /v1/models").status().code()).isEqualTo(200);
      assertThat(answers.get("GET /v1/models/golden/incidents").status().code()).isEqualTo(503);
      assertThat(answers.get("GET /v1/models/golden/audit").status().code()).isEqualTo(503);
      assertThat(routes.ask(THRESHOLD, "{\"score\": 3}").status().code()).isEqualTo(503);
      assertThat(routes.ask(SCORE, "{\"rows\": [{}]}").status().code()).isEqualTo(200);
      assertThat(service.log()).doesNotContain("internal_error");
    } finally {
      database.close();
    }
  }

  @Test
  void aClockThatIsSetWhileTheServiceRunsMakesNoRouteFail() throws Exception {
    AtomicReference<Instant> set = new AtomicReference<>(Instant.now());
    InstantSource source = set::get;
    try (RunningService service =
        new RunningService(
            RunningService.MODEL,
            source.withZone(ZoneOffset.UTC),
            "watch.adaptive",
            "apply",
            "watch.sla",
            "p99 500ms over 5m",
            "recording.keep",
            "rows",
            "recording.flush_millis",
            "100",
            "store.folder",
            folder.toString())) {
      EveryRoute routes = new EveryRoute(service.port());
      for (int days : new int[] {0, -2, -400, 3}) {
        set.set(Instant.now().plus(Duration.ofDays(days)));
        for (int row = 0; row < 20; row++) {
          assertThat(routes.ask(SCORE, "{\"rows\": [{}, {\"a\": 1e9}]}").status().code())
              .isEqualTo(200);
        }
        String moved = "{\"score\": %d}".formatted(400 + days);
        assertThat(routes.ask(THRESHOLD, moved).status().code()).as("%d", days).isEqualTo(200);
        service.adapter().look();
        routes
            .answers()
            .forEach(
                (route, answer) ->
                    assertThat(answer.status().code())
                        .as("%s, %d days on", route, days)
                        .isLessThan(500));
        assertThat(routes.ask("GET /v1/models/golden/threshold", "").contentUtf8())
            .contains("\"score\":" + (400.0 + days));
      }
      assertThat(service.log()).doesNotContain("internal_error");
    }
  }
}
