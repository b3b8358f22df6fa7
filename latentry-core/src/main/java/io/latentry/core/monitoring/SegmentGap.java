package io.latentry.core.monitoring;

import io.latentry.core.drift.SampleSizes;
import io.latentry.core.drift.ShareShift;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * The hours for which no rows of a segment came while others did: at least two, and three times as
 * many as ever, so that a night of all rows is no gap of one segment. They are also beyond chance,
 * by the rows that came of others, or by the hours that had rows before: rows of a segment that
 * come seldom stay away for long without a reason.
 *
 * @param since the first of them, since 1970; never empty
 */
record SegmentGap(OptionalLong since, double pValue) {

  /**
   * @param hours of the segment with rows, ascending
   * @param whole the hours of all rows
   * @param excused hours that are passed over
   * @param now the hour under way
   * @return empty if rows came lately, or as seldom as usual
   */
  static Optional<SegmentGap> of(
      List<HourCount> hours,
      List<HourCount> whole,
      SortedSet<Long> excused,
      long now,
      double level) {
    if (hours.size() < HourlyShare.FEWEST_HOURS || hours.get(hours.size() - 1).hour() >= now) {
      return Optional.empty();
    }
    long first = hours.get(0).hour();
    List<HourCount> all =
        whole.stream()
            .filter(h -> h.rows() > 0 && h.hour() >= first && h.hour() < now)
            .filter(h -> !excused.contains(h.hour()))
            .toList();
    Map<Long, Long> own =
        hours.stream().collect(Collectors.toMap(HourCount::hour, HourCount::rows));
    long[] rows = all.stream().mapToLong(h -> own.getOrDefault(h.hour(), 0L)).toArray();
    int gap = 0;
    int longest = 0;
    for (long some : rows) {
      longest = some > 0 ? Math.max(longest, gap) : longest;
      gap = some > 0 ? 0 : gap + 1;
    }
    if (gap < Math.max(AlarmWatch.LEAST_GAP_HOURS, AlarmWatch.GAPS * longest)) {
      return Optional.empty();
    }
    List<HourCount> before = all.subList(0, all.size() - gap);
    List<HourCount> without = all.subList(all.size() - gap, all.size());
    HourlyShare usual =
        HourlyShare.of(
            Arrays.copyOf(rows, before.size()),
            before.stream().mapToLong(HourCount::rows).toArray());
    if (usual.hours() < HourlyShare.FEWEST_HOURS) {
      return Optional.empty();
    }
    double p =
        Math.min(1, 2 * Math.min(ofRows(usual, without, level), ofHours(rows, before.size())));
    return p <= level
        ? Optional.of(new SegmentGap(OptionalLong.of(without.get(0).hour()), p))
        : Optional.empty();
  }

  /** How likely none of so many rows would be of the segment, had it half of its usual share. */
  private static double ofRows(HourlyShare usual, List<HourCount> without, double level) {
    double independent =
        usual.independent(without.stream().mapToLong(HourCount::rows).sum(), level);
    return ShareShift.pValueBelow(
        0, independent, Math.min(1, usual.share()) / AlarmWatch.LEAST_TIMES);
  }

  /** How likely so many hours in a row would be without, were each of all hours as likely. */
  private static double ofHours(long[] rows, int before) {
    long with = Arrays.stream(rows, 0, before).filter(some -> some > 0).count();
    int without = rows.length - before;
    return ShareShift.between(with, before, 0, without, new SampleSizes(before, without)).pValue();
  }
}
