package io.latentry.core.calibration;

import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a threshold rule promises against what it keeps: for each promised rate, thresholds are
 * fitted on all folds of the calibration scores but one, and false alarms counted on that one.
 */
public final class CalibrationCheck {
  private static final int FOLDS = 5;
  private static final double[] RATES = {
    0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3
  };

  private CalibrationCheck() {}

  /**
   * @param promised the false-alarm rate asked for
   * @param observed the share of held-out normal rows above the threshold, with 95 % by
   *     Clopper-Pearson; folds share rows, so the interval is approximate
   */
  public record Point(double promised, Interval observed) {}

  /**
   * Points for a plot, ascending; a rate that the folds cannot support, or whose rule the scores
   * contradict, has none.
   *
   * @param normalScores {@code [rows]}, finite
   */
  public static List<Point> points(CalibrationConfig config, double[] normalScores, long seed) {
    List<Point> points = new ArrayList<>();
    if (normalScores.length < 2 * FOLDS) {
      return points;
    }
    List<int[]> folds = Folds.shuffled(normalScores.length, FOLDS, seed);
    for (double rate : RATES) {
      observed(config.withFalseAlarmRate(rate), normalScores, folds)
          .ifPresent(observed -> points.add(new Point(rate, observed)));
    }
    return points;
  }

  /** The rate kept over all folds; empty if a fold's threshold is refused. */
  private static Optional<Interval> observed(
      CalibrationConfig config, double[] scores, List<int[]> folds) {
    long alarms = 0;
    for (int[] fold : folds) {
      double[] rest =
          Arrays.stream(Folds.allBut(fold, scores.length)).mapToDouble(i -> scores[i]).toArray();
      try {
        Threshold threshold = ThresholdFit.fit(config, rest, "calibration check").threshold();
        alarms += Arrays.stream(fold).filter(i -> threshold.isExceededBy(scores[i])).count();
      } catch (DataException refused) {
        return Optional.empty();
      }
    }
    return Optional.of(ClopperPearson.interval(alarms, scores.length));
  }
}
