package io.latentry.core.calibration;

import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.graph.Tolerance;
import java.util.function.DoublePredicate;

/**
 * The scores that a model gave to held-out normal rows: how rare another score is, and what a
 * threshold among them would mean. From a thinned sample the answer is the one that the full sample
 * would at most have given, so that no score seems rarer than it is.
 *
 * @param scores ascending: all calibration scores, or evenly spaced order statistics of them, as
 *     {@link OrderStatistics#evenlySpaced} gives them
 * @param rows calibration rows behind {@code scores}
 */
public record CalibrationSample(double[] scores, int rows) {
  public CalibrationSample {
    if (scores.length == 0 || scores.length > rows) {
      throw new IllegalArgumentException(
          "scores: " + scores.length + " (expected: 1 to " + rows + ", the calibration rows)");
    }
  }

  /**
   * The conformal p-value, {@code (1 + #{calibration scores >= score}) / (n + 1)}. For a new normal
   * row the chance of a p-value at or below {@code p} is at most {@code p}, whatever the scores'
   * distribution (Vovk, Gammerman and Shafer 2005).
   *
   * <p>Where calibration scores tie, as those of repeated rows do, a score that lies above them by
   * no more than a runtime may round counts as one of them: else rounding alone would make an
   * ordinary row the rarest of all.
   *
   * @return in (0, 1]; NaN for a NaN score, which is of a row that could not be judged
   */
  public double pValue(double score) {
    return Double.isNaN(score)
        ? Double.NaN
        : (1.0 + rows - rowsOfFirst(belowTies(score))) / (rows + 1.0);
  }

  /** Whether the score at {@code place} ties with that before or after it. */
  static boolean isTied(double[] sorted, int place) {
    return (place > 0 && Tolerance.ties(sorted[place - 1], sorted[place]))
        || (place + 1 < sorted.length && Tolerance.ties(sorted[place], sorted[place + 1]));
  }

  /** How many calibration rows a threshold at {@code score} calls anomalies, normal as they are. */
  public int above(double score) {
    return rows - rowsOfFirst(below(Math.nextUp(score)));
  }

  /**
   * The threshold that {@code score} would be: its false-alarm rate and upper bound as the
   * calibration scores show them.
   *
   * @param origin who or what set it
   */
  public Threshold thresholdAt(double score, String modelId, String origin) {
    int above = above(score);
    return new Threshold(
        score,
        Threshold.Rule.MANUAL,
        (above + 1.0) / (rows + 1.0),
        FalseAlarmBound.upper(above, rows),
        rows,
        modelId,
        origin);
  }

  /**
   * The threshold that promises {@code falseAlarmRate}, by the ranks of the scores.
   *
   * @param origin who or what set it
   * @throws io.latentry.core.data.DataException if there are too few of them for the promise
   * @throws IllegalArgumentException if the rate is none
   */
  public Threshold thresholdFor(double falseAlarmRate, String modelId, String origin) {
    Threshold fitted =
        ThresholdFit.fit(
                CalibrationConfig.DEFAULT.withFalseAlarmRate(falseAlarmRate), scores, modelId)
            .threshold();
    return new Threshold(
        fitted.score(),
        fitted.rule(),
        fitted.falseAlarmRate(),
        FalseAlarmBound.upper(
            ThresholdFit.atLeastSpent(above(fitted.score()), rows, falseAlarmRate), rows),
        rows,
        modelId,
        origin);
  }

  /** How many of the kept scores are lower, those aside that it ties with. */
  private int belowTies(double score) {
    int below = below(score);
    int near = first(kept -> !Tolerance.ties(kept, score));
    // Two that are this near tie with each other, and what one tied with may have been thinned out.
    boolean tied = near < below - 1 || scores.length < rows;
    return tied || (near == below - 1 && isTied(scores, near)) ? near : below;
  }

  /** How many of the kept scores are lower. */
  private int below(double score) {
    return first(kept -> kept < score);
  }

  /** The first place whose score is not among {@code lower} ones, all of which come before. */
  private int first(DoublePredicate lower) {
    int low = 0;
    int high = scores.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (lower.test(scores[middle])) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The calibration rows that surely score no more than the {@code count}-th that is kept. */
  private int rowsOfFirst(int count) {
    return count == 0 ? 0 : OrderStatistics.rank(count - 1, scores.length, rows) + 1;
  }
}
