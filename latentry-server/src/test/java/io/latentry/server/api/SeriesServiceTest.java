package io.latentry.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.CellLength;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Scorer;
import io.latentry.server.Service;
import io.latentry.server.access.ApiKeyFile;
import io.latentry.server.config.KeyRole;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import io.latentry.server.series.FittedSeries;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service with a model of a series. */
final class SeriesServiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODEL = "/v1/models/pumps";
  private static final List<String> PUMPS = List.of("north,a/1", "south,b 2");
  private static final int POINTS = 60;
  private static final int STRANGE = 30;

  @TempDir static Path shared;
  private static Path artifact;

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Service service;
  private String apiKey = "";

  private record Answer(int status, String text) {
    JsonNode json() throws Exception {
      return JSON.readTree(text);
    }

    String message() throws Exception {
      return json().at("/error/message").asText();
    }
  }

  @BeforeAll
  static void fit() throws Exception {
    artifact = FittedSeries.fit(shared.resolve("pumps.onnx"));
  }

  @AfterEach
  void stop() {
    if (service != null) {
      service.close();
    }
  }

  private void start(String... flags) throws Exception {
    Path models = folder.resolve("models");
    if (!Files.exists(models)) {
      Files.copy(artifact, Files.createDirectories(models).resolve("pumps.onnx"));
    }
    Map<String, String> all = new HashMap<>(Map.of("models", models.toString(), "port", "0"));
    for (int i = 0; i < flags.length; i += 2) {
      all.put(flags[i], flags[i + 1]);
    }
    service =
        Service.start(ServerConfigReader.read(Optional.empty(), Map.of(), all), EventLog.SILENT);
  }

  private Answer ask(String method, String path, String type, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!type.isEmpty()) {
      request.header("content-type", type);
    }
    if (!apiKey.isEmpty()) {
      request.header("x-api-key", apiKey);
    }
    var response = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  private Answer get(String path) throws Exception {
    return ask("GET", path, "", "");
  }

  private String judge(String table) throws Exception {
    Answer answer = ask("POST", MODEL + "/score", "text/csv", table);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.text();
  }

  private static String table() {
    return FittedSeries.table(7, POINTS, PUMPS, STRANGE);
  }

  @Test
  void whatIsKeptOfAKeyIsToldAndForgotten() throws Exception {
    start();
    String told = judge(table());
    String late = "at,plant,pump,pressure,flow\n" + FittedSeries.at(3) + ",south,b 2,0,0\n";
    assertThat(judge(late)).contains("out of order");

    Answer answer = get(MODEL + "/series/south/b%202");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode kept = answer.json();
    OpenApiTest.assertFits(
        kept, OpenApiTest.schemaOf("/v1/models/{name}/series/{key}", "get"), "key");
    assertThat(kept.get("key")).hasToString("[\"south\",\"b 2\"]");
    assertThat(kept.get("points_held").asInt()).isEqualTo(FittedSeries.WINDOW);
    assertThat(kept.get("window").asInt()).isEqualTo(FittedSeries.WINDOW);
    assertThat(kept.get("last").asText()).isEqualTo(FittedSeries.at(POINTS - 1));
    assertThat(kept.get("last_time").asLong())
        .isEqualTo(Instant.parse(FittedSeries.at(POINTS - 1)).toEpochMilli());
    assertThat(kept.get("late_points").asInt()).isEqualTo(1);
    assertThat(kept.get("alarm").asBoolean()).isFalse();
    String last = told.lines().toList().get(2 * POINTS);
    assertThat(kept.get("smoothed_score").floatValue())
        .isEqualTo(Float.parseFloat(last.split(",", -1)[1]));

    Answer forgotten = ask("DELETE", MODEL + "/series/south/b%202", "", "");
    assertThat(forgotten.json()).isEqualTo(kept);
    assertThat(get(MODEL + "/series/south/b%202").status()).isEqualTo(404);
    assertThat(saved()).as("what a kill now would leave").contains("a/1").doesNotContain("b 2");
    String next =
        "at,plant,pump,pressure,flow\n"
            + FittedSeries.at(POINTS)
            + ",south,b 2,0,0\n"
            + FittedSeries.at(POINTS)
            + ",north,a/1,0,1\n";
    assertThat(judge(next).lines().toList().get(1)).contains("warming up: 1 of 16 points");
    assertThat(judge(next.replace(FittedSeries.at(POINTS), FittedSeries.at(POINTS + 1))))
        .contains("warming up: 2 of 16 points");
    assertThat(get(MODEL + "/series/north/a%2F1").json().get("points_held").asInt())
        .isEqualTo(FittedSeries.WINDOW);

    JsonNode audit = get(MODEL + "/audit").json().at("/audit/0");
    assertThat(audit.get("action").asText()).isEqualTo("forget_key");
    assertThat(audit.get("detail").asText()).isEqualTo("key 'south/b%202'");
  }

  @Test
  void aVerdictThatWaitsSaysWhichPointItIsAbout() throws Exception {
    Path models = Files.createDirectories(folder.resolve("models"));
    FittedSeries.fit(models.resolve("pumps.onnx"), 2);
    start();
    List<String> told = new ArrayList<>();
    List<String> rows = FittedSeries.table(7, POINTS, PUMPS, STRANGE).lines().toList();
    for (int from = 1; from < rows.size(); from += 7) {
      List<String> some = rows.subList(from, Math.min(rows.size(), from + 7));
      String table = rows.get(0) + "\n" + String.join("\n", some) + "\n";
      told.addAll(judge(table).lines().skip(1).toList());
    }
    // Of each pump 14 - 1 warm up, two wait, and from then on each point brings a verdict.
    for (int i = 0; i < told.size(); i++) {
      int point = i / 2;
      String judged = told.get(i).substring(told.get(i).lastIndexOf(',') + 1);
      int window = FittedSeries.WINDOW;
      assertThat(judged)
          .as(told.get(i))
          .isEqualTo(
              point < window - 3
                  ? FittedSeries.at(point)
                  : point < window - 1 ? "" : FittedSeries.at(point - 2));
    }
    String strange =
        told.stream()
            .filter(line -> line.contains(",anomaly,"))
            .findFirst()
            .map(line -> line.substring(line.lastIndexOf(',') + 1))
            .orElseThrow();
    // By the rule the second strange point raises the alarm.
    assertThat(Instant.parse(strange))
        .isBetween(
            Instant.parse(FittedSeries.at(STRANGE - 2)),
            Instant.parse(FittedSeries.at(STRANGE + 2)));
    String next =
        "{\"rows\":[{\"at\":\"%s\",\"plant\":\"north\",\"pump\":\"a/1\",\"pressure\":0,\"flow\":1}]}"
            .formatted(FittedSeries.at(POINTS));
    Answer json = ask("POST", MODEL + "/score", "application/json", next);
    assertThat(json.json().at("/judgements/0/judged_time").asText())
        .as(json.text())
        .isEqualTo(FittedSeries.at(POINTS - 2));
    Answer drawn = ask("POST", MODEL + "/plot", "text/csv", table());
    assertThat(drawn.status()).as(drawn.text()).isEqualTo(200);
  }

  @Test
  void anAlarmThatIsOnIsTold() throws Exception {
    start();
    judge(FittedSeries.table(7, STRANGE + 5, PUMPS, STRANGE));
    assertThat(get(MODEL + "/series/north/a%2F1").json().get("alarm").asBoolean()).isTrue();
    assertThat(get(MODEL + "/series/south/b%202").json().get("alarm").asBoolean()).isFalse();
  }

  @Test
  void whatIsNotKnownSaysWhatWouldBe() throws Exception {
    start();
    judge(table());
    Answer unknown = get(MODEL + "/series/south/c");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.message()).contains("'south/c'").contains("no point of it came");
    Answer parts = get(MODEL + "/series/north/a/1");
    assertThat(parts.status()).isEqualTo(404);
    assertThat(parts.message())
        .contains("3 parts (expected: 2, of the key columns plant, pump")
        .contains("%2F");
    assertThat(ask("DELETE", MODEL + "/series/south/c", "", "").status()).isEqualTo(404);
    assertThat(get("/v1/models/none/series").status()).isEqualTo(404);
    assertThat(ask("PUT", MODEL + "/series/south/c", "", "").status()).isEqualTo(405);
  }

  @Test
  void keysOfEveryKindAreFoundByThePathThatTheListTells() throws Exception {
    start();
    List<String> odd =
        List.of("a/b", "100 %", "ü;x=1", "a+b", "a?b#c", ".", "...", "%2F", "a//b/", "_", "ä/ö\\ü");
    judge(
        "at,plant,pump,pressure,flow\n"
            + odd.stream()
                .map(key -> FittedSeries.at(0) + ",north," + key + ",0,0\n")
                .collect(Collectors.joining()));
    JsonNode list = get(MODEL + "/series").json();
    assertThat(list.get("count").asInt()).isEqualTo(odd.size());
    for (JsonNode entry : list.get("series")) {
      Answer found = get(entry.get("path").asText());
      assertThat(found.status()).as(entry + ": " + found.text()).isEqualTo(200);
      assertThat(found.json().get("key")).isEqualTo(entry.get("key"));
      assertThat(odd).contains(entry.at("/key/1").asText());
    }
    // Every server takes it as the folder above.
    assertThat(get(MODEL + "/series/north/%2E%2E").status()).isEqualTo(400);
  }

  @Test
  void theListComesInPagesWithoutLossOrRepetition() throws Exception {
    start();
    List<String> pumps = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      pumps.add("plant/%d,%d".formatted(i % 3, i));
    }
    judge(FittedSeries.table(3, 2, pumps, -1));
    List<String> seen = new ArrayList<>();
    String page = MODEL + "/series?limit=10";
    for (int pages = 0; !page.isEmpty(); pages++) {
      assertThat(pages).isLessThan(3);
      JsonNode list = get(page).json();
      OpenApiTest.assertFits(
          list, OpenApiTest.schemaOf("/v1/models/{name}/series", "get"), "series");
      assertThat(list.get("count").asInt()).isEqualTo(25);
      for (JsonNode entry : list.get("series")) {
        seen.add(entry.at("/key/0").asText() + "," + entry.at("/key/1").asText());
        assertThat(entry.get("last").asText()).isEqualTo(FittedSeries.at(1));
      }
      page = list.get("next").isNull() ? "" : list.get("next").asText();
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(pumps);
    assertThat(get(MODEL + "/series?limit=0").message()).contains("1 to 1000 keys");
    assertThat(get(MODEL + "/series?from=3").message()).contains("'from': unknown");
  }

  @Test
  void keysAndTimesAreForWhomMayHaveRowsJudgedAndForgettingForAdministrators() throws Exception {
    Path keys = folder.resolve("keys.json");
    ApiKeyFile file = new ApiKeyFile(keys, Clock.systemUTC(), new SecureRandom());
    String read = file.create("reader", KeyRole.READ);
    String score = file.create("scorer", KeyRole.SCORE);
    String admin = file.create("ada", KeyRole.ADMIN);
    start("access.api_keys", keys.toString());
    apiKey = score;
    judge(table());
    String one = MODEL + "/series/south/b%202";
    assertThat(get(one).status()).isEqualTo(200);
    assertThat(get(MODEL + "/series").status()).isEqualTo(200);
    assertThat(ask("DELETE", one, "", "").status()).isEqualTo(403);
    assertThat(ask("POST", MODEL + "/plot", "text/csv", table()).status()).isEqualTo(200);
    apiKey = read;
    assertThat(get(one).status()).isEqualTo(403);
    assertThat(get(MODEL + "/series").status()).isEqualTo(403);
    assertThat(ask("POST", MODEL + "/plot", "text/csv", table()).status()).isEqualTo(403);
    apiKey = admin;
    assertThat(ask("DELETE", one, "", "").status()).isEqualTo(200);
    assertThat(get(MODEL + "/audit").json().at("/audit/0/by").asText()).isEqualTo("ada");
  }

  @Test
  void noMoreKeysAreKeptThanTheSettingsSay() throws Exception {
    start("series.keys", "1", "series.save_millis", "100");
    judge(table());
    JsonNode list = get(MODEL + "/series").json();
    assertThat(list.get("count").asInt()).isEqualTo(1);
    assertThat(list.at("/series/0/key/0").asText()).isEqualTo("south");
    Path states = folder.resolve("models/.latentry/series");
    for (int look = 0; look < 500 && !isSaved(states); look++) {
      Thread.sleep(20);
    }
    assertThat(isSaved(states)).as("saved while the service runs").isTrue();
  }

  /** The states in the store's folder, which their owner alone may read. */
  private String saved() throws Exception {
    try (var files = Files.list(folder.resolve("models/.latentry/series"))) {
      Path file = files.filter(f -> f.toString().endsWith(".states")).findFirst().orElseThrow();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
  }

  private static boolean isSaved(Path states) throws Exception {
    if (!Files.isDirectory(states)) {
      return false;
    }
    try (var files = Files.list(states)) {
      return files.anyMatch(file -> file.toString().endsWith(".states"));
    }
  }

  @Test
  void aKeyThatWasSilentForTooLongIsForgotten() throws Exception {
    start("series.age_millis", "1000");
    judge(table());
    for (int look = 0; look < 500; look++) {
      if (get(MODEL + "/series").json().get("count").asInt() == 0) {
        break;
      }
      Thread.sleep(20);
    }
    assertThat(get(MODEL + "/series").json().get("count").asInt()).isZero();
    assertThat(get(MODEL + "/series/south/b%202").status()).isEqualTo(404);
  }

  @Test
  void theSchemaTellsHowRowsArePointsOfSeries() throws Exception {
    start();
    JsonNode detail = get(MODEL).json();
    OpenApiTest.assertFits(detail, OpenApiTest.schemaOf("/v1/models/{name}", "get"), "model");
    JsonNode series = detail.at("/schema/series");
    assertThat(series.get("time").asText()).isEqualTo("at");
    assertThat(series.get("clock").asText()).isEqualTo("instant");
    assertThat(series.get("keys")).hasToString("[\"plant\",\"pump\"]");
    assertThat(series.get("window").asInt()).isEqualTo(FittedSeries.WINDOW);
    assertThat(series.get("interval").asDouble()).isEqualTo(60_000);
    assertThat(series.get("every").asText()).isEqualTo("60 s");
    assertThat(series.get("gaps").asText()).isEqualTo("restart");
    assertThat(series.get("longest_step").asDouble()).isEqualTo(3);
    assertThat(series.get("smoothing").asDouble()).isBetween(0.66, 0.67);
    assertThat(series.get("alarm")).hasToString("{\"points\":2,\"among\":3,\"release\":1.0}");
  }

  @Test
  void statisticsMetricsAndAnomaliesTellWhatCallersWereTold() throws Exception {
    start();
    String table = FittedSeries.table(7, STRANGE + 6, PUMPS, STRANGE);
    List<String> lines = judge(table).lines().skip(1).toList();
    long anomalies = lines.stream().filter(line -> line.contains(",anomaly,")).count();
    long unscorable = lines.stream().filter(line -> line.contains(",unscorable,")).count();
    assertThat(anomalies).isPositive();
    // The rule of alarms makes the verdicts others than those on single windows.
    double threshold = get(MODEL).json().at("/threshold/score").asDouble();
    long windowsAbove =
        lines.stream()
            .map(line -> line.substring(line.lastIndexOf(',') + 1))
            .filter(score -> !score.isEmpty() && Double.parseDouble(score) > threshold)
            .count();
    assertThat(windowsAbove).isNotEqualTo(anomalies);

    JsonNode counted = get("/v1/statistics").json().at("/models/pumps");
    assertThat(counted.get("anomaly").asLong()).isEqualTo(anomalies);
    assertThat(counted.get("unscorable").asLong()).isEqualTo(unscorable);
    assertThat(counted.get("normal").asLong()).isEqualTo(lines.size() - anomalies - unscorable);
    String metrics = get("/metrics").text();
    assertThat(metrics)
        .contains("latentry_rows_total{model=\"pumps\",verdict=\"anomaly\"} " + anomalies + ".0")
        .contains(
            "latentry_unscorable_rows_total{kind=\"warming_up\",model=\"pumps\"} "
                + unscorable
                + ".0");

    List<String> scores =
        lines.stream()
            .filter(line -> line.contains(",anomaly,"))
            .limit(5)
            .map(line -> line.split(",", -1)[1])
            .toList();
    for (int look = 0; look < 500; look++) {
      if (get("/v1/anomalies").json().get("anomalies").size() == scores.size()) {
        break;
      }
      Thread.sleep(20);
    }
    JsonNode recent = get("/v1/anomalies").json().get("anomalies");
    assertThat(recent).hasSize(scores.size());
    for (int i = 0; i < scores.size(); i++) {
      assertThat(recent.get(scores.size() - 1 - i).get("score").floatValue())
          .isEqualTo(Float.parseFloat(scores.get(i)));
      assertThat(recent.get(i).get("features")).isNotEmpty();
    }
    assertThat(get("/v1/statistics").json().at("/models/pumps/anomaly").asLong())
        .as("what explains them is not counted")
        .isEqualTo(anomalies);
  }

  @Test
  void aTableOfVerdictsIsThatOfTheCommandLine() throws Exception {
    start();
    Path data = Files.writeString(folder.resolve("new.csv"), table());
    Path scored = folder.resolve("scored.csv");
    try (Scorer scorer = Scorer.open(artifact)) {
      var unused =
          new ScorePipeline(Progress.QUIET)
              .score(
                  scorer,
                  new ScoreRequest(
                      List.of(data.toString()),
                      StandardInput.streamed(InputStream.nullInputStream()),
                      ReadOptions.DEFAULTS,
                      0,
                      List.of(),
                      1),
                  columns -> TableSink.open(scored, columns));
    }
    String told = judge(table());
    assertThat(told).isEqualTo(Files.readString(scored));
    assertThat(told)
        .startsWith(
            "row,score,p_value,verdict,reason,reconstruction_term,latent_term,unsmoothed_score\n");

    JsonNode line =
        JSON.readTree(
            ask("POST", MODEL + "/score", "application/x-ndjson", "{\"at\":\"x\"}\n").text());
    assertThat(line.fieldNames()).toIterable().endsWith("latent_term", "unsmoothed_score");
  }

  @Test
  void aPointWithoutAReadableTimeSaysWhyInTheWordsOfTheCommandLine() throws Exception {
    start();
    String point = "{\"plant\": \"n\", \"pump\": \"1\", \"pressure\": 1, \"flow\": 1, \"at\": ";
    JsonNode judged =
        ask(
                "POST",
                MODEL + "/score",
                "application/json",
                "{\"rows\":[" + point + "\"soon\"}, " + point + "null}, " + point + "17}]}")
            .json()
            .get("judgements");
    assertThat(judged.at("/0/reason").asText()).isEqualTo("not a time: column 'at', 'soon'");
    assertThat(judged.at("/1/reason").asText()).isEqualTo("missing time: column 'at'");
    assertThat(judged.at("/2/reason").asText()).isEqualTo("not a time: column 'at', '17'");
    assertThat(judge("at,plant,pump,pressure,flow\nsoon,n,1,1,1\n"))
        .contains("not a time: column 'at', 'soon'");
    assertThat(get(MODEL + "/series").json().get("count").asInt()).isZero();
  }

  @Test
  void rowsInCellsAreToldAndDrawnAsTheirCells() throws Exception {
    Path models = Files.createDirectories(folder.resolve("models"));
    FittedSeries.fit(
        models.resolve("pumps.onnx"), SeriesConfig.DEFAULT.withResample(new CellLength("2m")));
    start();
    JsonNode detail = get(MODEL).json();
    OpenApiTest.assertFits(detail, OpenApiTest.schemaOf("/v1/models/{name}", "get"), "model");
    assertThat(detail.at("/schema/series/resampled").asBoolean()).isTrue();
    assertThat(detail.at("/schema/series/every").asText()).isEqualTo("2 min");
    JsonNode plot = ask("POST", MODEL + "/plot", "text/csv", table()).json();
    assertThat(plot.get("points").asInt()).isEqualTo(POINTS);
    // The first row is at 13 s of a minute: a cell has one or two of them, each with its line.
    assertThat(plot.at("/unscorable/warming up").asInt())
        .isBetween(2 * FittedSeries.WINDOW - 3, 2 * FittedSeries.WINDOW - 2);
    List<Double> rows =
        table()
            .lines()
            .filter(line -> line.contains("north"))
            .map(line -> Double.parseDouble(line.split(",", -1)[3]))
            .toList();
    JsonNode actual = plot.at("/channels/0/actual");
    double last = actual.get(POINTS - 1).get(1).asDouble();
    double own = rows.get(POINTS - 1);
    boolean begins = Instant.parse(FittedSeries.at(POINTS - 1)).getEpochSecond() / 60 % 2 == 0;
    assertThat(last).isCloseTo(begins ? own : (own + rows.get(POINTS - 2)) / 2, within(1e-3));
    String verdicts = judge(table());
    assertThat(verdicts).contains("warming up: 1 of " + FittedSeries.WINDOW + " cells");
    assertThat(get(MODEL + "/series/south/b%202").json().get("points_held").asInt())
        .isEqualTo(FittedSeries.WINDOW);
  }

  @Test
  void aLookAtASeriesHasLinesAndEventsAndChangesNothing() throws Exception {
    start();
    int points = 3_000;
    String table = FittedSeries.table(7, points, PUMPS, 2_000);
    List<String> shuffled = new ArrayList<>(table.lines().skip(1).toList());
    Collections.shuffle(shuffled, new Random(2));
    Answer answer =
        ask(
            "POST",
            MODEL + "/plot",
            "text/csv",
            "at,plant,pump,pressure,flow\n" + String.join("\n", shuffled) + "\n");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode plot = answer.json();
    OpenApiTest.assertFits(plot, OpenApiTest.schemaOf("/v1/models/{name}/plot", "post"), "plot");
    assertThat(answer.text().getBytes(StandardCharsets.UTF_8).length).isLessThan(300_000);
    assertThat(plot.get("rows").asInt()).isEqualTo(2 * points);
    assertThat(plot.get("key")).hasToString("[\"north\",\"a/1\"]");
    assertThat(plot.get("keys")).hasSize(2);
    assertThat(plot.get("points").asInt()).isEqualTo(points);
    assertThat(plot.at("/unscorable/warming up").asInt()).isEqualTo(FittedSeries.WINDOW - 1);
    JsonNode channel = plot.at("/channels/0");
    assertThat(channel.get("name").asText()).isEqualTo("pressure");
    assertThat(channel.get("actual").size()).isBetween(1_000, 1_200);
    double most = 0;
    for (JsonNode point : channel.get("actual")) {
      most = Math.max(most, point.get(1).asDouble());
    }
    double highest =
        table
            .lines()
            .skip(1)
            .filter(line -> line.contains("north"))
            .mapToDouble(line -> Float.parseFloat(line.split(",", -1)[3]))
            .max()
            .orElseThrow();
    assertThat(most).as("no spike is lost").isCloseTo(highest, within(1e-4));
    long begin = Instant.parse(FittedSeries.at(2_000)).toEpochMilli();
    assertThat(plot.get("events"))
        .anySatisfy(
            event -> {
              assertThat(event.get("from").asDouble()).isBetween(begin + 0.0, begin + 300_000.0);
              assertThat(event.at("/channels/0").asText()).isEqualTo("pressure");
            });
    assertThat(get(MODEL + "/series").json().get("count").asInt()).isZero();
    assertThat(get("/v1/statistics").json().at("/models/pumps/anomaly").asLong(0)).isZero();

    JsonNode other = ask("POST", MODEL + "/plot?key=south/b%25202", "text/csv", table).json();
    assertThat(other.get("key")).hasToString("[\"south\",\"b 2\"]");
    assertThat(other.get("points").asInt()).isEqualTo(points);
    assertThat(ask("POST", MODEL + "/plot?from=1", "text/csv", table).message())
        .contains("'from': unknown");
    assertThat(ask("POST", MODEL + "/plot", "application/json", "{\"rows\":[]}").json().get("key"))
        .isEmpty();
  }
}
