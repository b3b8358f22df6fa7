package io.latentry.training.fit;

import io.latentry.training.term.Codes;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The share of the entries' variance that the expectations explain.
 *
 * <p>Squares are ruled by the most extreme: twenty wild rows of a hundred thousand are all of a
 * column's variance, and say nothing of whether the others were learned. So an entry is looked at
 * in the rows that lie within {@value #EXTREME} standard deviations of its mean, which by
 * Chebyshev's inequality are 99 % of them at least.
 */
final class ExplainedVariance {
  private static final double EXTREME = 10;

  /** Least variance of an entry that varies. */
  private static final double VARIES = 1e-9;

  /**
   * Least variance, in units of the entry, of one that most rows tell apart. Where it is less, a
   * few rows, perhaps not among these, made the unit.
   */
  private static final double TOLD_BY_MANY = 1e-3;

  private final float[] x;
  private final Codes codes;

  /**
   * @param x the rows behind {@code codes}
   */
  ExplainedVariance(float[] x, Codes codes) {
    this.x = x;
    this.codes = codes;
  }

  /** Mean and variance over the rows that lie within a distance of a middle. */
  private record Spread(double middle, double within, double mean, double variance) {
    boolean holds(double value) {
      return Math.abs(value - middle) <= within;
    }
  }

  /** Whether any entry varies at all. */
  boolean varies() {
    return IntStream.range(0, codes.width()).anyMatch(j -> all(j).variance() > VARIES);
  }

  /** Mean over entries that vary, and members; 0 if none does. At most 1; not below -1. */
  double share() {
    double[] shares =
        IntStream.range(0, codes.width())
            .mapToObj(this::ofMany)
            .flatMapToDouble(OptionalDouble::stream)
            .toArray();
    if (shares.length == 0) {
      shares =
          IntStream.range(0, codes.width())
              .filter(j -> all(j).variance() > VARIES)
              .mapToDouble(j -> share(j, all(j)))
              .toArray();
    }
    return Arrays.stream(shares).average().orElse(0);
  }

  private OptionalDouble ofMany(int entry) {
    Spread all = all(entry);
    if (all.variance() <= VARIES) {
      return OptionalDouble.empty();
    }
    Spread many = spread(entry, all.mean(), EXTREME * Math.sqrt(all.variance()));
    return many.variance() < TOLD_BY_MANY
        ? OptionalDouble.empty()
        : OptionalDouble.of(share(entry, many));
  }

  /** Mean over members. */
  private double share(int entry, Spread spread) {
    double sum = 0;
    for (int m = 0; m < codes.members(); m++) {
      double square = 0;
      int held = 0;
      for (int i = 0; i < codes.count(); i++) {
        if (spread.holds(x[i * codes.width() + entry])) {
          double residual = codes.residual()[(m * codes.count() + i) * codes.width() + entry];
          square += residual * residual;
          held++;
        }
      }
      // One badly explained entry must not outweigh many well explained ones.
      sum += Math.max(-1, 1 - square / held / spread.variance());
    }
    return sum / codes.members();
  }

  private Spread all(int entry) {
    return spread(entry, 0, Double.POSITIVE_INFINITY);
  }

  private Spread spread(int entry, double middle, double within) {
    Spread none = new Spread(middle, within, 0, 0);
    double sum = 0;
    int held = 0;
    for (int i = 0; i < codes.count(); i++) {
      double value = x[i * codes.width() + entry];
      if (none.holds(value)) {
        sum += value;
        held++;
      }
    }
    double mean = sum / held;
    double squares = 0;
    for (int i = 0; i < codes.count(); i++) {
      double value = x[i * codes.width() + entry];
      squares += none.holds(value) ? (value - mean) * (value - mean) : 0;
    }
    return new Spread(middle, within, mean, squares / held);
  }
}
