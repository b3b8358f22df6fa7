package io.latentry.core.series;

/**
 * How many points above the threshold make an alarm, and when it ends.
 *
 * @param points above the threshold
 * @param among the last points; at most {@value #MOST}
 * @param release share of the threshold's excess over 0 at which an alarm that is on ends: 1 at the
 *     threshold itself, less below it (hysteresis). A score is compared with {@code threshold - (1
 *     - release) * |threshold|}
 */
public record AlarmRule(int points, int among, double release) {
  /** Points that a state remembers. */
  public static final int MOST = 62;

  /** Every point for itself. */
  public static final AlarmRule EACH = new AlarmRule(1, 1, 1);

  public AlarmRule {
    if (points < 1 || among < points || among > MOST) {
      throw new IllegalArgumentException(
          "alarm: "
              + points
              + " of "
              + among
              + " (expected: 1 to "
              + MOST
              + ", and no more than there are)");
    }
    if (!(release > 0 && release <= 1)) {
      throw new IllegalArgumentException("release: " + release + " (expected: above 0, at most 1)");
    }
  }

  /** Where an alarm that is on ends. */
  double endsBelow(double threshold) {
    return threshold - (1 - release) * Math.abs(threshold);
  }
}
