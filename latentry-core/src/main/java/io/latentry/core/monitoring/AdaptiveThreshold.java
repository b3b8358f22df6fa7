package io.latentry.core.monitoring;

import io.latentry.core.calibration.Threshold;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which threshold has the alarms of a surge be as many again as was promised, and when the surge is
 * over. A raised threshold is an edge of the bins of the score, so that the recorded counts tell to
 * the row which alarms it would have left.
 *
 * <p>It never hides what somebody confirmed: no recorded alarm of a confirmed incident may lie at
 * or below it. So that it does not come and go, more is asked for to return ({@value #CALM_TIMES}
 * times the promise at most, or its upper bound, in each of {@value #CALM_HOURS} full hours) than a
 * surge is ({@value AlarmWatch#LEAST_TIMES} times).
 */
public final class AdaptiveThreshold {
  /** Full hours that must be calm before the threshold returns. */
  public static final int CALM_HOURS = 2;

  /** Full hours that are looked back over for as many rows as an alarm is promised in. */
  public static final int MOST_HOURS = 24;

  /** How many times the promise the alarms of a calm hour may be. */
  static final double CALM_TIMES = 1.5;

  /** How far from the middle of the normal scores a threshold may be raised to, in times. */
  private static final double MOST_TIMES = 3;

  private AdaptiveThreshold() {}

  /**
   * A raised threshold, and what it would have done to the rows of the surge.
   *
   * @param rows of the surge with a verdict; {@code alarms} of them were anomalies, {@code
   *     alarmsLeft} of those lie above {@code threshold}
   * @param confirmedAlarms of confirmed incidents that were recorded; all of them lie above
   * @param reachesPromise whether as few alarms are left as was promised; otherwise a bound, or
   *     what was confirmed, allows no more
   */
  public record Raise(
      double threshold,
      long rows,
      long alarms,
      long alarmsLeft,
      long confirmedAlarms,
      boolean reachesPromise) {}

  /**
   * The highest threshold that the service takes by itself: {@value #MOST_TIMES} times as far above
   * the middle of the normal scores as the one that people or the fit set.
   *
   * @param medianScore of calibration rows
   */
  public static double most(double base, double medianScore) {
    return base + (MOST_TIMES - 1) * Math.max(0, base - medianScore);
  }

  /**
   * The lowest threshold above {@code current} that leaves as few alarms of a surge as was
   * promised, or else the highest that is allowed.
   *
   * @param most no threshold is higher
   * @param promised share of rows
   * @param surge the score of the rows since it began
   * @param confirmed {@code [incidents][bins]}: alarms by score
   * @return empty if none that is allowed removes an alarm
   */
  public static Optional<Raise> raise(
      Quantity score,
      double current,
      double most,
      double promised,
      Profile.Counts surge,
      List<long[]> confirmed) {
    long rows = surge.present();
    long alarms = ThresholdReplay.above(surge.alarms(), -1);
    long confirmedAlarms = confirmed.stream().mapToLong(b -> ThresholdReplay.above(b, -1)).sum();
    Raise best = null;
    double[] edges = score.edges();
    for (int edge = 0; edge < edges.length; edge++) {
      if (edges[edge] <= current) {
        continue;
      }
      if (edges[edge] > most || isHiding(edge, confirmed)) {
        break;
      }
      long left = ThresholdReplay.above(surge.alarms(), edge);
      boolean reaches = left <= promised * rows;
      if (best == null || left < best.alarmsLeft()) {
        best = new Raise(edges[edge], rows, alarms, left, confirmedAlarms, reaches);
      }
      if (reaches) {
        break;
      }
    }
    return Optional.ofNullable(best).filter(found -> found.alarmsLeft() < alarms);
  }

  /** Whether a recorded alarm of a confirmed incident lies at or below a threshold. */
  public static boolean isHiding(Quantity score, double threshold, List<long[]> confirmed) {
    int bin = score.bin(threshold);
    double[] edges = score.edges();
    // Of a bin that the threshold lies within, it is not known on which side its alarms are.
    boolean isEdge = bin < edges.length && edges[bin] == threshold;
    return isHiding(isEdge ? bin : bin - 1, confirmed);
  }

  private static boolean isHiding(int edge, List<long[]> confirmed) {
    return confirmed.stream()
        .anyMatch(bins -> Arrays.stream(bins, 0, Math.min(bins.length, edge + 1)).sum() > 0);
  }

  /**
   * Whether the threshold before the raise would alarm as often again as was promised: at most
   * {@value #CALM_TIMES} times, or as often as the upper bound of the promise, in each of the
   * latest hours and in all of them; one alarm is always as promised. They are {@value
   * #CALM_HOURS}, or as many as it takes for one alarm to be promised. Rows of the bin that it lies
   * within are taken to lie evenly.
   *
   * @param base in force before
   * @param hours of the score, full ones since the raise, ascending
   */
  public static boolean isOver(Quantity score, Threshold base, List<Profile.Counts> hours) {
    double promised = base.falseAlarmRate();
    double calm = Math.max(CALM_TIMES * promised, base.falseAlarmRateUpperBound());
    double alarms = 0;
    long rows = 0;
    for (int back = 1; back <= Math.min(hours.size(), MOST_HOURS); back++) {
      Profile.Counts hour = hours.get(hours.size() - back);
      double ofHour = above(score, base.score(), hour);
      if (ofHour > Math.max(1, calm * hour.present())) {
        return false;
      }
      alarms += ofHour;
      rows += hour.present();
      if (back >= CALM_HOURS && (rows * promised >= 1 || back == MOST_HOURS)) {
        return alarms <= Math.max(1, calm * rows);
      }
    }
    return false;
  }

  /** Whether there are as many alarms as in a surge. */
  public static boolean isSurge(double promised, Profile.Counts hour) {
    return ThresholdReplay.above(hour.alarms(), -1)
        >= AlarmWatch.LEAST_TIMES * promised * hour.present();
  }

  /** Rows above a score that need not be an edge. */
  private static double above(Quantity score, double threshold, Profile.Counts counts) {
    double[] edges = score.edges();
    int bin = score.bin(threshold);
    double above = ThresholdReplay.above(counts.rows(), bin);
    if (bin == 0 || bin >= edges.length) {
      return above + counts.rows()[bin];
    }
    double part = (edges[bin] - threshold) / (edges[bin] - edges[bin - 1]);
    return above + part * counts.rows()[bin];
  }
}
