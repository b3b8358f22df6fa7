package io.latentry.bench.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.evaluation.Volumes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RivalsTest {

  @Test
  void whatLooksAtWindowsFindsAWaveThatIsUpsideDown() {
    for (SeriesDetector rival : Rivals.all()) {
      double found = vusPr(rival, Made.wave());
      switch (rival.name()) {
        case "window_pca", "kmeans_znorm", "neighbours_raw", "neighbours_znorm" ->
            assertThat(found).as(rival.name()).isGreaterThan(0.8);
        // Points alone are ordinary.
        case "point_pca" -> assertThat(found).isLessThan(0.3);
        default -> assertThat(rival.name()).isEqualTo("random_cut_forest");
      }
    }
  }

  @Test
  void whatLooksAtPointsFindsAChannelThatLeavesTheOthers() {
    assertThat(vusPr(PcaRival.ofPoints(), Made.channels())).isGreaterThan(0.8);
    // One point of thirty is anomalous, which is what guessing gets.
    assertThat(vusPr(new ForestRival(), Made.channels())).isGreaterThan(0.1);
  }

  @Test
  void pointsOfOneChannelAreStrangeFarFromTheMean() {
    SeriesSet wave = Made.wave();
    float[] test = wave.test().clone();
    test[Made.FROM] = 100;
    SeriesSet far =
        new SeriesSet(
            "made", "far", 1, wave.train(), wave.trainAnomalous(), test, wave.anomalous());
    double[] scores = PcaRival.ofPoints().score(far, 0);
    assertThat(Arrays.stream(scores).max().orElseThrow()).isEqualTo(scores[Made.FROM]);
  }

  @Test
  void nothingIsLearnedFromALabelledAnomaly() {
    boolean[] labelled = new boolean[Made.TRAIN];
    double learned = excess(Made.wave(labelled, true));
    Arrays.fill(labelled, 600, 650, true);
    double leftOut = excess(Made.wave(labelled, true));
    // Once learned, it is as near as another's noise; left out, as far as one that is new.
    assertThat(learned).isLessThan(2);
    assertThat(leftOut).isCloseTo(excess(Made.wave()), within(0.5)).isGreaterThan(5);
  }

  @Test
  void aSeedGivesTheSameScoresAndMattersWhereItIsSaidTo() {
    for (SeriesDetector rival : List.of(new KMeansRival(), new ForestRival())) {
      assertThat(rival.dependsOnSeed()).isTrue();
      double[] scores = rival.score(Made.wave(), 1);
      assertThat(rival.score(Made.wave(), 1)).isEqualTo(scores);
      assertThat(rival.score(Made.wave(), 2)).isNotEqualTo(scores);
    }
    for (SeriesDetector rival : Rivals.all()) {
      if (!rival.dependsOnSeed()) {
        assertThat(rival.score(Made.wave(), 2))
            .as(rival.name())
            .isEqualTo(rival.score(Made.wave(), 1));
      }
    }
  }

  @Test
  void missingValuesAndConstantChannelsHaveScoresToo() {
    SeriesSet set = Made.channels();
    float[] train = set.train().clone();
    float[] test = set.test().clone();
    for (int t = 0; t < Made.TRAIN; t++) {
      train[3 * t + 1] = 7;
      test[3 * t + 1] = t == Made.FROM ? 9 : 7;
    }
    Arrays.fill(train, 0, 30, Float.NaN);
    Arrays.fill(test, 300, 330, Float.NaN);
    SeriesSet odd =
        new SeriesSet("made", "odd", 3, train, set.trainAnomalous(), test, set.anomalous());
    for (SeriesDetector rival : Rivals.all()) {
      double[] scores = rival.score(odd, 0);
      assertThat(scores).as(rival.name()).hasSize(Made.TEST);
      assertThat(Arrays.stream(scores).allMatch(Double::isFinite)).as(rival.name()).isTrue();
    }
  }

  @Test
  void aPeriodIsFoundAndWithoutOneAWindowIsUsual() {
    assertThat(Period.of(Made.wave().train(), 1)).isEqualTo(50);
    assertThat(Period.of(new float[500], 1)).isEqualTo(Period.NONE);
    assertThat(Period.of(new float[] {1}, 1)).isEqualTo(Period.NONE);
    // The channel that moves is asked, not the one that stands still.
    float[] two = new float[2 * Made.TRAIN];
    for (int t = 0; t < Made.TRAIN; t++) {
      two[2 * t + 1] = Made.wave().train()[t];
    }
    assertThat(Period.of(two, 2)).isEqualTo(50);
  }

  @Test
  void aSeriesShorterThanAWindowHasScoresAllTheSame() {
    float[] test = new float[40];
    test[20] = 30;
    boolean[] anomalous = new boolean[40];
    anomalous[20] = true;
    SeriesSet set =
        new SeriesSet(
            "made", "short", 1, Made.wave().train(), new boolean[Made.TRAIN], test, anomalous);
    for (SeriesDetector rival : Rivals.all()) {
      double[] scores = rival.score(set, 0);
      assertThat(scores).as(rival.name()).hasSize(40);
      assertThat(Arrays.stream(scores).allMatch(Double::isFinite)).as(rival.name()).isTrue();
    }
  }

  @Test
  void windowScoresAreSharedByTheirPoints() {
    Windows windows = new Windows(new float[5], 1, 3, new int[] {0, 1, 2}, false);
    assertThat(windows.onPoints(new double[] {3, 6, 12}))
        .containsExactly(new double[] {3, 4.5, 7, 9, 12}, within(1e-12));
  }

  /** How far the middle of the event is from training windows, by the usual distance. */
  private static double excess(SeriesSet set) {
    double[] scores = NeighbourRival.raw().score(set, 0);
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return scores[(Made.FROM + Made.TO) / 2] / sorted[sorted.length / 2];
  }

  private static double vusPr(SeriesDetector detector, SeriesSet set) {
    return Volumes.of(detector.score(set, 0), set.anomalous(), 50).pr();
  }
}
