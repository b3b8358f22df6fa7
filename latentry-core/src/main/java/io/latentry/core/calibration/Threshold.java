package io.latentry.core.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.Arrays;
import java.util.List;

/**
 * The score above which a row is an anomaly. Bound to one model: it never outlives the scores it
 * was fitted on.
 *
 * @param falseAlarmRate the promised share of normal rows that are called anomalies
 * @param falseAlarmRateUpperBound one-sided 95 % upper bound of the false-alarm rate, by {@link
 *     FalseAlarmBound}
 * @param calibrationRows held-out normal rows that it was fitted on
 * @param origin who set it: {@code fit}, or the words of a later change
 * @param segments rows that have a threshold of their own; of a row that is in several, the first
 *     counts. The promise is that of the common score
 */
public record Threshold(
    double score,
    Rule rule,
    double falseAlarmRate,
    double falseAlarmRateUpperBound,
    int calibrationRows,
    String modelId,
    String origin,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SegmentThreshold> segments) {

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

  /** A threshold of all rows. */
  public Threshold(
      double score,
      Rule rule,
      double falseAlarmRate,
      double falseAlarmRateUpperBound,
      int calibrationRows,
      String modelId,
      String origin) {
    this(
        score,
        rule,
        falseAlarmRate,
        falseAlarmRateUpperBound,
        calibrationRows,
        modelId,
        origin,
        List.of());
  }

  public Threshold {
    // As earlier versions wrote it.
    segments = segments == null ? List.of() : List.copyOf(segments);
    if (segments.size() > SegmentThreshold.MOST) {
      throw new IllegalArgumentException(
          "segments: "
              + segments.size()
              + " (expected: at most "
              + SegmentThreshold.MOST
              + "; model "
              + modelId
              + ")");
    }
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

  /**
   * The same with other thresholds of segments.
   *
   * @param why who set them, in words
   */
  public Threshold with(List<SegmentThreshold> others, String why) {
    return new Threshold(
        score,
        rule,
        falseAlarmRate,
        falseAlarmRateUpperBound,
        calibrationRows,
        modelId,
        why,
        others);
  }

  /** The same with the segments of another. */
  public Threshold withSegmentsOf(Threshold other) {
    return with(other.segments, origin);
  }

  /**
   * Refuses segments that a model cannot tell.
   *
   * @throws IllegalArgumentException if it has no such columns, or is of no table
   */
  public void requireOf(InputSpec spec) {
    if (segments.isEmpty()) {
      return;
    }
    if (!(spec instanceof Schema schema)) {
      throw new IllegalArgumentException(
          "segments: of no table (expected: none; model " + modelId + ")");
    }
    for (SegmentThreshold segment : segments) {
      int unused = segment.place(schema);
    }
  }

  /**
   * Above which score each row is an anomaly.
   *
   * @return {@code double[rows.count()]}; infinite where no row of a segment is one
   * @throws IllegalArgumentException if the rows have no such columns
   */
  public double[] limits(Rows rows) {
    double[] limits = new double[rows.count()];
    Arrays.fill(limits, score);
    // The first counts, so it is the last to be written.
    for (int s = segments.size() - 1; s >= 0; s--) {
      SegmentThreshold segment = segments.get(s);
      Double own = segment.score();
      RowTest test = RowTest.of(segment, rows.schema());
      for (int row = 0; row < limits.length; row++) {
        if (test.holds(rows, row)) {
          limits[row] = own == null ? Double.POSITIVE_INFINITY : own;
        }
      }
    }
    return limits;
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
