package io.latentry.ingest.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The outermost numbers of a column, and those of them that look like a stand-in for a missing
 * value: -999 or 9999 far from all others, or a zero where nothing else is near zero. Of counts and
 * steps (0, 1, 2, ...; 0, 5, 10) zero is the next step.
 */
final class Extremes implements Serializable {
  private static final long serialVersionUID = 1;

  /** How stand-ins are written, beside runs of nines. */
  private static final Set<Double> LIMITS =
      Set.of(
          -32768.0,
          32767.0,
          65535.0,
          -2147483648.0,
          2147483647.0,
          4294967295.0,
          -1e6,
          1e6,
          -1e9,
          1e9);

  /** A stand-in keeps this share of the others' spread from them. */
  private static final double FAR = 0.5;

  /** The same for a zero (and -1), which many honest columns have. */
  private static final double FAR_FOR_ZERO = 0.2;

  /** With fewer others nothing is far. */
  private static final long FEWEST_OTHERS = 20;

  private double smallest = Double.POSITIVE_INFINITY;
  private double second = Double.POSITIVE_INFINITY;
  private double third = Double.POSITIVE_INFINITY;
  private double largest = Double.NEGATIVE_INFINITY;
  private double secondLargest = Double.NEGATIVE_INFINITY;
  private long atSmallest;
  private long atLargest;
  private long count;

  void add(double value) {
    count++;
    low(value, 1);
    high(value, 1);
  }

  /** Adds those of other numbers: how often the outermost of both stand is counted whole. */
  void plus(Extremes other) {
    count += other.count;
    low(other.smallest, other.atSmallest);
    low(other.second, 0);
    low(other.third, 0);
    high(other.largest, other.atLargest);
    high(other.secondLargest, 0);
  }

  private void low(double value, long times) {
    if (value < smallest) {
      third = second;
      second = smallest;
      smallest = value;
      atSmallest = times;
    } else if (value == smallest) {
      atSmallest += times;
    } else if (value < second) {
      third = second;
      second = value;
    } else if (value > second && value < third) {
      third = value;
    }
  }

  private void high(double value, long times) {
    if (value > largest) {
      secondLargest = largest;
      largest = value;
      atLargest = times;
    } else if (value == largest) {
      atLargest += times;
    } else if (value > secondLargest) {
      secondLargest = value;
    }
  }

  /** NaN if there is none; so {@link #largest}. */
  double smallest() {
    return count == 0 ? Double.NaN : smallest;
  }

  double largest() {
    return count == 0 ? Double.NaN : largest;
  }

  /** Numbers that may stand for a missing value. */
  List<Double> standIns() {
    List<Double> found = new ArrayList<>();
    boolean low = atSmallest > 1 && isStandIn(smallest) && !isStep();
    boolean high = atLargest > 1 && largest > 9 && isStandIn(largest);
    double from = low ? second : smallest;
    double to = high ? secondLargest : largest;
    double spread = to - from;
    if (!(spread > 0) || count - atSmallest - atLargest < FEWEST_OTHERS) {
      return found;
    }
    boolean small = smallest == 0 || smallest == -1;
    if (low && from - smallest >= (small ? FAR_FOR_ZERO : FAR) * spread) {
      found.add(smallest + 0.0);
    }
    if (high && largest - to >= FAR * spread) {
      found.add(largest);
    }
    return found;
  }

  /** Whether the smallest is a zero that the next two lie no closer together than. */
  private boolean isStep() {
    return smallest == 0 && second <= third - second;
  }

  private static boolean isStandIn(double value) {
    double size = Math.abs(value);
    boolean nines = size >= 9 && size == Math.rint(size) && size < 1e15;
    for (long rest = nines ? (long) size : 0; rest > 0; rest /= 10) {
      nines &= rest % 10 == 9;
    }
    return value == 0 || value == -1 || nines || LIMITS.contains(value);
  }
}
