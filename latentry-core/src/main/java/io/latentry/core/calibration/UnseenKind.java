package io.latentry.core.calibration;

/**
 * Whether new rows may be of a kind that none of the known rows is, where the known ones are few
 * kinds again and again, as answers of a questionnaire are, or throws of dice.
 *
 * <p>Held-out rows cannot show how often such a kind comes: it comes at once or not at all. In 200
 * throws of two dice one of the 36 pairs is lacking in one table of eight; a model then calls a
 * thirty-sixth of new rows strange, whatever rate was promised. Where all kinds are alike, {@code
 * kinds * (1 - 1/kinds)**rows} of them are lacking on average.
 */
public final class UnseenKind {
  /** Kinds that lack on average, from which on a bound allows for one. */
  private static final double LEAST_LACKING = 0.01;

  /** Rows of each kind, on average, from which on few kinds make up all rows. */
  private static final double REPEATS = 2;

  private UnseenKind() {}

  /**
   * @param kinds different rows among the known ones
   * @param rows known normal rows
   * @param falseAlarmRate that is promised; a kind that is no larger part of all rows breaks none
   */
  public static boolean mayBreak(int kinds, int rows, double falseAlarmRate) {
    double share = 1.0 / Math.max(1, kinds);
    return kinds * REPEATS <= rows
        && share > falseAlarmRate
        && kinds * Math.pow(1 - share, rows) >= LEAST_LACKING;
  }
}
