package io.latentry.pipeline.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores that are counted from their recent level, of two pumps that move for good. */
final class AdaptTest {
  private static final int ADAPT = 60;
  private static final int POINTS = 900;
  private static final int MOVED = 400;

  @TempDir private static Path folder;
  private static Path adapting;
  private static Path plain;

  @BeforeAll
  static void fit() throws IOException {
    SeriesConfig series = SeriesConfig.DEFAULT.withKeys(List.of("pump")).withWindow(8);
    Path data = folder.resolve("train.csv");
    List<String> lines = new ArrayList<>(List.of("at,pump,pressure"));
    double[] north = pressures(POINTS, 1, POINTS);
    double[] south = pressures(POINTS, 2, POINTS);
    for (int i = 0; i < POINTS; i++) {
      lines.add("%d,north,%.4f".formatted(i, north[i]));
      lines.add("%d,south,%.4f".formatted(i, south[i]));
    }
    Files.write(data, lines);
    adapting = folder.resolve("adapting.onnx");
    plain = folder.resolve("plain.onnx");
    Fits.fit(data, config(series.withAdapt(ADAPT)), adapting);
    Fits.fit(data, config(series), plain);
  }

  @Test
  void whatMovedForGoodBecomesUsualAndItsBeginningIsToldAllTheSame() {
    double[] pressures = pressures(POINTS, 3, MOVED);
    PointJudgements usual = judge(plain, "north", pressures);
    PointJudgements adapted = judge(adapting, "north", pressures);
    assertThat(anomalies(usual, MOVED + 5 * ADAPT, POINTS)).isGreaterThan(100);
    assertThat(anomalies(adapted, MOVED + 5 * ADAPT, POINTS)).isLessThan(20);
    assertThat(anomalies(adapted, MOVED, MOVED + 10)).isGreaterThan(5);
    assertThat(anomalies(adapted, 8, MOVED)).isLessThan(20);
    assertThat(adapted.unsmoothed()).isEqualTo(usual.unsmoothed());
  }

  @Test
  void eachKeyHasALevelOfItsOwnAndTheSameBitsHoweverItIsCut() {
    double[] moves = pressures(POINTS, 3, MOVED);
    double[] stays = pressures(POINTS, 4, POINTS);
    float[] moved = scores(judge(adapting, "north", moves));
    float[] stayed = scores(judge(adapting, "south", stays));
    try (Scorer scorer = Scorer.open(adapting, ScorerOptions.threads(1))) {
      SeriesScorer series = SeriesScorer.of(scorer);
      Map<String, byte[]> stored = new HashMap<>();
      for (int from = 0; from < POINTS; from += 7) {
        int to = Math.min(POINTS, from + 7);
        Map<String, SeriesState> states = new HashMap<>();
        for (String key : List.of("north", "south")) {
          states.put(
              key, stored.containsKey(key) ? series.restore(stored.get(key)) : series.begin());
        }
        PointJudgements north =
            series.judge(points(series, "north", moves, from, to), states::get, Set.of());
        PointJudgements south =
            series.judge(points(series, "south", stays, from, to), states::get, Set.of());
        assertThat(scores(north)).isEqualTo(Arrays.copyOfRange(moved, from, to));
        assertThat(scores(south)).isEqualTo(Arrays.copyOfRange(stayed, from, to));
        states.forEach((key, state) -> stored.put(key, state.toBytes()));
      }
    }
  }

  @Test
  void keysWhosePointsComeByTurnsKeepTheirLevelsApart() {
    double[] moves = pressures(POINTS, 3, MOVED);
    double[] stays = pressures(POINTS, 4, POINTS);
    double[] byTurns = new double[2 * POINTS];
    String[] keys = new String[byTurns.length];
    double[] times = new double[byTurns.length];
    for (int i = 0; i < byTurns.length; i++) {
      int point = i / 2;
      byTurns[i] = i % 2 == 0 ? moves[point] : stays[point];
      keys[i] = i % 2 == 0 ? "north" : "south";
      times[i] = point;
    }
    float[] moved = scores(judge(adapting, "north", moves));
    float[] stayed = scores(judge(adapting, "south", stays));
    try (Scorer scorer = Scorer.open(adapting, ScorerOptions.threads(1))) {
      SeriesScorer series = SeriesScorer.of(scorer);
      Map<String, SeriesState> states = Map.of("north", series.begin(), "south", series.begin());
      Rows rows = points(series, "", byTurns, 0, byTurns.length).rows();
      float[] expected = new float[byTurns.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = i % 2 == 0 ? moved[i / 2] : stayed[i / 2];
      }
      assertThat(scores(series.judge(new SeriesPoints(keys, times, rows), states::get, Set.of())))
          .isEqualTo(expected);
    }
  }

  @Test
  void theModelSaysSoAndTakesNoStateOfOneThatDoesNot() {
    try (Scorer adapts = Scorer.open(adapting, ScorerOptions.threads(1));
        Scorer doesNot = Scorer.open(plain, ScorerOptions.threads(1))) {
      assertThat(adapts.manifest().series().adapt()).isEqualTo(ADAPT);
      assertThat(doesNot.manifest().series().adapt()).isNull();
      byte[] other = SeriesScorer.of(doesNot).begin().toBytes();
      assertThatThrownBy(() -> SeriesScorer.of(adapts).restore(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("version 1 (expected: version 17");
    }
  }

  private static FitConfig config(SeriesConfig series) {
    return Fits.quick(DataConfig.builder().time("at").series(series).build());
  }

  /** A swing whose level moves by a half at {@code moved}. */
  private static double[] pressures(int count, long seed, int moved) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToDouble(i -> Math.sin(i * 0.4) + 0.05 * random.nextGaussian() + (i < moved ? 0 : 0.5))
        .toArray();
  }

  private static PointJudgements judge(Path model, String key, double[] pressures) {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      SeriesScorer series = SeriesScorer.of(scorer);
      SeriesState state = series.begin();
      return series.judge(
          points(series, key, pressures, 0, pressures.length), of -> state, Set.of());
    }
  }

  private static SeriesPoints points(
      SeriesScorer series, String key, double[] pressures, int from, int to) {
    RowsBuilder points = new RowsBuilder(series.scorer().manifest().schema());
    String[] keys = new String[to - from];
    double[] times = new double[to - from];
    for (int i = from; i < to; i++) {
      points.set(points.column("pressure"), String.valueOf((float) pressures[i]));
      points.endRow();
      keys[i - from] = key;
      times[i - from] = i;
    }
    Rows rows = points.rows();
    return new SeriesPoints(keys, times, rows);
  }

  private static float[] scores(PointJudgements judged) {
    float[] scores = new float[judged.count()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = judged.judgements().score(i);
    }
    return scores;
  }

  private static long anomalies(PointJudgements judged, int from, int to) {
    return IntStream.range(from, to)
        .filter(i -> judged.judgements().verdict(i) == Verdict.ANOMALY)
        .count();
  }
}
