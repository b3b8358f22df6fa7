package io.latentry.pipeline.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.DataException;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Windows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.series.SeriesClock;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.series.SeriesState;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.CellLength;
import io.latentry.pipeline.config.ConfigFile;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that come when they like, put together in cells of a minute. */
final class ResampleTest {
  private static final int WINDOW = 8;
  private static final long BEGIN = 1_700_000_000L;
  private static final String HEADER = "at,pump,pressure,mode,state";

  @TempDir private static Path folder;
  private static Path model;

  @BeforeAll
  static void fit() throws IOException {
    model = folder.resolve("model.onnx");
    Fits.fit(write("train.csv", lines(900, 1, true)), Fits.quick(data(series())), model);
  }

  private static SeriesConfig series() {
    return SeriesConfig.DEFAULT
        .withKeys(List.of("pump"))
        .withWindow(WINDOW)
        .withResample(new CellLength("1m"));
  }

  private static DataConfig data(SeriesConfig series) {
    return DataConfig.builder().label("state", "ok").time("at").series(series).build();
  }

  @Test
  void theManifestTellsTheLengthOfACell() throws IOException {
    try (Scorer scorer = open()) {
      SeriesSettings settings = scorer.manifest().series();
      assertThat(settings.hasCells()).isTrue();
      assertThat(settings.clock()).isEqualTo(SeriesClock.SECONDS);
      assertThat(settings.interval()).isEqualTo(60);
    }
  }

  @Test
  void aFileAStreamAndAnyCutsOfItGiveTheSameVerdicts() throws IOException {
    List<String> lines = lines(2_000, 2, true);
    // A gap, and a cell that nothing came in.
    lines.removeIf(line -> time(line) > BEGIN + 3_000 && time(line) < BEGIN + 3_400);
    lines.removeIf(line -> minute(line) == minute(BEGIN) + 100);
    Map<String, String> oneByOne = stream(lines, 1);
    assertThat(oneByOne.values()).filteredOn(told -> told.startsWith("NORMAL")).isNotEmpty();
    assertThat(differing(stream(lines, 37), oneByOne)).isEmpty();
    assertThat(differing(scored("order.csv", lines), oneByOne)).isEmpty();
    // Rows of one time count in the order in which they stand, which a file in disorder changes.
    Map<String, String> once = new HashMap<>();
    lines.removeIf(line -> once.putIfAbsent(key(line) + time(line), line) != null);
    List<String> shuffled = new ArrayList<>(lines);
    Collections.shuffle(shuffled, new Random(3));
    assertThat(differing(scored("mixed.csv", shuffled), stream(lines, 1))).isEmpty();
  }

  @Test
  void aFitSeesTheWindowsThatAScorerMakes() throws IOException {
    Path file = write("seen.csv", lines(700, 4, true));
    SeriesData data = read(file, series());
    Map<Integer, float[]> windows = new HashMap<>();
    try (Scorer scorer = open();
        DataSource source = source(file)) {
      SeriesPass.each(
          SeriesScorer.of(scorer),
          source,
          Set.of(),
          (rows, batch, judged) -> {
            for (int i = 0; i < rows.length; i++) {
              windows.put(rows[i], judged.windows().values(i));
            }
          });
    }
    int[] all = IntStream.range(0, data.counts().normal()).toArray();
    Windows normals = data.normals(all);
    int[] rows = data.places(all);
    assertThat(all.length).isGreaterThan(800);
    for (int i : all) {
      assertThat(normals.values(i)).as("row %d", rows[i]).isEqualTo(windows.get(rows[i]));
    }
  }

  @Test
  void wholeCellsTrainAndAllRowsCalibrateAsTheyWillBeJudged() throws IOException {
    List<String> lines = lines(700, 4, false);
    SeriesData data = read(write("split.csv", lines), series());
    DataSplit split = data.split(SplitConfig.DEFAULT, 1);
    assertThat(lines.size()).isGreaterThan(data.counts().normal());
    assertThat(ofWholeCells(lines, data.places(split.train()))).isEqualTo(1);
    assertThat(ofWholeCells(lines, data.places(split.validation()))).isEqualTo(1);
    assertThat(ofWholeCells(lines, data.places(split.calibration()))).isBetween(0.3, 0.9);

    // Without a label nothing parts the rows: what calibrates is smoothed as a scorer smooths it.
    int[] all = IntStream.range(0, data.counts().normal()).toArray();
    double[] scores = IntStream.of(all).mapToDouble(i -> (i * 31) % 17).toArray();
    double[] compared = data.compared(all, scores);
    double beta = SeriesConfig.DEFAULT_SMOOTHING;
    int[] rows = data.places(all);
    for (int i = 1; i < all.length; i++) {
      boolean sameKey = key(lines.get(rows[i])).equals(key(lines.get(rows[i - 1])));
      double expected = sameKey ? beta * scores[i] + (1 - beta) * compared[i - 1] : scores[i];
      assertThat(compared[i]).as("row %d", rows[i]).isCloseTo(expected, within(1e-5));
    }
  }

  /** The share of rows that are the last ones of their cells. */
  private static double ofWholeCells(List<String> lines, int[] rows) {
    Map<String, Integer> last = new HashMap<>();
    for (int row = 0; row < lines.size(); row++) {
      String cell = key(lines.get(row)) + minute(lines.get(row));
      Integer before = last.get(cell);
      if (before == null || time(lines.get(before)) <= time(lines.get(row))) {
        last.put(cell, row);
      }
    }
    return IntStream.of(rows).filter(row -> last.containsValue(row)).count() / (double) rows.length;
  }

  @Test
  void whatASiblingInItsCellMadeStrangeIsNotLearned() throws IOException {
    List<String> lines = lines(700, 4, false);
    SeriesData before = read(write("before.csv", lines), series());
    int strange = lines.size() / 2;
    lines.set(strange, lines.get(strange).replaceFirst(",[^,]*,([^,]*),ok", ",500,$1,broken"));
    SeriesData after = read(write("after.csv", lines), series());
    long minute = minute(lines.get(strange));
    String key = key(lines.get(strange));
    int[] learned = after.places(IntStream.range(0, after.counts().normal()).toArray());
    assertThat(IntStream.of(learned).mapToObj(lines::get))
        .noneMatch(
            line ->
                key(line).equals(key)
                    && time(line) > time(lines.get(strange))
                    && minute(line) - minute < WINDOW);
    assertThat(after.schema().columns().get(0).max()).isLessThan(3);
    assertThat(before.counts().normal() - after.counts().normal()).isBetween(8, 40);
    Windows others = (Windows) after.others(10).samples();
    assertThat(others.count()).isEqualTo(1);
    assertThat(others.judged().numeric(0, 0)).isGreaterThan(50);
  }

  @Test
  void aStrangeRowIsFoundAndExplainedByItsCell() throws IOException {
    List<String> lines = lines(300, 9, false);
    int row = lines.size() - 40;
    for (int i = row; i < row + 6; i++) {
      lines.set(i, lines.get(i).replaceFirst(",[^,]*,([^,]*),ok", ",9,$1,broken"));
    }
    Path data = write("strange.csv", lines);
    try (Scorer scorer = open()) {
      Explanation explained =
          new Explainer(scorer)
              .explain(List.of(data.toString()), Fits.noInput(), ReadOptions.DEFAULTS, row + 3, 2);
      assertThat(explained.judgement().verdict()).isEqualTo(Verdict.ANOMALY);
      assertThat(explained.features().get(0).name()).isEqualTo("pressure");
      assertThat(Double.parseDouble(explained.features().get(0).actual())).isBetween(1.0, 9.0);
    }
    EvaluatePipeline.Outcome outcome = Fits.evaluate(model, data, "state");
    assertThat(outcome.series()).isPresent();
    assertThat(outcome.series().get().eventRecall().estimate()).isEqualTo(1);
  }

  @Test
  void aCellThatMakesNoSenseIsRefused() throws IOException {
    Path file = write("refused.csv", lines(300, 4, false));
    assertThatThrownBy(() -> read(file, series().withResample(new CellLength("5s"))))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("resample: '5s' (expected: at least ")
        .hasMessageContaining("the usual step");
    assertThatThrownBy(() -> read(file, series().withResample(new CellLength("60"))))
        .hasMessageStartingWith("resample: '60' (expected: with a unit, such as 60s");
    assertThatThrownBy(() -> series().withDelay(2))
        .hasMessageStartingWith("delay: 2 points (expected: 0 with resample");
    Path steps = folder.resolve("steps.csv");
    List<String> counted = new ArrayList<>(List.of("at,pump,pressure"));
    for (int i = 0; i < 800; i++) {
      counted.add(i + ",north," + Math.sin(i * 0.1));
    }
    Files.write(steps, counted);
    DataConfig unlabelled = DataConfig.builder().time("at").series(series()).build();
    assertThatThrownBy(() -> read(steps, unlabelled))
        .hasMessageStartingWith("resample: '1m' (expected: a number of steps, such as 10");
    SeriesData data =
        read(
            steps,
            DataConfig.builder()
                .time("at")
                .series(series().withResample(new CellLength("5")))
                .build());
    assertThat(data.series().get().interval()).isEqualTo(5);
    for (String none : List.of("", "m", "0m", "-1m", "1 week", "1e3s")) {
      assertThatThrownBy(() -> new CellLength(none))
          .hasMessageStartingWith("resample: '" + none + "' (expected: the length of a cell");
    }
  }

  @Test
  void aLengthCountsAsTheClockDoes() {
    assertThat(new CellLength("1.5h").in(SeriesClock.INSTANT, "at")).isEqualTo(5_400_000);
    assertThat(new CellLength("1 d").in(SeriesClock.SECONDS, "at")).isEqualTo(86_400);
    assertThat(new CellLength("250ms").in(SeriesClock.SECONDS, "at")).isEqualTo(0.25);
    assertThat(new CellLength("2min").in(SeriesClock.MICROSECONDS, "at")).isEqualTo(120e6);
    assertThat(new CellLength("1m").in(SeriesClock.NANOSECONDS, "at")).isEqualTo(60e9);
  }

  @Test
  void aConfigFileSaysSoAndOthersKeepQuiet() throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.writeString(file, "data:\n  time: at\n  series:\n    window: 8\n    resample: 30s\n");
    SeriesConfig read = ConfigFile.read(file).data().series();
    assertThat(read.resample()).isEqualTo(new CellLength("30s"));
    assertThat(ConfigFile.toMap(Fits.quick(data(series()))).toString()).contains("resample=1m");
    assertThat(ConfigFile.toMap(Fits.quick(data(SeriesConfig.DEFAULT))).toString())
        .doesNotContain("resample");
    Files.writeString(file, "data:\n  time: at\n  series:\n    resample: soon\n");
    assertThatThrownBy(() -> ConfigFile.read(file)).hasMessageContaining("resample: 'soon'");
  }

  private static Scorer open() {
    return Scorer.open(model, ScorerOptions.threads(1));
  }

  private static SeriesData read(Path file, SeriesConfig series) {
    return read(file, data(series));
  }

  private static SeriesData read(Path file, DataConfig config) {
    return SeriesData.read(List.of(file.toString()), Fits.noInput(), config, Progress.QUIET);
  }

  private static DataSource source(Path file) {
    return DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS, Fits.noInput());
  }

  /** The verdicts by line; so many lines a call, with states that are stored between. */
  private static Map<String, String> stream(List<String> lines, int atOnce) {
    Map<String, String> told = new HashMap<>();
    Map<String, byte[]> stored = new HashMap<>();
    try (Scorer scorer = open()) {
      SeriesScorer series = SeriesScorer.of(scorer);
      for (int from = 0; from < lines.size(); from += atOnce) {
        List<String> some = lines.subList(from, Math.min(lines.size(), from + atOnce));
        Map<String, SeriesState> states = new HashMap<>();
        PointJudgements judged =
            series.judge(
                points(scorer, some),
                key ->
                    states.computeIfAbsent(
                        key,
                        k ->
                            stored.containsKey(k) ? series.restore(stored.get(k)) : series.begin()),
                Set.of());
        states.forEach((key, state) -> stored.put(key, state.toBytes()));
        for (int i = 0; i < some.size(); i++) {
          var judgement = judged.judgements().get(i);
          told.put(
              some.get(i),
              judgement.reason().isEmpty()
                  ? judgement.verdict() + " " + (float) judgement.score()
                  : "unscorable," + judgement.reason());
        }
      }
    }
    return told;
  }

  private static SeriesPoints points(Scorer scorer, List<String> lines) {
    RowsBuilder rows = new RowsBuilder(scorer.manifest().schema());
    for (String line : lines) {
      String[] cells = line.split(",", -1);
      rows.set(rows.column("pressure"), cells[2]);
      rows.set(rows.column("mode"), cells[3]);
      rows.endRow();
    }
    return new SeriesPoints(
        lines.stream().map(ResampleTest::key).toArray(String[]::new),
        lines.stream().mapToDouble(ResampleTest::time).toArray(),
        rows.rows());
  }

  private static Map<String, String> scored(String name, List<String> lines) throws IOException {
    Path out = folder.resolve("scored-" + name);
    new ScorePipeline(Progress.QUIET)
        .score(model, Fits.scoring(write(name, lines), 0), columns -> TableSink.open(out, columns));
    List<String> written = Files.readAllLines(out);
    Map<String, String> told = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String[] cells = written.get(i + 1).split(",", -1);
      told.put(
          lines.get(i),
          cells[4].isEmpty()
              ? cells[3].toUpperCase(Locale.ROOT) + " " + Float.parseFloat(cells[1])
              : "unscorable," + cells[4]);
    }
    return told;
  }

  private static List<String> differing(Map<String, String> told, Map<String, String> expected) {
    assertThat(told.keySet()).isEqualTo(expected.keySet());
    return expected.keySet().stream()
        .filter(line -> !expected.get(line).equals(told.get(line)))
        .map(line -> line + ": " + told.get(line) + " for " + expected.get(line))
        .toList();
  }

  private static String key(String line) {
    return line.split(",", -1)[1];
  }

  private static double time(String line) {
    return Double.parseDouble(line.split(",", -1)[0]);
  }

  private static long minute(String line) {
    return minute(time(line));
  }

  private static long minute(double time) {
    return (long) Math.floor(time / 60);
  }

  /**
   * Rows of two pumps, about 25 s apart and in order of time, of which no two are equal.
   *
   * @param odd whether values are missing, and times come twice
   */
  private static List<String> lines(int each, long seed, boolean odd) {
    Random random = new Random(seed);
    Map<String, Double> clocks = new HashMap<>(Map.of("north", 0.0, "south", 0.0));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      for (String pump : List.of("north", "south")) {
        boolean twice = odd && random.nextInt(15) == 0;
        double after =
            clocks.merge(pump, 0.0, (at, none) -> at + (twice ? 0 : 5 + random.nextInt(40)));
        boolean missing = odd && random.nextInt(20) == 0;
        String pressure = "%.5f".formatted(Math.sin(after / 200) + 0.05 * random.nextGaussian());
        lines.add(
            "%d,%s,%s,%s,ok"
                .formatted(
                    BEGIN + (long) after,
                    pump,
                    missing ? "" : pressure,
                    odd && random.nextInt(20) == 0
                        ? ""
                        : Math.sin(after / 200) > 0 ? "up" : "down"));
      }
    }
    // Lines that are equal could not be told apart.
    return new ArrayList<>(lines.stream().distinct().toList());
  }

  private static Path write(String name, List<String> lines) throws IOException {
    List<String> all = new ArrayList<>(List.of(HEADER));
    all.addAll(lines);
    return Files.write(folder.resolve(name), all);
  }
}
