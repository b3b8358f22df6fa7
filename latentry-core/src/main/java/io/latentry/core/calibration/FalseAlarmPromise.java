package io.latentry.core.calibration;

/**
 * How many normal rows a false-alarm rate takes. Among {@code n} calibration rows and one more
 * normal row, each rank of the new row is equally likely; so a rate below {@code 1 / (n + 1)} is
 * beyond what the ranks of {@code n} rows can promise.
 */
public final class FalseAlarmPromise {
  /** Absorbs rounding, so that 99 rows do support 0.01. */
  private static final double ROUNDING = 1e-9;

  private FalseAlarmPromise() {}

  /** The fewest normal rows whose ranks support {@code falseAlarmRate}: 99 for 0.01. */
  public static int rowsNeeded(double falseAlarmRate) {
    requireRate(falseAlarmRate);
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(1 / falseAlarmRate - 1 - ROUNDING));
  }

  /** The smallest false-alarm rate that the ranks of {@code normalRows} rows support. */
  public static double smallestRate(int normalRows) {
    return 1.0 / (normalRows + 1);
  }

  /** The false-alarm rate that spends {@code alarmsPerDay} on {@code rowsPerDay} normal rows. */
  public static double rateOfBudget(double alarmsPerDay, double rowsPerDay) {
    if (!(alarmsPerDay > 0 && alarmsPerDay < rowsPerDay) || Double.isInfinite(rowsPerDay)) {
      throw new IllegalArgumentException(
          "alarmsPerDay: "
              + alarmsPerDay
              + " (expected: above 0 and below rowsPerDay "
              + rowsPerDay
              + ")");
    }
    return alarmsPerDay / rowsPerDay;
  }

  /** Of {@code normalRows + 1} equally likely ranks, those that may be false alarms. */
  static int ranksToSpend(int normalRows, double falseAlarmRate) {
    return (int) Math.floor((normalRows + 1.0) * falseAlarmRate + ROUNDING);
  }

  static void requireRate(double falseAlarmRate) {
    if (!(falseAlarmRate > 0 && falseAlarmRate < 1)) {
      throw new IllegalArgumentException(
          "falseAlarmRate: " + falseAlarmRate + " (expected: above 0 and below 1)");
    }
  }
}
