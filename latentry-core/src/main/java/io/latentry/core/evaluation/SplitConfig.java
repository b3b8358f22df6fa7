package io.latentry.core.evaluation;

/**
 * How normal rows are shared out.
 *
 * @param validationShare of the rows that train, kept for early stopping
 * @param calibrationShare of all normal rows, held out for calibration
 * @param crossValidationBelow below this many normal rows, calibration scores come from
 *     cross-validation; with a time column, below 1,000 at most
 * @param folds of the cross-validation
 */
public record SplitConfig(
    double validationShare, double calibrationShare, int crossValidationBelow, int folds) {

  /**
   * 15 % of training rows for early stopping, a quarter of all rows for calibration. A quarter of
   * fewer than 3,000 rows would leave less than eight of them above a threshold that promises 1 %,
   * and the rate kept would be a matter of luck; so there every row calibrates.
   */
  public static final SplitConfig DEFAULT = new SplitConfig(0.15, 0.25, 3_000, 5);

  /**
   * The default shares with one held-out part, however few the rows: for trainings that are
   * compared and promise nothing, where a model for each fold would take too long.
   */
  public static SplitConfig heldOut() {
    return new SplitConfig(DEFAULT.validationShare, DEFAULT.calibrationShare, 0, DEFAULT.folds);
  }

  /** With a time column, rows that follow those learned from are worth more than many rows. */
  private static final int TIME_ORDERED_FROM = 1_000;

  /** Below how many normal rows, in order of time or not, every row calibrates. */
  public int crossValidationBelow(boolean timeOrdered) {
    return timeOrdered ? Math.min(crossValidationBelow, TIME_ORDERED_FROM) : crossValidationBelow;
  }

  public SplitConfig {
    requireShare("validationShare", validationShare);
    requireShare("calibrationShare", calibrationShare);
    if (crossValidationBelow < 0) {
      throw new IllegalArgumentException(
          "crossValidationBelow: " + crossValidationBelow + " (expected: 0 or more rows)");
    }
    if (folds < 2) {
      throw new IllegalArgumentException("folds: " + folds + " (expected: at least 2)");
    }
  }

  private static void requireShare(String name, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(name + ": " + share + " (expected: above 0 and below 1)");
    }
  }
}
