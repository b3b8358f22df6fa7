package io.latentry.ingest.table;

import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether float32 is too coarse for the numbers of a column: whether they lie so far from
 * zero, and so near to each other, that it cannot tell them apart. What is subtracted from them
 * then is a round number among them.
 *
 * <p>Position and spread are quantiles, so that a few strange ones do not decide.
 */
final class CoarseNumbers implements Serializable {
  private static final long serialVersionUID = 1;

  /** Values kept at most; of longer columns a sample. */
  private static final int KEPT = 128;

  /** With as many steps of a float32 across the spread nothing is lost that tells. */
  private static final double FINE = 256;

  /** From here on float32 cannot tell every whole number from the next. */
  private static final double WHOLE_FLOATS = 1 << 24;

  private static final double TAIL = 0.1;

  private final double[] values = new double[KEPT];

  /** With a seed of its own, so that a column's offset is a function of its cells. */
  private transient @Nullable SplittableRandom random;

  private long seen;
  private boolean whole = true;

  void add(double value) {
    whole &= value == Math.rint(value);
    long place = seen < KEPT ? seen : random().nextLong(seen + 1);
    if (place < KEPT) {
      values[(int) place] = value;
    }
    seen++;
  }

  private SplittableRandom random() {
    SplittableRandom own = random == null ? new SplittableRandom(1) : random;
    random = own;
    return own;
  }

  /** Adds others: what is kept is a sample of all, in which each part has its share. */
  void plus(CoarseNumbers other) {
    whole &= other.whole;
    int own = (int) Math.min(seen, KEPT);
    int others = (int) Math.min(other.seen, KEPT);
    if (seen + other.seen <= KEPT) {
      System.arraycopy(other.values, 0, values, own, others);
    } else {
      double[] mine = values.clone();
      double[] theirs = other.values.clone();
      long left = seen;
      long right = other.seen;
      for (int place = 0; place < KEPT; place++) {
        // Either part gives what a draw without replacement would take from it.
        if (own > 0 && (others == 0 || random().nextLong(left + right) < left)) {
          int taken = random().nextInt(own);
          values[place] = mine[taken];
          mine[taken] = mine[--own];
          left--;
        } else {
          int taken = random().nextInt(others);
          values[place] = theirs[taken];
          theirs[taken] = theirs[--others];
          right--;
        }
      }
    }
    seen += other.seen;
  }

  /** What to subtract; 0 where float32 is fine enough. */
  double offset() {
    int kept = (int) Math.min(seen, KEPT);
    if (kept == 0) {
      return 0;
    }
    double[] sorted = Arrays.copyOf(values, kept);
    Arrays.sort(sorted);
    double median = sorted[kept / 2];
    double spread = sorted[(int) ((1 - TAIL) * (kept - 1))] - sorted[(int) (TAIL * (kept - 1))];
    if (!(spread > 0)) {
      return Math.abs(median) >= WHOLE_FLOATS && Math.abs(median) <= Float.MAX_VALUE ? median : 0;
    }
    double step = Math.ulp((float) median);
    if (!(spread < FINE * step) || Double.isInfinite(step)) {
      return 0;
    }
    double rounded = rounded(median, Math.floor(Math.log10(spread)));
    return whole ? Math.rint(rounded) : rounded;
  }

  /** To tens, hundreds, tenths, ... */
  private static double rounded(double value, double exponent) {
    double unit = Math.pow(10, Math.abs(exponent));
    double rounded = exponent < 0 ? Math.rint(value * unit) / unit : Math.rint(value / unit) * unit;
    return Double.isFinite(rounded) ? rounded : value;
  }
}
