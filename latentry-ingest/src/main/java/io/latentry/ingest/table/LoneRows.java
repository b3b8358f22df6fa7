package io.latentry.ingest.table;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds the rows that would show something new if all the others alone had been seen: what a new
 * normal row does by chance, it does as often as they do (the jackknife's argument, and Good and
 * Turing's for categories).
 */
final class LoneRows {
  private LoneRows() {}

  /**
   * The row whose value differs from all others, which agree with each other; likewise the one that
   * has a value where all others lack it. At most two places, and two only of two rows.
   *
   * @param values by row of the table; NaN is missing
   * @return places in {@code rows}
   */
  static int[] differing(float[] values, int[] rows) {
    int given = 0;
    int lastGiven = -1;
    float first = Float.NaN;
    float second = Float.NaN;
    int ofFirst = 0;
    int ofSecond = 0;
    int placeOfFirst = -1;
    int placeOfSecond = -1;
    for (int i = 0; i < rows.length; i++) {
      float value = values[rows[i]];
      if (Float.isNaN(value)) {
        continue;
      }
      given++;
      lastGiven = i;
      if (ofFirst == 0 || value == first) {
        first = value;
        ofFirst++;
        placeOfFirst = i;
      } else if (ofSecond == 0 || value == second) {
        second = value;
        ofSecond++;
        placeOfSecond = i;
      } else {
        return new int[0];
      }
    }
    if (given == 1) {
      return new int[] {lastGiven};
    }
    if (ofSecond == 1) {
      return new int[] {placeOfSecond};
    }
    return ofSecond > 1 && ofFirst == 1 ? new int[] {placeOfFirst} : new int[0];
  }

  /** The only row with a fraction among whole numbers. */
  static int[] fractional(float[] values, int[] rows) {
    int found = -1;
    for (int i = 0; i < rows.length; i++) {
      float value = values[rows[i]];
      if (Float.isFinite(value) && value != Math.rint(value)) {
        if (found >= 0) {
          return new int[0];
        }
        found = i;
      }
    }
    return found < 0 ? new int[0] : new int[] {found};
  }

  /** The rows that lie beyond the range of all others by more than its width. */
  static int[] far(float[] values, int[] rows) {
    int lowest = -1;
    int highest = -1;
    double low = Double.POSITIVE_INFINITY;
    double nextLow = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double nextHigh = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < rows.length; i++) {
      float value = values[rows[i]];
      if (!Float.isFinite(value)) {
        continue;
      }
      if (value < low) {
        nextLow = low;
        low = value;
        lowest = i;
      } else {
        nextLow = Math.min(nextLow, value);
      }
      if (value > high) {
        nextHigh = high;
        high = value;
        highest = i;
      } else {
        nextHigh = Math.max(nextHigh, value);
      }
    }
    int[] far = new int[2];
    int count = 0;
    if (Double.isInfinite(nextLow)) {
      // No second value, no range.
      return new int[0];
    }
    if (low < nextLow - (high - nextLow)) {
      far[count++] = lowest;
    }
    if (high > nextHigh + (nextHigh - low)) {
      far[count++] = highest;
    }
    return Arrays.copyOf(far, count);
  }

  /**
   * The rows whose category no other row has.
   *
   * @param codes by row of the table; negative is missing
   * @param frequencies of each code among {@code rows}
   * @param listed the codes that a model will know; rows of any other are new to it every time
   */
  static int[] ofRareCategories(int[] codes, long[] frequencies, BitSet listed, int[] rows) {
    int[] found = new int[rows.length];
    int count = 0;
    for (int i = 0; i < rows.length; i++) {
      int code = codes[rows[i]];
      if (code >= 0 && (frequencies[code] == 1 || !listed.get(code))) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }
}
