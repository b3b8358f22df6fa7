package io.latentry.core.calibration;

import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.OrderStatistics;

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
   * @return in (0, 1]; NaN for a NaN score, which is of a row that could not be judged
   */
  public double pValue(double score) {
    return Double.isNaN(score)
        ? Double.NaN
        : (1.0 + rows - rowsOfFirst(below(score))) / (rows + 1.0);
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
        ClopperPearson.upperBound(above, rows),
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
        ClopperPearson.upperBound(above(fitted.score()), rows),
        rows,
        modelId,
        origin);
  }

  /** How many of the kept scores are lower. */
  private int below(double score) {
    int low = 0;
    int high = scores.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (scores[middle] < score) {
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
