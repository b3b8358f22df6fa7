package io.latentry.core.calibration;

/**
 * The score above which a row is an anomaly. Bound to one model: it never outlives the scores it
 * was fitted on.
 *
 * @param falseAlarmRate the promised share of normal rows that are called anomalies
 * @param falseAlarmRateUpperBound one-sided 95 % upper bound of the false-alarm rate, by {@link
 *     FalseAlarmBound}
 * @param calibrationRows held-out normal rows that it was fitted on
 * @param origin who set it: {@code fit}, or the words of a later change
 */
public record Threshold(
    double score,
    Rule rule,
    double falseAlarmRate,
    double falseAlarmRateUpperBound,
    int calibrationRows,
    String modelId,
    String origin) {

  /** How the threshold was found. */
  public enum Rule {
    /** The conformal quantile of the calibration scores. */
    QUANTILE,
    /** Mean plus a multiple of the standard deviation of the calibration scores. */
    GAUSSIAN_TAIL,
    /** The Mahalanobis distance of both terms under one Gaussian of the calibration rows. */
    ONE_CLASS_GAUSSIAN,
    /** Peaks over threshold: a generalised Pareto tail. */
    EXTREME_VALUE,
    /** Set by a person. */
    MANUAL,
    /** Raised by a service for as long as alarms surge. */
    ADAPTIVE;

    /** Whether it was found from calibration scores, and can be found again. */
    public boolean isFitted() {
      return this != MANUAL && this != ADAPTIVE;
    }
  }

  public Threshold {
    if (!Double.isFinite(score)) {
      // Above infinity nothing is an anomaly.
      throw new IllegalArgumentException(
          "score: " + score + " (expected: a finite number; model " + modelId + ")");
    }
    requireShare("false_alarm_rate", falseAlarmRate, modelId);
    requireShare("false_alarm_rate_upper_bound", falseAlarmRateUpperBound, modelId);
    if (calibrationRows < 1) {
      throw new IllegalArgumentException(
          "calibration_rows: "
              + calibrationRows
              + " (expected: at least 1; model "
              + modelId
              + ")");
    }
  }

  /** A threshold below every calibration score calls all rows anomalies, so 1 is one. */
  private static void requireShare(String name, double share, String modelId) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          name + ": " + share + " (expected: above 0, at most 1; model " + modelId + ")");
    }
  }

  public boolean isExceededBy(double rowScore) {
    if (Double.isNaN(rowScore)) {
      // NaN compares false with everything, which would quietly mean "normal".
      throw new IllegalArgumentException(
          "rowScore: NaN (expected: a number; model " + modelId + ")");
    }
    return rowScore > score;
  }
}
