package io.latentry.bench.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.evaluation.LabelledSeries;
import io.latentry.core.evaluation.Span;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NabScoreTest {
  private static final List<Span> TWO = List.of(new Span(30, 34), new Span(70, 74));

  /**
   * The example of the benchmark's own test of its scorer: 100 points, two windows of five, alarms
   * at the first two points of one window and three points behind it, the other window missed. It
   * gives -0.9540 if a false positive weighs 1: the window found earns 1, the one missed costs 1.
   */
  @Test
  void anAlarmBehindAWindowCostsWhatTheBenchmarkSays() {
    double[] worth = NabScore.worth(TWO, 100);
    assertThat(worth[30]).isEqualTo(1);
    assertThat(worth[37] / NabScore.FALSE_POSITIVE).isCloseTo(-0.9540, within(5e-5));

    double[] scores = new double[100];
    scores[30] = 1;
    scores[31] = 1;
    scores[37] = 1;
    NabScore score = NabScore.of(List.of(labelled(scores, TWO)));
    // 1 - 0.11 * 0.9540 - 1, between -2 and 2.
    assertThat(score.score()).isCloseTo(100 * (2 - 0.11 * 0.9540) / 4, within(1e-3));
    assertThat(score).isEqualTo(new NabScore(score.score(), 1, 1, 2, 1, 1));
  }

  /** By the formulas of the paper: 2 / (1 + exp(5 y)) - 1. */
  @Test
  void worthFallsWithinAWindowAndBehindIt() {
    double[] worth = NabScore.worth(List.of(new Span(20, 29), new Span(60, 60)), 100);
    assertThat(Arrays.copyOf(worth, 20)).containsOnly(-0.11);
    assertThat(worth[20]).isEqualTo(1);
    assertThat(worth[25]).isCloseTo(0.848284 / 0.986614, within(1e-6));
    assertThat(worth[29]).isCloseTo(0.244919 / 0.986614, within(1e-6));
    // One ninth of the window's length less one behind it.
    assertThat(worth[30]).isCloseTo(-0.11 * 0.270847, within(1e-6));
    assertThat(worth[38]).isCloseTo(-0.11 * 0.986614, within(1e-6));
    assertThat(worth[55]).isCloseTo(-0.11 * 0.999999, within(1e-6));
    assertThat(worth[56]).isEqualTo(-0.11);
    assertThat(worth[60]).isEqualTo(1);
    assertThat(worth[61]).isEqualTo(-0.11);
  }

  /** Three points in one alarm cost as one; one more far behind it is an alarm of its own. */
  @Test
  void ofPointsThatAreCloseTheFirstAloneIsAnAlarm() {
    double[] scores = new double[100];
    for (int point : new int[] {3, 5, 8, 20, 31, 33, 72}) {
      scores[point] = 1;
    }
    NabScore each = NabScore.of(List.of(labelled(scores, TWO)));
    NabScore joined = NabScore.of(List.of(labelled(scores, TWO)), 2);
    double[] worth = NabScore.worth(TWO, 100);
    assertThat(each.falseAlarms()).isEqualTo(4);
    assertThat(joined.falseAlarms()).isEqualTo(2);
    assertThat(joined.found()).isEqualTo(2);
    assertThat(joined.score())
        .isCloseTo(100 * (worth[3] + worth[20] + worth[31] + worth[72] + 2) / 4, within(1e-9));
  }

  /** A lower threshold joins to one what a higher one has as two. */
  @Test
  void whatFallsBetweenTwoAlarmsMakesThemOne() {
    double[] scores = new double[100];
    scores[30] = 3;
    scores[40] = 3;
    scores[35] = 2;
    scores[70] = 2;
    NabScore joined = NabScore.of(List.of(labelled(scores, TWO)), 4);
    assertThat(joined.threshold()).isEqualTo(2);
    assertThat(joined.found()).isEqualTo(2);
    assertThat(joined.falseAlarms()).isZero();
  }

  @Test
  void zeroIsSilenceAndAHundredIsPerfection() {
    double[] scores = new double[100];
    Arrays.fill(scores, Double.NaN);
    NabScore silent = NabScore.of(List.of(labelled(scores, TWO)));
    assertThat(silent).isEqualTo(new NabScore(0, Double.POSITIVE_INFINITY, 1, 2, 0, 0));
    scores[30] = 5;
    scores[70] = 3;
    scores[99] = 2;
    NabScore perfect = NabScore.of(List.of(labelled(scores, TWO)));
    assertThat(perfect).isEqualTo(new NabScore(100, 3, 1, 2, 2, 0));
  }

  @Test
  void theEarliestAlarmOfAWindowCountsWhateverItScores() {
    double[] scores = new double[100];
    Arrays.fill(scores, Double.NEGATIVE_INFINITY);
    scores[34] = 9;
    scores[30] = 8;
    scores[74] = 8.5;
    NabScore score = NabScore.of(List.of(labelled(scores, TWO)));
    assertThat(score.threshold()).isEqualTo(8);
    double last = (2 / (1 + Math.exp(-1)) - 1) / 0.98661429815143;
    assertThat(score.score()).isCloseTo(100 * (2 + 1 + last) / 4, within(1e-9));
  }

  @Test
  void oneThresholdMustDoForAllFiles() {
    double[] loud = new double[100];
    Arrays.fill(loud, 0, 20, 7);
    loud[30] = 9;
    double[] quiet = new double[100];
    quiet[70] = 5;
    List<Span> late = List.of(new Span(70, 74));
    LabelledSeries first = labelled(loud, List.of(new Span(30, 34)));
    LabelledSeries second = labelled(quiet, late);
    assertThat(NabScore.of(List.of(first)).score()).isEqualTo(100);
    assertThat(NabScore.of(List.of(second)).score()).isEqualTo(100);
    // To find the second window, 20 false alarms of the first file would cost 2.2, more than 2.
    NabScore both = NabScore.of(List.of(first, second));
    assertThat(both).isEqualTo(new NabScore(50, 9, 2, 2, 1, 0));
    Arrays.fill(loud, 0, 10, 0);
    both = NabScore.of(List.of(first, second));
    assertThat(both.score()).isCloseTo(100 * (4 - 1.1) / 4, within(1e-9));
    assertThat(both.falseAlarms()).isEqualTo(10);
  }

  private static LabelledSeries labelled(double[] scores, List<Span> windows) {
    boolean[] anomalous = new boolean[scores.length];
    windows.forEach(window -> Arrays.fill(anomalous, window.first(), window.last() + 1, true));
    return LabelledSeries.of(scores, anomalous);
  }
}
