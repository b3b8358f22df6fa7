package io.latentry.core.monitoring;

import io.latentry.core.drift.ShareShift;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * That a version had more alarms over some hours than its promise has at most, by more than chance.
 *
 * <p>Their rate is compared as {@link AlarmWatch} compares that of a day, but with the upper bound
 * itself: a rate that is a little too high is no surge, and is too high all the same if it lasts.
 * Either half of the hours must be above the bound, so that neither a burst that is over nor one
 * that has just begun counts.
 *
 * @param hours that were looked at, with rows or without
 * @param judged rows with a verdict; {@code alarms} of them were anomalies
 * @param atMost the upper bound of the promise, a share
 * @param pValue of the exact binomial test
 */
public record BrokenPromise(int hours, long judged, long alarms, double atMost, double pValue) {
  /** With rows; fewer say nothing. */
  public static final int FEWEST_HOURS = HourlyShare.FEWEST_HOURS;

  /**
   * @param counts ascending, of the hours and of a week before them; those that were judged by
   *     another promise than the last one do not count
   * @param now the hour under way, which does not count
   * @param hours full ones before it
   * @param level that the test has to reach
   * @return empty unless the promise is broken
   */
  public static Optional<BrokenPromise> of(
      List<HourCount> counts, long now, int hours, double level) {
    List<HourCount> full =
        AlarmWatch.like(
            counts.stream().filter(count -> count.hour() < now && count.judged() > 0).toList());
    List<HourCount> last = full.stream().filter(count -> count.hour() >= now - hours).toList();
    if (last.size() < FEWEST_HOURS) {
      return Optional.empty();
    }
    HourCount all = AlarmWatch.sum(last, now);
    List<HourCount> earlier =
        last.stream().filter(count -> count.hour() < now - hours / 2).toList();
    List<HourCount> later = last.subList(earlier.size(), last.size());
    boolean lasts =
        AlarmWatch.sum(earlier, now).rate() > all.atMost()
            && AlarmWatch.sum(later, now).rate() > all.atMost();
    if (!lasts) {
      return Optional.empty();
    }
    double rows =
        AlarmWatch.share(last).or(AlarmWatch.share(full)).independent(all.judged(), level);
    double p = ShareShift.pValueAbove(all.rate(), rows, all.atMost());
    return p <= level
        ? Optional.of(new BrokenPromise(hours, all.judged(), all.alarms(), all.atMost(), p))
        : Optional.empty();
  }

  /** For people. */
  public String words() {
    return String.format(
        Locale.ROOT,
        "%.2f %% alarms of %d rows in %d hours, where at most %.2f %% are promised",
        100.0 * alarms / judged,
        judged,
        hours,
        100 * atMost);
  }
}
