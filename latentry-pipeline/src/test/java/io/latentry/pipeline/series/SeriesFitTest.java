package io.latentry.pipeline.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Windows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.series.GapPolicy;
import io.latentry.core.series.SeriesClock;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.data.SeriesData;
import io.latentry.pipeline.explain.Explainer;
import io.latentry.pipeline.explain.Explanation;
import io.latentry.pipeline.score.EvaluatePipeline;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A series from fit to verdict: two pumps whose pressure swings, and a valve that never moves. */
final class SeriesFitTest {
  private static final int POINTS = 1_500;
  private static final int WINDOW = 16;
  private static final String HEADER = "at,pump,pressure,valve,mode,state";

  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void fit() throws IOException {
    Path data = write("train.csv", lines(POINTS, 1));
    model = folder.resolve("pumps.onnx");
    Fits.fit(data, Fits.quick(data(series())), model);
  }

  private static SeriesConfig series() {
    return SeriesConfig.DEFAULT.withKeys(List.of("pump")).withWindow(WINDOW);
  }

  private static DataConfig data(SeriesConfig series) {
    return DataConfig.builder().label("state", "ok").time("at").series(series).build();
  }

  @Test
  void theManifestTellsHowPointsBecomeWindows() {
    try (Scorer scorer = open()) {
      Manifest manifest = scorer.manifest();
      assertThat(manifest.series()).isNotNull();
      assertThat(manifest.series().clock()).isEqualTo(SeriesClock.INSTANT);
      assertThat(manifest.series().interval()).isEqualTo(60_000);
      assertThat(manifest.schema().columns())
          .extracting(column -> column.name())
          .containsExactlyInAnyOrder("pressure", "valve", "mode");
      assertThat(manifest.spec().inputs().get(0)).hasToString("window float32[batch, 16, 3]");
    }
  }

  @Test
  void theSameFitGivesTheSameFile() throws IOException {
    Path again = folder.resolve("again.onnx");
    Fits.fit(folder.resolve("train.csv"), Fits.quick(data(series())), again);
    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(model));
  }

  @Test
  void everyRowHasItsVerdictInInputOrderWhateverTheOrder() throws IOException {
    List<String> lines = lines(200, 7);
    List<String> shuffled = new ArrayList<>(lines);
    Collections.shuffle(shuffled, new Random(5));
    Map<String, String> inOrder = scored(write("order.csv", lines), lines);
    Map<String, String> mixed = scored(write("mixed.csv", shuffled), shuffled);
    assertThat(inOrder).hasSize(400);
    assertThat(mixed).isEqualTo(inOrder);
    assertThat(inOrder.get(lines.get(0))).contains("unscorable,warming up: 1 of 16 points");
  }

  @Test
  void aPointWithoutAKeyIsNobodys() throws IOException {
    List<String> lines = lines(60, 7);
    lines.set(80, lines.get(80).replace(",north,", ",,"));
    List<String> without = new ArrayList<>(lines);
    without.remove(80);
    Map<String, String> scored = scored(write("keyless.csv", lines), lines);
    assertThat(scored.remove(lines.get(80))).contains("unscorable,missing key: column 'pump'");
    assertThat(scored).isEqualTo(scored(write("keyed.csv", without), without));
    assertThat(read(write("keyless.csv", lines), series()).counts().normal())
        .isEqualTo(read(write("keyed.csv", without), series()).counts().normal());
  }

  /** Each line of the data with what was written of it, the row's number apart. */
  private static Map<String, String> scored(Path data, List<String> lines) throws IOException {
    Path out = folder.resolve(data.getFileName() + ".scored.csv");
    new ScorePipeline(Progress.QUIET)
        .score(model, Fits.scoring(data, 2), columns -> TableSink.open(out, columns));
    List<String> written = Files.readAllLines(out);
    assertThat(written.get(0))
        .startsWith(
            "row,score,p_value,verdict,reason,reconstruction_term,latent_term,unsmoothed_score,"
                + "feature_1");
    Map<String, String> byLine = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String cells = written.get(i + 1);
      assertThat(cells).startsWith(i + ",");
      byLine.put(lines.get(i), cells.substring(cells.indexOf(',')));
    }
    return byLine;
  }

  @Test
  void anyCutsOfAStreamGiveTheSameBits() {
    try (Scorer scorer = open()) {
      SeriesScorer series = SeriesScorer.of(scorer);
      SeriesPoints all = points(series, 120, 3);
      float[] whole = scores(judge(series, all, new HashMap<>()));
      for (long seed = 0; seed < 4; seed++) {
        Random random = new Random(seed);
        Map<String, byte[]> stored = new HashMap<>();
        int from = 0;
        while (from < all.count()) {
          int to = Math.min(all.count(), from + 1 + random.nextInt(40));
          Map<String, SeriesState> states = new HashMap<>();
          stored.forEach((key, bytes) -> states.put(key, series.restore(bytes)));
          float[] part = scores(judge(series, slice(all, from, to), states));
          assertThat(part)
              .as("seed %d, points %d to %d", seed, from, to)
              .isEqualTo(Arrays.copyOfRange(whole, from, to));
          states.forEach((key, state) -> stored.put(key, state.toBytes()));
          from = to;
        }
      }
    }
  }

  @Test
  void whatIsStrangeForItsTimeIsFound() {
    try (Scorer scorer = open()) {
      SeriesScorer series = SeriesScorer.of(scorer);
      SeriesPoints usual = points(series, 300, 11);
      assertThat(anomalies(judge(series, usual, new HashMap<>()))).isLessThan(30);
      // Stands still at a level that is usual in itself.
      SeriesPoints stuck = points(series, 300, 11);
      for (int i = 400; i < 600; i++) {
        set(stuck, i, "pressure", 0.9f);
      }
      PointJudgements judged = judge(series, stuck, new HashMap<>());
      int found = 0;
      for (int i = 420; i < 600; i++) {
        found += judged.judgements().verdict(i) == Verdict.ANOMALY ? 1 : 0;
      }
      assertThat(found).isGreaterThan(90);
    }
  }

  @Test
  void aValveThatNeverMovedAndMovesIsToldAtOnce() {
    try (Scorer scorer = open()) {
      SeriesScorer series = SeriesScorer.of(scorer);
      SeriesPoints points = points(series, 60, 13);
      set(points, 100, "valve", 1);
      PointJudgements judged = judge(series, points, new HashMap<>());
      assertThat(judged.judgements().verdict(100)).isEqualTo(Verdict.ANOMALY);
      assertThat(judged.judgements().reason(100)).contains("valve").contains("now 1");
      assertThat(judged.judgements().score(100)).isGreaterThanOrEqualTo(judged.unsmoothed()[100]);
    }
  }

  @Test
  void aMissingValueWhereNoneWasMissingCannotBeJudgedButDoesNotEndTheSeries() {
    try (Scorer scorer = open()) {
      SeriesScorer series = SeriesScorer.of(scorer);
      SeriesPoints points = points(series, 60, 13);
      set(points, 90, "pressure", Float.NaN);
      PointJudgements judged = judge(series, points, new HashMap<>());
      assertThat(judged.judgements().verdict(90)).isNotEqualTo(Verdict.NORMAL);
      assertThat(judged.judgements().reason(90)).contains("missing value: column 'pressure'");
      assertThat(judged.judgements().verdict(92)).isNotEqualTo(Verdict.UNSCORABLE);
    }
  }

  @Test
  void aSeriesOfFewValuesIsTheSameForBothEngines() throws IOException {
    List<String> lines = lines(600, 9);
    lines.replaceAll(
        line -> {
          String[] cells = line.split(",", -1);
          cells[2] = String.valueOf(Math.round(Double.parseDouble(cells[2])));
          return String.join(",", cells);
        });
    // The proof of the file compares both; windows that repeat have many nearest ones.
    Path few = folder.resolve("few.onnx");
    Fits.fit(write("few.csv", lines), Fits.quick(data(series())), few);
    assertThat(few).exists();
  }

  @Test
  void aPointIsExplainedByChannelsAndMoments() throws IOException {
    Path data = write("explained.csv", lines(100, 7));
    try (Scorer scorer = open()) {
      Explanation explanation =
          new Explainer(scorer)
              .explain(
                  List.of(data.toString()),
                  Fits.noInput(),
                  Fits.scoring(data, 0).reading(),
                  150,
                  3);
      assertThat(explanation.features()).hasSize(3);
      assertThat(explanation.moments()).hasSize(3);
      assertThat(explanation.moments()).allMatch(moment -> moment.before() >= 0);
      assertThatThrownBy(
              () ->
                  new Explainer(scorer)
                      .explain(
                          List.of(data.toString()),
                          Fits.noInput(),
                          Fits.scoring(data, 0).reading(),
                          200,
                          3))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("expected: 0 to 199");
    }
  }

  @Test
  void anEvaluationTellsEvents() throws IOException {
    List<String> lines = lines(300, 21);
    for (int i = 200; i < 240; i++) {
      String[] cells = lines.get(i).split(",", -1);
      cells[2] = "3.5";
      cells[5] = "bad";
      lines.set(i, String.join(",", cells));
    }
    EvaluatePipeline.Outcome outcome = Fits.evaluate(model, write("labelled.csv", lines), "state");
    assertThat(outcome.series()).isPresent();
    assertThat(outcome.series().get().events()).hasSize(2);
    assertThat(outcome.series().get().eventRecall().estimate()).isEqualTo(1);
    assertThat(outcome.series().get().auprc().estimate()).isGreaterThan(0.7);
    assertThat(outcome.series().get().falseAlarmsPerDay()).isPresent();
  }

  @Test
  void anomaliesThatFollowOneAnotherAreOneEvent() throws IOException {
    List<String> lines = lines(100, 21);
    // Of the northern pump alone, ten points in a row.
    for (int i = 120; i < 140; i += 2) {
      String[] cells = lines.get(i).split(",", -1);
      cells[2] = "9";
      lines.set(i, String.join(",", cells));
    }
    Path data = write("events.csv", lines);
    Path out = folder.resolve("events.out.csv");
    try (Scorer scorer = open()) {
      new ScorePipeline(Progress.QUIET)
          .scoreEvents(
              scorer,
              Fits.scoring(data, 0),
              columns -> TableSink.open(folder.resolve("events.scored.csv"), columns),
              columns -> TableSink.open(out, columns),
              0);
    }
    List<String> events = Files.readAllLines(out);
    assertThat(events.get(0))
        .isEqualTo("key,from,to,anomalies,first_row,last_row,peak_score,peak_row,channels");
    List<String> found =
        events.stream().filter(event -> event.startsWith("north,2023-11-14T23:13:20Z,")).toList();
    assertThat(found).hasSize(1);
    String[] cells = found.get(0).split(",", -1);
    assertThat(Integer.parseInt(cells[3])).isGreaterThanOrEqualTo(10);
    assertThat(cells[4]).isEqualTo("120");
    assertThat(found.get(0)).contains("pressure");
  }

  @Test
  void noWindowThatTrainsSharesAPointWithOneThatCalibrates() {
    SeriesData data =
        SeriesData.read(
            List.of(folder.resolve("train.csv").toString()),
            Fits.noInput(),
            data(series()),
            Progress.QUIET);
    for (DataSplit.Fold fold : data.split(SplitConfig.DEFAULT, 0).folds()) {
      Windows calibrating = data.normals(fold.calibration());
      for (int[] part : List.of(fold.train(), fold.validation())) {
        Windows learned = data.normals(part);
        for (int i = 0; i < learned.count(); i++) {
          for (int j = 0; j < calibrating.count(); j++) {
            assertThat(Math.abs(learned.end(i) - calibrating.end(j)))
                .isGreaterThanOrEqualTo(WINDOW);
          }
        }
      }
    }
  }

  @Test
  void windowsHoldNoPointWithAnotherLabel() throws IOException {
    List<String> lines = lines(200, 3);
    lines.set(100, lines.get(100).replace(",ok", ",bad"));
    SeriesData data = read(write("bad.csv", lines), series());
    assertThat(data.counts().other()).isEqualTo(1);
    int whole = read(write("good.csv", lines(200, 3)), series()).counts().normal();
    assertThat(data.counts().normal()).isEqualTo(whole - WINDOW);
  }

  @Test
  void whatIsNoSeriesIsRefusedWithWhatToDo() throws IOException {
    assertThatThrownBy(() -> read(write("short.csv", lines(12, 3)), series()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the longest run without a gap")
        .hasMessageContaining("set --window");
    assertThatThrownBy(() -> read(write("keys.csv", lines(1, 3)), series()))
        .hasMessageContaining("no key has two points");
    List<String> timeless =
        lines(100, 3).stream().map(line -> line.replaceAll("^[^,]*", "")).toList();
    assertThatThrownBy(() -> read(write("timeless.csv", timeless), series()))
        .hasMessageContaining("has no time in any of 200 rows");
    assertThatThrownBy(() -> DataConfig.builder().series(series()).build())
        .hasMessageContaining("--time");
  }

  @Test
  void theCalendarIsAChannelThatGoesOn() throws IOException {
    SeriesData data = read(folder.resolve("train.csv"), series().withCalendar(true));
    assertThat(data.schema().columns())
        .extracting(column -> column.name())
        .containsExactlyInAnyOrder("at", "pressure", "valve", "mode");
    Column at =
        data.schema().columns().stream().filter(c -> c.name().equals("at")).findFirst().get();
    assertThat(at.type()).isEqualTo(ColumnType.TIMESTAMP);
    // Later points are of later dates: that is no novelty.
    assertThat(at.dates()).isNull();
    Windows windows = data.normals(new int[] {0, 1});
    int judged = windows.spec().judged() * windows.spec().width();
    int channel = data.schema().columns().indexOf(at);
    assertThat(windows.values(1)[judged + channel] - windows.values(0)[judged + channel])
        .as("seconds of the week")
        .isEqualTo(60);
    assertThatThrownBy(
            () ->
                read(
                    write(
                        "numbered.csv",
                        lines(100, 3).stream().map(l -> l.replaceAll("^[^,]*", "7")).toList()),
                    series().withCalendar(true)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("at");
  }

  @Test
  void aTableModelJudgesNoSeries() throws IOException {
    Path table = folder.resolve("table.onnx");
    Fits.fit(
        folder.resolve("train.csv"),
        Fits.quick(DataConfig.builder().exclude(List.of("at", "pump", "state")).build()),
        table);
    try (Scorer scorer = Scorer.open(table, ScorerOptions.threads(1))) {
      assertThatThrownBy(() -> SeriesScorer.of(scorer))
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining("--window");
    }
  }

  @Test
  void gapsAreHeldOrBeginAnew() throws IOException {
    List<String> lines = lines(400, 3);
    List<String> gapped = new ArrayList<>(lines.subList(0, 300));
    gapped.addAll(lines.subList(340, 800));
    int restarted = read(write("gap.csv", gapped), series()).counts().normal();
    int held = read(write("gap.csv", gapped), series().withGaps(GapPolicy.HOLD)).counts().normal();
    assertThat(held - restarted).isEqualTo(2 * (WINDOW - 1));
  }

  private static SeriesData read(Path data, SeriesConfig series) {
    return SeriesData.read(List.of(data.toString()), Fits.noInput(), data(series), Progress.QUIET);
  }

  private static Scorer open() {
    return Scorer.open(model, ScorerOptions.threads(1));
  }

  private static PointJudgements judge(
      SeriesScorer series, SeriesPoints points, Map<String, SeriesState> states) {
    return series.judge(
        points, key -> states.computeIfAbsent(key, unused -> series.begin()), Set.of());
  }

  private static float[] scores(PointJudgements judged) {
    float[] scores = new float[judged.count()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = judged.judgements().score(i);
    }
    return scores;
  }

  private static long anomalies(PointJudgements judged) {
    return judged.judgements().count(Verdict.ANOMALY);
  }

  private static SeriesPoints slice(SeriesPoints points, int from, int to) {
    return new SeriesPoints(
        Arrays.copyOfRange(points.keys(), from, to),
        Arrays.copyOfRange(points.times(), from, to),
        points.rows().slice(from, to));
  }

  private static void set(SeriesPoints points, int point, String column, float value) {
    Rows rows = points.rows();
    List<String> names = rows.schema().columns().stream().map(c -> c.name()).toList();
    rows.numeric()[point * rows.schema().numericCount() + names.indexOf(column)] = value;
  }

  /** As {@link #lines} has them. */
  private static SeriesPoints points(SeriesScorer series, int each, long seed) {
    List<String> lines = lines(each, seed);
    var schema = series.scorer().manifest().schema();
    List<String> names = List.of(HEADER.split(","));
    float[] numeric = new float[lines.size() * schema.numericCount()];
    String[] categorical = new String[lines.size()];
    String[] keys = new String[lines.size()];
    double[] times = new double[lines.size()];
    for (int i = 0; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      times[i] = Instant.parse(cells[0]).toEpochMilli();
      keys[i] = cells[1];
      for (int j = 0; j < schema.numericCount(); j++) {
        numeric[i * schema.numericCount() + j] =
            Float.parseFloat(cells[names.indexOf(schema.columns().get(j).name())]);
      }
      categorical[i] = cells[4];
    }
    return new SeriesPoints(keys, times, Rows.of(schema, lines.size(), numeric, categorical));
  }

  /** Two pumps by turns, a point a minute. */
  private static List<String> lines(int each, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      for (String pump : List.of("north", "south")) {
        double pressure = Math.sin(i * 0.4) + 0.05 * random.nextGaussian();
        lines.add(
            "%s,%s,%.4f,0,%s,ok"
                .formatted(
                    Instant.ofEpochSecond(1_700_000_000L + 60L * i),
                    pump,
                    pressure,
                    i / 8 % 2 == 0 ? "low" : "high"));
      }
    }
    return lines;
  }

  private static Path write(String name, List<String> lines) throws IOException {
    Path file = folder.resolve(name);
    List<String> all = new ArrayList<>(List.of(HEADER));
    all.addAll(lines);
    return Files.write(file, all);
  }
}
