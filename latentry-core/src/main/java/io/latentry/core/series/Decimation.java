package io.latentry.core.series;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which points of a long line are drawn, so that no spike is lost and the rest is quick. */
public final class Decimation {
  private Decimation() {}

  /**
   * All places, or of equal stretches those of the least and of the largest value.
   *
   * @param values of the line; NaN is missing, and is drawn (as a break of the line) where a
   *     stretch has nothing else
   * @param most places, at least 2
   * @return ascending
   */
  public static int[] minMax(double[] values, int most) {
    if (values.length <= most) {
      return IntStream.range(0, values.length).toArray();
    }
    int[] places = new int[most];
    int count = 0;
    int stretches = most / 2;
    for (int b = 0; b < stretches; b++) {
      int from = (int) ((long) b * values.length / stretches);
      int to = (int) ((long) (b + 1) * values.length / stretches);
      int least = from;
      int largest = from;
      for (int i = from; i < to; i++) {
        // What is compared with NaN is neither less nor more.
        least = values[i] < values[least] || Double.isNaN(values[least]) ? i : least;
        largest = values[i] > values[largest] || Double.isNaN(values[largest]) ? i : largest;
      }
      places[count++] = Math.min(least, largest);
      if (least != largest) {
        places[count++] = Math.max(least, largest);
      }
    }
    return Arrays.copyOf(places, count);
  }
}
