package io.latentry.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeriesEvaluationTest {
  private static final double NONE = Double.NaN;

  @Test
  void anEventIsFoundByItsFirstAlarmAndSoIsItsDelayTold() {
    boolean[] anomalous = points("..###..##..#");
    double[] scores = {0, 9, 0, 0, 9, 0, 0, NONE, 9, 0, 0, 0};
    List<EventOutcome> outcomes = EventOutcome.of(List.of(LabelledSeries.of(scores, anomalous)), 5);
    assertThat(outcomes)
        .containsExactly(
            new EventOutcome(0, new Span(2, 4), OptionalInt.of(2)),
            new EventOutcome(0, new Span(7, 8), OptionalInt.of(1)),
            new EventOutcome(0, new Span(11, 11), OptionalInt.empty()));
  }

  @Test
  void rangesAreRewardedForBeingFoundInOnePiece() {
    // Two events of four; the first found in two pieces, half of it: 0.2 + 0.8 * 0.5 / 2.
    boolean[] anomalous = points(".####...####.");
    double[] scores = alarms(".#..#........");
    RangeScores scored = RangeScores.of(List.of(LabelledSeries.of(scores, anomalous)), 0.5);
    assertThat(scored.recall()).isCloseTo((0.2 + 0.8 * 0.25) / 2, within(1e-12));
    assertThat(scored.precision()).isEqualTo(1);

    // One alarm over both events: each whole, by one piece; six of eight points are wrong twice.
    double[] over = alarms("#############");
    RangeScores wide = RangeScores.of(List.of(LabelledSeries.of(over, anomalous)), 0.5);
    assertThat(wide.recall()).isCloseTo(1, within(1e-12));
    assertThat(wide.precision()).isCloseTo(8.0 / 13 / 2, within(1e-12));
    assertThat(wide.f1()).isCloseTo(2 * (4.0 / 13) / (1 + 4.0 / 13), within(1e-12));
  }

  @Test
  void withoutAlarmsThereIsNoPrecisionAndWithoutEventsNoRecall() {
    RangeScores quiet =
        RangeScores.of(List.of(LabelledSeries.of(alarms("...."), points(".##."))), 0.5);
    assertThat(quiet.precision()).isNaN();
    assertThat(quiet.recall()).isZero();
    assertThat(quiet.f1()).isZero();
    RangeScores eventless =
        RangeScores.of(List.of(LabelledSeries.of(alarms(".##."), points("...."))), 0.5);
    assertThat(eventless.recall()).isNaN();
    assertThat(eventless.precision()).isZero();
  }

  @Test
  void falseAlarmsArePiecesOfAlarmThatTouchNoEvent() {
    // Four runs of alarms, one of which begins before the event: three in vain, in half a day.
    boolean[] anomalous = points("........##....");
    double[] scores = alarms(".##.#..##...#.");
    SeriesEvaluation evaluation =
        SeriesEvaluation.of(
            List.of(new LabelledSeries(scores, anomalous, Optional.of(Duration.ofHours(12)))),
            0.5,
            2,
            1);
    assertThat(evaluation.falseAlarmsPerDay().orElseThrow().estimate()).isCloseTo(6, within(1e-9));
    assertThat(evaluation.falseAlarmRate().estimate()).isCloseTo(5.0 / 12, within(1e-12));
    assertThat(evaluation.eventRecall().estimate()).isEqualTo(1);
    assertThat(evaluation.medianDelay()).hasValue(0);
  }

  @Test
  void aPointWithoutAScoreIsNoAlarmAndCountsInNoArea() {
    boolean[] anomalous = points("..##......##..");
    double[] scores = alarms("..##..........");
    Arrays.fill(scores, 9, 13, NONE);
    SeriesEvaluation evaluation =
        SeriesEvaluation.of(List.of(LabelledSeries.of(scores, anomalous)), 0.5, 2, 1);
    assertThat(evaluation.points()).isEqualTo(14);
    assertThat(evaluation.unscorable()).isEqualTo(4);
    assertThat(evaluation.anomalies()).isEqualTo(2);
    assertThat(evaluation.auprc().estimate()).isEqualTo(1);
    assertThat(evaluation.eventRecall().estimate()).isEqualTo(0.5);
    assertThat(evaluation.falseAlarmsPerDay()).isEmpty();
  }

  @Test
  void aSeedGivesTheSameIntervalsAndAnotherSeedOthers() {
    List<LabelledSeries> keys = List.of(noisy(2_000, 10, 0.9, 1), noisy(1_000, 5, 0.9, 2));
    SeriesEvaluation evaluation = SeriesEvaluation.of(keys, 2, 20, 7);
    assertThat(SeriesEvaluation.of(keys, 2, 20, 7).vusPr()).isEqualTo(evaluation.vusPr());
    assertThat(SeriesEvaluation.of(keys, 2, 20, 8).vusPr().low())
        .isNotEqualTo(evaluation.vusPr().low());
    for (Interval interval :
        List.of(evaluation.vusPr(), evaluation.auroc(), evaluation.falseAlarmRate())) {
      assertThat(interval.low()).isLessThan(interval.estimate());
      assertThat(interval.high()).isGreaterThan(interval.estimate());
    }
  }

  @Test
  void neighboursThatGoTogetherWidenTheInterval() {
    // As many points above the threshold, in runs and one by one.
    SeriesEvaluation inRuns = SeriesEvaluation.of(List.of(noisy(4_000, 8, 0.95, 3)), 1.5, 10, 5);
    SeriesEvaluation apart = SeriesEvaluation.of(List.of(noisy(4_000, 8, 0, 3)), 1.5, 10, 5);
    Interval wide = inRuns.falseAlarmRate();
    Interval narrow = apart.falseAlarmRate();
    assertThat(wide.high() - wide.low()).isGreaterThan(2 * (narrow.high() - narrow.low()));
  }

  @Test
  void theIntervalCoversTheRateOfSeriesWhoseNeighboursGoTogether() {
    int covered = 0;
    int series = 30;
    for (int seed = 0; seed < series; seed++) {
      LabelledSeries key = noisy(1_000, 5, 0.8, 100 + seed);
      Interval rate = SeriesEvaluation.of(List.of(key), 1.0, 0, seed).falseAlarmRate();
      // Of a standard Gaussian above 1.
      covered += rate.low() <= 0.158655 && 0.158655 <= rate.high() ? 1 : 0;
    }
    // 28.5 wanted; three standard errors are 3.6.
    assertThat(covered).isBetween(25, 30);
  }

  @Test
  void withoutAnomaliesWhatNeedsThemIsUnknown() {
    SeriesEvaluation evaluation =
        SeriesEvaluation.of(List.of(LabelledSeries.of(new double[50], new boolean[50])), 1, 3, 1);
    assertThat(evaluation.vusPr().estimate()).isNaN();
    assertThat(evaluation.vusPr().high()).isEqualTo(1);
    assertThat(evaluation.eventRecall().estimate()).isNaN();
    assertThat(evaluation.falseAlarmRate().estimate()).isZero();
    assertThat(evaluation.medianDelay()).isEmpty();
    assertThat(SeriesEvaluation.of(List.of(), 1, 3, 1).points()).isZero();
  }

  @Test
  void labelsMustBeAsManyAsScores() {
    assertThatThrownBy(() -> LabelledSeries.of(new double[3], new boolean[2]))
        .hasMessageContaining("anomalous: 2 points (expected: 3, as scores)");
  }

  /** Gaussian scores whose neighbours correlate by {@code rho}; events lie three higher. */
  static LabelledSeries noisy(int points, int events, double rho, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] scores = new double[points];
    boolean[] anomalous = new boolean[points];
    double before = random.nextGaussian();
    for (int t = 0; t < points; t++) {
      scores[t] = before;
      before = rho * before + Math.sqrt(1 - rho * rho) * random.nextGaussian();
    }
    for (int e = 0; e < events; e++) {
      int start = (int) ((e + 0.5) * points / events);
      for (int t = start; t < start + 12; t++) {
        anomalous[t] = true;
        scores[t] += 3;
      }
    }
    return LabelledSeries.of(scores, anomalous);
  }

  private static boolean[] points(String picture) {
    boolean[] points = new boolean[picture.length()];
    for (int t = 0; t < points.length; t++) {
      points[t] = picture.charAt(t) == '#';
    }
    return points;
  }

  private static double[] alarms(String picture) {
    double[] scores = new double[picture.length()];
    for (int t = 0; t < scores.length; t++) {
      scores[t] = picture.charAt(t) == '#' ? 1 : 0;
    }
    return scores;
  }
}
