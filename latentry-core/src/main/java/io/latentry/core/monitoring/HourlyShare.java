package io.latentry.core.monitoring;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A share of rows that is counted hour by hour, and as how many independent rows they count.
 *
 * <p>Rows that follow each other go together, which their hours show: where the share differs from
 * hour to hour by more than chance, the variance of the whole is larger by {@code deff = H / (H -
 * 1) * sum{ (hits[h] - share * rows[h])**2 } / (rows * share * (1 - share))} than that of
 * independent rows (that of a ratio of sums over clusters, Kish 1965). The variance of few hours is
 * uncertain itself, for which it is enlarged by the square of Student's quantile over the normal
 * one at the level that is asked for (Korn and Graubard 1998): so few hours say little, and nothing
 * at strict levels.
 *
 * @param hours with rows
 * @param excess by how much more rows of one hour vary together, for each further row of that hour:
 *     of an hour of {@code n} rows the variance is larger by {@code 1 + (n - 1) * excess}
 */
record HourlyShare(long hits, long rows, int hours, double factor, double excess) {
  /** Below so many hours nothing is said. */
  static final int FEWEST_HOURS = 6;

  /** Shares of the reference that are followed from hour to hour. */
  private static final double[] CUTS = {0.25, 0.5, 0.75};

  /** Names that are followed from hour to hour. */
  private static final int FOLLOWED_NAMES = 3;

  /**
   * @param hits {@code [hours]}
   * @param rows {@code [hours]}
   */
  static HourlyShare of(long[] hits, long[] rows) {
    long all = 0;
    long some = 0;
    double squares = 0;
    int hours = 0;
    for (int h = 0; h < rows.length; h++) {
      all += rows[h];
      some += hits[h];
      squares += (double) rows[h] * rows[h];
      hours += rows[h] > 0 ? 1 : 0;
    }
    if (hours < 2 || some == 0 || some == all) {
      return new HourlyShare(some, all, hours, 1, 0);
    }
    double share = (double) some / all;
    double sum = 0;
    for (int h = 0; h < rows.length; h++) {
      double off = hits[h] - share * rows[h];
      sum += off * off;
    }
    double factor = hours / (hours - 1.0) * sum / (all * share * (1 - share));
    double usual = squares / all;
    return new HourlyShare(
        some,
        all,
        hours,
        Math.max(1, factor),
        usual > 1 ? Math.max(0, factor - 1) / (usual - 1) : 0);
  }

  /** That of a quantity by the cut or the name that goes together most. */
  static HourlyShare of(Quantity of, int quantity, List<Profile> hours) {
    List<long[]> counts = hours.stream().map(h -> h.quantities().get(quantity).rows()).toList();
    long[] present = counts.stream().mapToLong(rows -> Arrays.stream(rows).sum()).toArray();
    HourlyShare most = of(new long[present.length], present);
    if (!of.isOfNumbers()) {
      for (int name : commonest(of.bins(), counts)) {
        most = most.or(of(counts.stream().mapToLong(rows -> rows[name]).toArray(), present));
      }
      return most;
    }
    double[] reference = of.reference();
    for (double cut : CUTS) {
      int bin = 0;
      double below = reference[0];
      while (below < cut && bin + 1 < reference.length) {
        below += reference[++bin];
      }
      int last = bin;
      most =
          most.or(
              of(
                  counts.stream()
                      .mapToLong(rows -> Arrays.stream(rows, 0, last + 1).sum())
                      .toArray(),
                  present));
    }
    return most;
  }

  private static int[] commonest(int bins, List<long[]> counts) {
    long[] sum = new long[bins];
    counts.forEach(rows -> Arrays.setAll(sum, bin -> sum[bin] + rows[bin]));
    return IntStream.range(0, bins)
        .boxed()
        .sorted(Comparator.comparingLong(bin -> -sum[bin]))
        .limit(FOLLOWED_NAMES)
        .mapToInt(bin -> bin)
        .toArray();
  }

  /** The one that goes together more. */
  HourlyShare or(HourlyShare other) {
    return factor >= other.factor ? this : other;
  }

  double share() {
    return rows == 0 ? 0 : (double) hits / rows;
  }

  /** By how much the variance counts more since it is known from so few hours. */
  private double uncertainty(double level) {
    if (hours < 2) {
      return Double.POSITIVE_INFINITY;
    }
    double student = TDistribution.of(hours - 1.0).inverseSurvivalProbability(level / 2);
    double normal = NormalDistribution.of(0, 1).inverseSurvivalProbability(level / 2);
    return student * student / (normal * normal);
  }

  /** Independent rows that {@code count} rows of all these hours are worth, at a level. */
  double independent(long count, double level) {
    return count / (factor * uncertainty(level));
  }

  /** The same of {@code count} rows of one further hour. */
  double independentOfOneHour(long count, double level) {
    return count / ((1 + Math.max(0, count - 1) * excess) * uncertainty(level));
  }
}
