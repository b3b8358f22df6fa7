package io.latentry.core.calibration;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * How terms become a score and a score a verdict. Absent settings (null) are decided by the data;
 * {@link #DEFAULT} is the one home of every default.
 *
 * @param alpha weight of the reconstruction term, 0 to 1; null: tuned ({@link AlphaTuning}), unless
 *     the model settles it
 * @param thresholdRule any but {@link Threshold.Rule#MANUAL}
 * @param falseAlarmRate the promised share of false alarms among normal rows; null: {@link
 *     #DEFAULT_FALSE_ALARM_RATE}, which may be relaxed when there are too few rows
 * @param alarmsPerDay the promise as a budget, in place of {@code falseAlarmRate}; takes {@code
 *     rowsPerDay}
 * @param rowsPerDay normal rows that will be scored in a day
 */
public record CalibrationConfig(
    TermScale.Normalization normalization,
    TermScale.Transform transform,
    ScoreMix.Combination combination,
    @Nullable Double alpha,
    Threshold.Rule thresholdRule,
    @Nullable Double falseAlarmRate,
    @Nullable Double alarmsPerDay,
    @Nullable Double rowsPerDay) {

  /** The false-alarm rate when none is asked for. */
  public static final double DEFAULT_FALSE_ALARM_RATE = 0.01;

  public static final CalibrationConfig DEFAULT =
      new CalibrationConfig(
          TermScale.Normalization.ROBUST,
          TermScale.Transform.ASINH,
          ScoreMix.Combination.WEIGHTED_SUM,
          null,
          Threshold.Rule.QUANTILE,
          null,
          null,
          null);

  public CalibrationConfig {
    if (alpha != null && !(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha: " + alpha + " (expected: 0 to 1)");
    }
    if (combination == ScoreMix.Combination.PRODUCT && !transform.isPositive()) {
      throw new IllegalArgumentException(
          "transform: "
              + transform
              + " (expected: SIGMOID or SOFTPLUS under combination PRODUCT, whose terms must be"
              + " positive)");
    }
    if (!thresholdRule.isFitted()) {
      throw new IllegalArgumentException(
          "thresholdRule: "
              + thresholdRule
              + " (expected: a rule to fit; others set a threshold afterwards)");
    }
    if (falseAlarmRate != null && alarmsPerDay != null) {
      throw new IllegalArgumentException(
          "falseAlarmRate, alarmsPerDay: both given (expected: one of them)");
    }
    if (falseAlarmRate != null) {
      FalseAlarmPromise.requireRate(falseAlarmRate);
    }
    if (alarmsPerDay != null) {
      if (rowsPerDay == null) {
        throw new IllegalArgumentException("rowsPerDay: none (expected: given with alarmsPerDay)");
      }
      FalseAlarmPromise.requireRate(FalseAlarmPromise.rateOfBudget(alarmsPerDay, rowsPerDay));
    }
  }

  /** The false-alarm rate to promise: as asked for, or the default. */
  public double targetFalseAlarmRate() {
    if (alarmsPerDay != null && rowsPerDay != null) {
      return FalseAlarmPromise.rateOfBudget(alarmsPerDay, rowsPerDay);
    }
    return falseAlarmRate != null ? falseAlarmRate : DEFAULT_FALSE_ALARM_RATE;
  }

  /** Whether a person asked for the rate, so that it is kept or refused, never relaxed. */
  @JsonIgnore
  public boolean isRateAskedFor() {
    return falseAlarmRate != null || alarmsPerDay != null;
  }

  /** The same settings with this rate asked for. */
  public CalibrationConfig withFalseAlarmRate(double rate) {
    return new CalibrationConfig(
        normalization, transform, combination, alpha, thresholdRule, rate, null, null);
  }

  /** The same settings with this weight of the reconstruction term. */
  public CalibrationConfig withAlpha(double weight) {
    return new CalibrationConfig(
        normalization,
        transform,
        combination,
        weight,
        thresholdRule,
        falseAlarmRate,
        alarmsPerDay,
        rowsPerDay);
  }

  /** The same settings with another rule. */
  public CalibrationConfig withThresholdRule(Threshold.Rule rule) {
    return new CalibrationConfig(
        normalization,
        transform,
        combination,
        alpha,
        rule,
        falseAlarmRate,
        alarmsPerDay,
        rowsPerDay);
  }
}
