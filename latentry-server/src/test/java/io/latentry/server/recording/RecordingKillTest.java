package io.latentry.server.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.server.RunningService;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.StoreAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that records is killed; {@code -Dlatentry.kills=30} makes it the long run. */
final class RecordingKillTest {
  private static final int KILLS = Integer.getInteger("latentry.kills", 3);
  private static final int SEED = 11;

  /** Of the table; four cannot be judged, and are counted as such. */
  private static final long ROWS = 45;

  @TempDir private Path models;
  private final HttpClient client = HttpClient.newHttpClient();

  /**
   * What the log of the callers says: rows that were answered, all but {@code doubtful} written.
   */
  private long answered;

  private long doubtful;

  @Test
  void countsAndRowsAreThoseOfTheAnswersThatCameBeforeTheLatestWrite() throws Exception {
    Path file = Files.copy(RunningService.artifact(), models.resolve("pump.onnx"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    SplittableRandom random = new SplittableRandom(SEED);
    for (int kill = 1; kill <= KILLS; kill++) {
      boolean withDoubt = kill % 3 == 0;
      long before = counted();
      serveAndKill(1 + random.nextInt(4), withDoubt ? 1 + random.nextInt(3) : 0);
      String when = "seed " + SEED + ", kill " + kill;
      long counted = counted();
      assertThat(counted).as(when).isBetween(answered - doubtful, answered);
      if (!withDoubt) {
        assertThat(counted - before).as(when).isEqualTo(answered - before);
      }
      // What was lost with this kill is no doubt of the next.
      assertThat(rows()).as(when).isBetween(answered - doubtful, answered);
      answered = counted;
      doubtful = 0;
    }
  }

  private void serveAndKill(int written, int unwritten) throws Exception {
    Path errors = models.resolve("errors");
    Process service =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledService.class.getName(),
                models.toString())
            .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
            .start();
    try (BufferedReader said = service.inputReader()) {
      String port = said.readLine();
      assertThat(port).as(Files.readString(errors)).isNotNull();
      score(port, written);
      // Both have what was heard so far written before they answer.
      ask(port, "feedback");
      ask(port, "recorded");
      score(port, unwritten);
      doubtful = unwritten * ROWS;
    } finally {
      Process killed = service.destroyForcibly();
      assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void ask(String port, String what) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/v1/models/pump/" + what);
    var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private void score(String port, int requests) throws IOException, InterruptedException {
    for (int request = 0; request < requests; request++) {
      var answer =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + port + "/v1/models/pump/score"))
                  .header("content-type", "text/csv")
                  .POST(BodyPublishers.ofFile(RunningService.table()))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      answered += ROWS;
    }
  }

  private Path store() {
    return StoreAddress.folderIn(models);
  }

  private long counted() {
    if (!Files.exists(store())) {
      return 0;
    }
    Recorded recorded = Registry.open(StoreAddress.sqlite(store()), Clock.systemUTC()).recorded();
    List<RecordedHour> hours = recorded.counts("pump", 1, 0);
    List<RecordedHour> segments = recorded.segmentCounts("pump", 1, 0);
    assertThat(segments).extracting(RecordedHour::segment).contains("kind=low", "kind=high");
    assertThat(bySource(segments)).as("segments add up").isEqualTo(bySource(hours));
    return hours.stream().mapToLong(hour -> hour.judged() + hour.unscorable()).sum();
  }

  private static Map<String, List<Long>> bySource(List<RecordedHour> hours) {
    return hours.stream()
        .collect(
            Collectors.toMap(
                hour -> hour.hour() + " " + hour.source(),
                hour -> List.of(hour.judged(), hour.alarms(), hour.unscorable()),
                (one, other) ->
                    IntStream.range(0, one.size())
                        .mapToObj(i -> one.get(i) + other.get(i))
                        .toList()));
  }

  private long rows() throws Exception {
    try (RowRecorder ended =
        RowRecorder.ended(
            store().resolve("recorded"),
            Clock.systemUTC(),
            new RowRecorder.Rules(true, 1, 0, Duration.ofDays(30), 1L << 30, Set.of(), Set.of()),
            Duration.ofSeconds(10),
            reason -> {})) {
      Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
      Path file = ended.export("pump", Instant.EPOCH, tomorrow).orElseThrow();
      try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
          Statement statement = connection.createStatement();
          ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM '" + file + "'")) {
        assertThat(count.next()).isTrue();
        return count.getLong(1);
      } finally {
        Files.delete(file);
      }
    }
  }
}
