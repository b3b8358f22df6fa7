package io.latentry.core.monitoring;

import java.util.List;
import java.util.Optional;

/**
 * A threshold that what people said of incidents speaks for, tried on what was recorded: it lies at
 * an edge of the bins of the score, so that the recorded counts tell to the row what it would have
 * done.
 *
 * @param threshold rows above it would be anomalies
 * @param alarmsLeft of the recorded {@code alarms}
 * @param falseLeft of {@code falseAlarms}: alarms of incidents that were called a false alarm
 * @param confirmedLost of {@code confirmed} incidents, and single alarms: those that would have no
 *     alarm left
 */
public record ThresholdReplay(
    double threshold,
    long alarms,
    long alarmsLeft,
    long falseAlarms,
    long falseLeft,
    int confirmed,
    int confirmedLost) {

  /**
   * What {@code threshold}, an edge of the score, would have done.
   *
   * @param recorded what was seen of the version
   * @param falseAlarms {@code [incidents][bins]}: alarms by score; likewise {@code confirmed}
   */
  static ThresholdReplay of(
      Quantity score,
      int edge,
      Profile.Counts recorded,
      List<long[]> falseAlarms,
      List<long[]> confirmed) {
    return new ThresholdReplay(
        score.edges()[edge],
        above(recorded.alarms(), -1),
        above(recorded.alarms(), edge),
        falseAlarms.stream().mapToLong(bins -> above(bins, -1)).sum(),
        falseAlarms.stream().mapToLong(bins -> above(bins, edge)).sum(),
        confirmed.size(),
        (int) confirmed.stream().filter(bins -> above(bins, edge) == 0).count());
  }

  /**
   * The lowest threshold above {@code current} that leaves the fewest false alarms without losing a
   * confirmed incident.
   *
   * @return empty if none removes any
   */
  public static Optional<ThresholdReplay> proposal(
      Quantity score,
      double current,
      Profile.Counts recorded,
      List<long[]> falseAlarms,
      List<long[]> confirmed) {
    ThresholdReplay best = null;
    double[] edges = score.edges();
    for (int edge = 0; edge < edges.length; edge++) {
      if (edges[edge] <= current) {
        continue;
      }
      ThresholdReplay one = of(score, edge, recorded, falseAlarms, confirmed);
      if (one.confirmedLost() == 0 && (best == null || one.falseLeft() < best.falseLeft())) {
        best = one;
      }
    }
    return Optional.ofNullable(best).filter(found -> found.falseLeft() < found.falseAlarms());
  }

  /** Alarms in the bins behind an edge; of all for -1. */
  static long above(long[] bins, int edge) {
    long sum = 0;
    for (int bin = edge + 1; bin < bins.length; bin++) {
      sum += bins[bin];
    }
    return sum;
  }
}
