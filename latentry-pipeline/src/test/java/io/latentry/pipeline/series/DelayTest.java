package io.latentry.pipeline.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.SeriesConfig;
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
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verdicts that wait for two later points. */
final class DelayTest {
  private static final int WINDOW = 8;
  private static final int DELAY = 2;

  @TempDir private static Path folder;
  private static Path model;

  @BeforeAll
  static void fit() throws IOException {
    model = folder.resolve("model.onnx");
    SeriesConfig series =
        SeriesConfig.DEFAULT.withKeys(List.of("pump")).withWindow(WINDOW).withDelay(DELAY);
    Fits.fit(
        write("train.csv", lines(600, 1)),
        Fits.quick(DataConfig.builder().time("at").series(series).build()),
        model);
  }

  @Test
  void aRowOfAFileHasTheVerdictThatItsSecondLaterPointBringsInAStream() throws IOException {
    // More than a batch of the pass over a file, so that verdicts come with the next one.
    List<String> lines = lines(4_500, 2);
    lines.subList(6_000, 6_020).clear();
    Map<String, String> inAStream = stream(lines);
    List<String> shuffled = new ArrayList<>(lines);
    Collections.shuffle(shuffled, new Random(3));
    assertThat(differing(scored("order.csv", lines), inAStream)).isEmpty();
    assertThat(differing(scored("mixed.csv", shuffled), inAStream)).isEmpty();
    assertThat(inAStream.values())
        .filteredOn(told -> told.startsWith("unscorable,waits"))
        .hasSize(8);
  }

  @Test
  void whatComesOverTwoPointsIsJudgedByBoth() throws IOException {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      assertThat(scorer.manifest().series().delay()).isEqualTo(DELAY);
      SeriesScorer series = SeriesScorer.of(scorer);
      SeriesState state = series.begin();
      List<String> lines = lines(40, 4).stream().filter(l -> l.contains("north")).toList();
      List<Double> about = new ArrayList<>();
      for (String line : lines) {
        about.add(judge(series, line, key -> state).about()[0]);
      }
      // A point that warms up is told so itself; each whole window judges the second before it.
      assertThat(about.subList(0, WINDOW - 1))
          .containsExactly(0d, 1d, 2d, 3d, 4d, Double.NaN, Double.NaN);
      assertThat(about.subList(WINDOW - 1, 12)).containsExactly(5d, 6d, 7d, 8d, 9d);
    }
  }

  @Test
  void aDelayBeyondTheWindowIsRefused() {
    assertThatThrownBy(() -> SeriesConfig.DEFAULT.withWindow(8).withDelay(7))
        .hasMessageContaining("delay: 7 points (expected: 0 to 6");
    assertThatThrownBy(() -> SeriesConfig.DEFAULT.withDelay(-1)).hasMessageContaining("delay: -1");
  }

  /** One point after the other, by a state that is stored and restored between. */
  private static Map<String, String> stream(List<String> lines) {
    Map<String, String> told = new HashMap<>();
    Map<String, byte[]> stored = new HashMap<>();
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      SeriesScorer series = SeriesScorer.of(scorer);
      for (String line : lines) {
        String key = line.split(",", -1)[1];
        SeriesState state =
            stored.containsKey(key) ? series.restore(stored.get(key)) : series.begin();
        PointJudgements judged = judge(series, line, of -> state);
        stored.put(key, state.toBytes());
        String verdict = words(judged);
        if (!Double.isNaN(judged.about()[0])) {
          told.merge(place((int) judged.about()[0], key), verdict, (before, now) -> now);
        }
        told.putIfAbsent(
            place(Integer.parseInt(line.split(",", -1)[0]), key),
            "unscorable,waits for " + DELAY + " later points");
      }
    }
    return told;
  }

  private static List<String> differing(Map<String, String> told, Map<String, String> expected) {
    assertThat(told.keySet()).isEqualTo(expected.keySet());
    return expected.keySet().stream()
        .filter(point -> !expected.get(point).equals(told.get(point)))
        .map(point -> point + ": " + told.get(point) + " for " + expected.get(point))
        .toList();
  }

  private static String words(PointJudgements judged) {
    var judgement = judged.judgements().get(0);
    return judgement.reason().isEmpty()
        ? judgement.verdict() + " " + (float) judgement.score()
        : "unscorable," + judgement.reason();
  }

  private static PointJudgements judge(
      SeriesScorer series, String line, Function<String, SeriesState> states) {
    String[] cells = line.split(",", -1);
    RowsBuilder point = new RowsBuilder(series.scorer().manifest().schema());
    point.set(point.column("pressure"), cells[2]);
    point.set(point.column("flow"), cells[3]);
    point.endRow();
    Rows rows = point.rows();
    return series.judge(
        new SeriesPoints(
            new String[] {cells[1]}, new double[] {Double.parseDouble(cells[0])}, rows),
        states,
        Set.of());
  }

  private static Map<String, String> scored(String name, List<String> lines) throws IOException {
    Path out = folder.resolve("scored-" + name);
    new ScorePipeline(Progress.QUIET)
        .score(model, Fits.scoring(write(name, lines), 0), columns -> TableSink.open(out, columns));
    Map<String, String> told = new HashMap<>();
    List<String> written = Files.readAllLines(out);
    for (int i = 0; i < lines.size(); i++) {
      String[] cells = written.get(i + 1).split(",", -1);
      String[] point = lines.get(i).split(",", -1);
      told.put(
          place(Integer.parseInt(point[0]), point[1]),
          cells[4].isEmpty()
              ? cells[3].toUpperCase(Locale.ROOT) + " " + Float.parseFloat(cells[1])
              : "unscorable," + cells[4]);
    }
    return told;
  }

  private static String place(int time, String key) {
    return key + " " + time;
  }

  private static List<String> lines(int each, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      for (String pump : List.of("north", "south")) {
        lines.add(
            "%d,%s,%.4f,%.4f"
                .formatted(
                    i,
                    pump,
                    Math.sin(i * 0.4) + 0.05 * random.nextGaussian(),
                    Math.cos(i * 0.4) + 0.05 * random.nextGaussian()));
      }
    }
    return lines;
  }

  private static Path write(String name, List<String> lines) throws IOException {
    List<String> all = new ArrayList<>(List.of("at,pump,pressure,flow"));
    all.addAll(lines);
    return Files.write(folder.resolve(name), all);
  }
}
