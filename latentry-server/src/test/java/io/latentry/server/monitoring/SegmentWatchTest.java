package io.latentry.server.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.ProfileCounter;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Scorer;
import io.latentry.server.RunningService;
import io.latentry.server.notification.MovedClock;
import io.latentry.server.registry.Outbox.Alert;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RecordedHour;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Segments of the rows, from what is sent to what is told of them. */
final class SegmentWatchTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DRIFT = "/v1/models/pump/drift";

  private final HttpClient client = HttpClient.newHttpClient();
  private final MovedClock clock = new MovedClock();

  @Test
  void theRowsOfEverySegmentAreCountedAndAddUpToTheWhole() throws Exception {
    try (RunningService service =
        new RunningService("pump", clock, "watch.segments", "press: site, kind")) {
      score(service);
      score(service);
      clock.pass(Duration.ofHours(1));
      score(service);
      JsonNode look = json(get(service, DRIFT));
      Recorded recorded = service.registry().recorded();

      List<RecordedHour> whole = recorded.counts("pump", 1, 0);
      List<RecordedHour> segments = recorded.segmentCounts("pump", 1, 0);
      assertThat(recorded.segments("pump", 1))
          .containsExactly(
              "kind=(missing)", "kind=high", "kind=low", "kind=middle", "kind=neverSeen");
      for (RecordedHour hour : whole) {
        Profile all = profile(recorded, RecordedHour.WHOLE, hour.hour());
        Profile sum =
            segments.stream()
                .filter(of -> of.hour() == hour.hour())
                .map(of -> profile(recorded, of.segment(), of.hour()))
                .reduce(Profile::plus)
                .orElseThrow();
        assertThat(sum.requests()).isZero();
        assertThat(sum)
            .usingRecursiveComparison()
            .ignoringFields("requests", "failed", "latency", "quantities")
            .isEqualTo(all);
        // Latent means are sampled of the whole alone.
        int columnsTermsAndScore = 1 + Quantity.indexOfScore(new Sites(5).quantities);
        assertThat(sum.quantities().subList(0, columnsTermsAndScore))
            .usingRecursiveComparison()
            .isEqualTo(all.quantities().subList(0, columnsTermsAndScore));
      }
      assertThat(whole).extracting(RecordedHour::judged).hasSize(2);
      assertThat(look.get("segments")).hasSize(5);
      assertThat(look.at("/segments/0/state").asText()).isEqualTo("warming_up");
      assertThat(sum(look.get("segments"), "rows")).isEqualTo(look.get("rows").asLong());
      assertThat(sum(look.get("segments"), "alarms")).isEqualTo(look.at("/alarms/alarms").asLong());
    }
  }

  private static Profile profile(Recorded recorded, String segment, long hour) {
    return recorded.hours("pump", 1, segment, hour).stream()
        .filter(of -> of.hour() == hour)
        .map(of -> Profile.unpacked(of.profile()))
        .reduce(Profile::plus)
        .orElseThrow();
  }

  private static long sum(JsonNode segments, String field) {
    long sum = 0;
    for (JsonNode segment : segments) {
      sum += segment.get(field).asLong();
    }
    return sum;
  }

  @Test
  void ofTenSitesThoseThatAreNotAsTheyWereAreNamedAndTheOthersAreQuiet() throws Exception {
    try (RunningService service = new RunningService("pump", clock, "watch.segments", "kind")) {
      score(service);
      Recorded recorded = service.registry().recorded();
      Sites sites = new Sites(5);
      sites.write(recorded, clock.instant(), 9 * 24);
      // Of a column that was named before: nothing comes of it any more.
      recorded.put(Sites.ofOneDay("site=A", clock.instant()));
      clock.pass(Duration.ofDays(9));
      JsonNode look = json(get(service, DRIFT));

      List<JsonNode> segments = new ArrayList<>();
      look.get("segments").forEach(segments::add);
      assertThat(segments)
          .filteredOn(of -> of.get("segment").asText().startsWith("kind=s"))
          .extracting(
              of -> of.get("segment").asText(),
              of -> of.get("state").asText(),
              of -> of.get("pages").asBoolean())
          .as("seed 5: %s", look)
          .startsWith(
              tuple("kind=s3", "surge", true),
              tuple("kind=s5", "no_data", true),
              tuple("kind=s7", "drift", false))
          .hasSize(10);
      assertThat(segments).extracting(of -> of.get("segment").asText()).doesNotContain("site=A");
      assertThat(segments.subList(3, segments.size()))
          .extracting(of -> of.get("state").asText())
          .doesNotContain("surge", "silence", "no_data", "drift");
      assertThat(look.get("state").asText()).isEqualTo("segment");
      assertThat(look.get("pages").asBoolean()).isTrue();
      assertThat(look.at("/alarms/call").asText()).isEqualTo("as_promised");
      assertThat(look.get("health").asText())
          .startsWith("At kind=s3: more alarms than usual since 2026-01-09T18:00:00Z: ")
          .contains(" 1 more segment pages. All rows together: healthy: ");

      JsonNode one = json(get(service, DRIFT + "?segment=" + encoded("kind=s7")));
      assertThat(one.get("segment").asText()).isEqualTo("kind=s7");
      assertThat(one.get("health").asText()).startsWith("Drift: 'b' moved up by 1.");
      assertThat(one.at("/findings/0/name").asText()).isEqualTo("b");
      assertThat(one.at("/findings/0/course").asText()).isEqualTo("sudden");
      assertThat(one.get("segments")).isEmpty();
      assertThat(one.get("level").asDouble()).isLessThan(look.get("level").asDouble() / 50);
      assertThat(look.get("segment").isNull()).isTrue();
      assertThat(
              json(get(service, "/v1/models/pump/versions/1/drift?segment=kind%3Ds3"))
                  .get("health")
                  .asText())
          .startsWith("More alarms than usual since 2026-01-09T18:00:00Z: ");

      HttpResponse<String> unknown = ask(service, DRIFT + "?segment=kind%3Dx");
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(unknown.body())
          .contains("segment: 'kind=x' of model 'pump' (expected: one such as");
      assertThat(ask(service, DRIFT + "?segments=1").statusCode()).isEqualTo(400);
      assertThat(get(service, "/metrics"))
          .contains("latentry_segments_paging{model=\"pump\"} 2.0")
          .contains("latentry_watch_pages{model=\"pump\",state=\"segment\"} 1.0")
          .doesNotContain("kind=s3");

      service.notifier().compare();
      assertThat(service.registry().outbox().alerts())
          .filteredOn(alert -> alert.key().startsWith("watch/"))
          .extracting(Alert::key)
          .containsExactlyInAnyOrder("watch/pump/surge", "watch/pump/no_data");
      assertThat(service.registry().outbox().alerts())
          .filteredOn(alert -> alert.key().equals("watch/pump/surge"))
          .singleElement()
          .satisfies(
              alert ->
                  assertThat(json(alert.notice()).at("/summary").asText())
                      .startsWith("At kind=s3: more alarms than usual since"))
          .satisfies(
              alert ->
                  assertThat(json(alert.notice()).at("/figures/segment").asText())
                      .isEqualTo("kind=s3"));
    }
  }

  @Test
  void theKeysOfASeriesAreItsSegments() throws Exception {
    Path series = RunningService.artifact().resolve("../../series-v1/model.onnx").normalize();
    try (RunningService service =
        new RunningService("pump", clock, "watch.segments", "kind, plant: pump")) {
      Object unused = service.host().add("plant", series, true, "ada");
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(uri(service, "/v1/models/plant/score"))
                  .header("content-type", "text/csv")
                  .POST(BodyPublishers.ofFile(series.resolveSibling("input.csv")))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode look = json(get(service, "/v1/models/plant/drift"));

      assertThat(look.get("segments"))
          .extracting(of -> of.get("segment").asText())
          .containsExactlyInAnyOrder("pump=north", "pump=south");
      assertThat(sum(look.get("segments"), "rows")).isEqualTo(look.get("rows").asLong());
      assertThat(look.at("/segments/0/rows").asLong()).isPositive();
    }
  }

  @Test
  void withoutSegmentsThereAreNone() throws Exception {
    try (RunningService service = new RunningService("pump", clock, "watch.segments", "site")) {
      score(service);
      clock.pass(Duration.ofHours(1));
      JsonNode look = json(get(service, DRIFT));

      assertThat(look.get("segments")).isEmpty();
      assertThat(service.registry().recorded().segments("pump", 1)).isEmpty();
      assertThat(get(service, "/metrics")).doesNotContain("latentry_segments_paging");
      assertThat(service.log().lines().filter(line -> line.contains("\"event\":\"segments\"")))
          .singleElement()
          .asString()
          .contains("model 'pump' has no 'site' to watch the segments of")
          .contains("'flag', 'kind'");
      assertThat(ask(service, DRIFT + "?segment=site%3DA").body()).contains("expected: none");
    }
  }

  /** Ten sites of rows that are like those of the fit. */
  private static final class Sites {
    private static final int ROWS = 120;
    private final Random random;
    private final Manifest manifest;
    private final List<Quantity> quantities;

    Sites(long seed) {
      random = new Random(seed);
      try (Scorer scorer = Scorer.open(RunningService.artifact())) {
        manifest = scorer.manifest();
      }
      quantities = Quantity.of(manifest);
    }

    void write(Recorded recorded, Instant from, int hours) {
      long first = from.toEpochMilli() / Duration.ofHours(1).toMillis();
      for (int hour = 0; hour < hours; hour++) {
        List<RecordedHour> all = new ArrayList<>();
        Profile whole = Profile.none(quantities);
        for (int site = 0; site < 10; site++) {
          if (site != 5 || hour < hours - 8) {
            Profile of =
                hour(
                    site == 3 && hour >= hours - 6 ? 0.15 : 0.005,
                    site == 7 && hour >= hours - 24 ? 1.5f : 0);
            whole = whole.plus(of);
            all.add(recorded("kind=s" + site, first + hour, of));
          }
        }
        all.add(recorded(RecordedHour.WHOLE, first + hour, whole));
        recorded.put(all);
      }
    }

    static List<RecordedHour> ofOneDay(String segment, Instant from) {
      long first = from.toEpochMilli() / Duration.ofHours(1).toMillis();
      return LongStream.range(first + 48, first + 72)
          .mapToObj(hour -> recorded(segment, hour, Profile.none(List.of())))
          .toList();
    }

    private static RecordedHour recorded(String segment, long hour, Profile of) {
      return new RecordedHour(
          "pump",
          1,
          segment,
          hour,
          "another",
          of.judged(),
          of.anomaly(),
          of.unscorable(),
          0.01,
          0.0165,
          of.packed());
    }

    private Profile hour(double alarms, float shift) {
      Schema schema = manifest.schema();
      ProfileCounter counter = new ProfileCounter(quantities);
      int numbers = schema.numericCount();
      for (int row = 0; row < ROWS; row++) {
        float[] numeric = new float[numbers];
        for (int j = 0; j < numbers; j++) {
          boolean gone = random.nextDouble() < manifest.reference().get(j).missingShare();
          numeric[j] =
              gone
                  ? Float.NaN
                  : drawn(j) + (schema.columns().get(j).name().equals("b") ? shift : 0);
        }
        double share = random.nextDouble();
        String kind = schema.categorical(0).categories().get(0);
        for (var one : new TreeMap<>(manifest.reference().get(numbers).frequencies()).entrySet()) {
          share -= one.getValue();
          if (share <= 0) {
            kind = one.getKey();
            break;
          }
        }
        counter.judged(
            Rows.of(schema, 1, numeric, new String[] {kind}),
            0,
            random.nextDouble() < alarms ? Verdict.ANOMALY : Verdict.NORMAL,
            new double[] {drawn(numbers + 1), drawn(numbers + 2), drawn(numbers + 3)});
      }
      return counter.profile();
    }

    private float drawn(int reference) {
      float[] values = manifest.reference().get(reference).values();
      return values[random.nextInt(values.length)];
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  private String get(RunningService service, String path) throws Exception {
    HttpResponse<String> answer = ask(service, path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private HttpResponse<String> ask(RunningService service, String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(service, path)).build(), BodyHandlers.ofString());
  }

  private void score(RunningService service) throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(uri(service, "/v1/models/pump/score"))
                .header("content-type", "text/csv")
                .POST(BodyPublishers.ofFile(RunningService.table()))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private static URI uri(RunningService service, String path) {
    return URI.create("http://127.0.0.1:" + service.port() + path);
  }
}
