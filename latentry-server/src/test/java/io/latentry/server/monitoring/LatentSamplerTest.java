package io.latentry.server.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.Quantity;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.sample.SampleData;
import io.latentry.server.RunningService;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latent means of benign tumours that are sent to the service, of which the model knows others. */
final class LatentSamplerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS_AN_HOUR = 80;
  private static final int MOST_SAMPLED = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static Path model;
  private static String header;
  private static List<String> fresh;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Moved clock = new Moved();
  private final Random random = new Random(4);

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

  @BeforeAll
  static void fit() throws IOException {
    List<String> known = new ArrayList<>();
    fresh = new ArrayList<>();
    SampleData sample = SampleData.BREAST_CANCER;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(sample.open(), StandardCharsets.UTF_8))) {
      header = in.readLine();
      known.add(header);
      int label = List.of(header.split(",", -1)).indexOf(sample.labelColumn());
      List<String> normal =
          in.lines().filter(l -> l.split(",", -1)[label].equals(sample.normalLabel())).toList();
      for (int i = 0; i < normal.size(); i++) {
        (i % 3 == 0 ? fresh : known).add(normal.get(i));
      }
    }
    model = folder.resolve("cells.onnx");
    FitConfig config = FitConfig.DEFAULT;
    var unused =
        new FitPipeline(Progress.QUIET)
            .fit(
                FitRequest.of(
                    Files.write(folder.resolve("known.csv"), known),
                    config
                        .withModel(config.model().toBuilder().members(1).build())
                        .withData(
                            config.data().toBuilder()
                                .exclude(List.of(sample.labelColumn()))
                                .build()),
                    model));
  }

  private RunningService service() {
    return RunningService.of(model, "cells", clock, "recording.flush_millis", "100");
  }

  @Test
  void columnsThatNoLongerGoTogetherAreADriftThoughEachAndTheAlarmsAreAsTheyWere()
      throws Exception {
    try (RunningService service = service()) {
      // Beyond any score: alarms tell nothing.
      JsonNode unused =
          send(service, "PATCH", "/threshold", "application/json", "{\"score\": 1000}");
      hours(service, fresh);
      JsonNode quiet = drift(service);
      assertThat(quiet.get("state").asText()).as(quiet.toString()).isEqualTo("healthy");
      assertThat(quiet.get("findings"))
          .anyMatch(finding -> finding.get("kind").asText().equals("latent"))
          .noneMatch(finding -> finding.get("called").asBoolean());

      hours(service, apart());
      JsonNode look = drift(service);
      assertThat(look.get("state").asText()).as(look.toString()).isEqualTo("drift");
      assertThat(look.get("health").asText())
          .startsWith("Drift: columns no longer go together as they did: latent_mean ")
          .contains(", suddenly at 2026-01-02T0");
      assertThat(look.get("findings"))
          .filteredOn(finding -> finding.get("called").asBoolean())
          .extracting(finding -> finding.get("kind").asText())
          .contains("latent")
          .doesNotContain("column");
      assertThat(missed(service)).isZero();
    }
  }

  @Test
  void ofALargeRequestAFewRowsAreAskedFor() throws Exception {
    try (RunningService service = service()) {
      score(service, fresh, 5_000);
      awaitSampled(service, MOST_SAMPLED);
      assertThat(missed(service)).isZero();
    }
  }

  @Test
  void rowsThatTheModelHasNoTimeForAreLeftOutAndCounted() throws Exception {
    try (RunningService service = service()) {
      JsonNode unused =
          send(service, "PATCH", "/threshold", "application/json", "{\"score\": 1000}");
      service.host().refuseNextUntold(Refusal.BUSY, "full for a moment");
      score(service, fresh, 30);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (missed(service) < 30) {
        assertThat(System.nanoTime()).as("not counted").isLessThan(deadline);
        Thread.sleep(2);
      }
      score(service, fresh, 40);
      awaitSampled(service, 40);
      assertThat(missed(service)).isEqualTo(30);
    }
  }

  @Test
  void pointsOfASeriesAreSampledToo() throws Exception {
    Path series = RunningService.artifact().resolveSibling("../series-v1/model.onnx").toRealPath();
    try (RunningService service =
        RunningService.of(series, "cells", clock, "recording.flush_millis", "100")) {
      JsonNode judged =
          send(
              service,
              "POST",
              "/score",
              "text/csv",
              Files.readString(series.resolveSibling("input.csv")));
      long told = 0;
      for (JsonNode judgement : judged.get("judgements")) {
        told += judgement.get("score").isNull() ? 0 : 1;
      }
      assertThat(told).isPositive();
      awaitSampled(service, Math.min(MOST_SAMPLED, told));
    }
  }

  /** A day of rows that are drawn. */
  private void hours(RunningService service, List<String> rows) throws Exception {
    for (int hour = 0; hour < 24; hour++) {
      score(service, rows, ROWS_AN_HOUR);
      awaitSampled(service, ROWS_AN_HOUR);
      clock.pass(Duration.ofHours(1));
    }
  }

  /** The cells of all rows, each column in an order of its own. */
  private List<String> apart() {
    List<List<String>> columns = new ArrayList<>();
    for (int j = 0; j < header.split(",").length; j++) {
      int column = j;
      List<String> cells =
          new ArrayList<>(fresh.stream().map(row -> row.split(",", -1)[column]).toList());
      Collections.shuffle(cells, random);
      columns.add(cells);
    }
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < fresh.size(); i++) {
      int row = i;
      rows.add(columns.stream().map(cells -> cells.get(row)).collect(Collectors.joining(",")));
    }
    return rows;
  }

  private void score(RunningService service, List<String> rows, int count) throws Exception {
    StringBuilder table = new StringBuilder(header).append('\n');
    for (int i = 0; i < count; i++) {
      table.append(rows.get(random.nextInt(rows.size()))).append('\n');
    }
    JsonNode unused = send(service, "POST", "/score", "text/csv", table.toString());
  }

  /** Returns once so many rows of this hour are in the store with each latent mean. */
  private void awaitSampled(RunningService service, long rows) throws Exception {
    List<Quantity> quantities;
    try (ModelLease lease = service.host().lend("cells", OptionalInt.empty())) {
      quantities = Quantity.of(lease.manifest());
    }
    int latent = Quantity.indexOfScore(quantities) + 1;
    assertThat(quantities.size()).isGreaterThan(latent);
    long hour = Math.floorDiv(clock.millis(), Duration.ofHours(1).toMillis());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long seen = -1;
    while (seen < rows) {
      assertThat(System.nanoTime()).as("%d of %d rows", seen, rows).isLessThan(deadline);
      Thread.sleep(2);
      List<RecordedHour> recorded = service.registry().recorded().hours("cells", 1, hour);
      seen = -1;
      for (RecordedHour one : recorded) {
        Profile profile = Profile.unpacked(one.profile());
        seen = profile.quantities().get(latent).present();
        for (Profile.Counts counts :
            profile.quantities().subList(latent, profile.quantities().size())) {
          assertThat(counts.present()).isEqualTo(seen);
        }
      }
    }
    assertThat(seen).isEqualTo(rows);
  }

  private double missed(RunningService service) throws Exception {
    var answer =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/metrics"))
                .build(),
            BodyHandlers.ofString());
    return Arrays.stream(answer.body().split("\n"))
        .filter(line -> line.startsWith("latentry_recording_missed_latent_means_total "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode drift(RunningService service) throws Exception {
    return send(service, "GET", "/drift", "application/json", "");
  }

  private JsonNode send(
      RunningService service, String method, String path, String type, String body)
      throws Exception {
    var answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + service.port() + "/v1/models/cells" + path))
                .header("content-type", type)
                .header("accept", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
