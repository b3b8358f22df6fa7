package io.latentry.core.drift;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * p-values of many comparisons, adjusted so that calling all those at or below {@code q} makes a
 * false call only so often: the expected share of false calls among the calls is at most {@code q},
 * and where nothing changed the chance of any call at all is at most {@code q}.
 *
 * <p>By Benjamini and Yekutieli, which holds whatever the comparisons have to do with each other.
 * The columns of a table go together in every way, and two-sided tests of such columns do not meet
 * what the procedure of Benjamini and Hochberg asks for. Its price is the factor {@code 1 + 1/2 +
 * ... + 1/m}, 5 for 100 comparisons, which few drifts that matter depend on.
 *
 * @see <a href="https://doi.org/10.1214/aos/1013699998">Benjamini and Yekutieli 2001, theorem
 *     1.3</a>
 */
public final class FalseDiscovery {
  private FalseDiscovery() {}

  /**
   * @param pValues {@code [comparisons]}, 0 to 1
   * @return {@code [comparisons]}, 0 to 1, in the same order
   */
  public static double[] adjusted(double[] pValues) {
    int count = pValues.length;
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> pValues[i]))
            .mapToInt(i -> i)
            .toArray();
    double harmonic = IntStream.rangeClosed(1, count).mapToDouble(i -> 1.0 / i).sum();
    double[] adjusted = new double[count];
    double smallest = 1;
    for (int rank = count; rank >= 1; rank--) {
      double p = pValues[order[rank - 1]];
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "pValues: " + Arrays.toString(pValues) + " (expected: 0 to 1)");
      }
      smallest = Math.min(smallest, p * count * harmonic / rank);
      adjusted[order[rank - 1]] = smallest;
    }
    return adjusted;
  }

  /** The p-value that the first of {@code comparisons} needs to be called at {@code q}. */
  public static double strictest(int comparisons, double q) {
    double harmonic = IntStream.rangeClosed(1, comparisons).mapToDouble(i -> 1.0 / i).sum();
    return q / comparisons / harmonic;
  }
}
