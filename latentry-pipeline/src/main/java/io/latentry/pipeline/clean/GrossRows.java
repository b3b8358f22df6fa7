package io.latentry.pipeline.clean;

import io.latentry.core.data.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows that lie apart from all others: the second hill where the strangeness of rows has two.
 *
 * <p>A row's strangeness is the mean over its columns of {@code log(1 + z**2)}, {@code z} being the
 * distance from the column's median in robust standard deviations. Half of the rows may be
 * anything, so that no contamination hides itself by widening the scale; a model fitted on such
 * rows takes them for normal, and a few tight groups of them pass an isolation forest. Ordinary
 * rows, long tails and groups among them, have one hill. The cut is that which sets its two sides
 * furthest apart, in units of both their standard deviations, and counts only from {@value #APART}
 * on: of the benchmark sets' normal rows the furthest came to 5.3, with 8 % of gross rows among
 * them they came to 12 to 16.
 *
 * @param apart how far the two sides are
 * @param indices of the rows beyond the cut, ascending; none if they are not far enough
 * @param examples of them, the strangest first, in words
 */
public record GrossRows(double apart, int[] indices, List<Example> examples) {
  private static final double APART = 6;

  /** Fewer are stray rows, more are another kind of normal. */
  private static final double LEAST_SHARE = 0.01;

  private static final double MOST_SHARE = 0.3;
  private static final int FEWEST = 5;
  private static final int MOST_EXAMPLES = 10;

  /** Of a Gaussian, between the quartiles. */
  private static final double DEVIATIONS_BETWEEN_QUARTILES = 1.349;

  /**
   * @param index of the row
   * @param reason such as {@code width is 20 (usual: -2 to 2)}
   */
  public record Example(int index, String reason) {}

  public GrossRows {
    examples = List.copyOf(examples);
  }

  /** Looks at all {@code rows}. */
  public static GrossRows of(Rows rows) {
    double[] strangeness = strangeness(rows);
    double[] sorted = strangeness.clone();
    Arrays.sort(sorted);
    int first = firstBeyond(sorted);
    double apart = first < sorted.length ? apart(sorted, first) : 0;
    if (!(apart >= APART)) {
      return new GrossRows(apart, new int[0], List.of());
    }
    double cut = sorted[first];
    int[] gross = IntStream.range(0, rows.count()).filter(row -> strangeness[row] >= cut).toArray();
    ColumnTeller teller = new ColumnTeller(rows);
    List<Example> examples =
        IntStream.of(gross)
            .boxed()
            .sorted((a, b) -> Double.compare(strangeness[b], strangeness[a]))
            .limit(MOST_EXAMPLES)
            .map(row -> new Example(row, reason(rows, teller, row)))
            .toList();
    return new GrossRows(apart, gross, examples);
  }

  public boolean isEmpty() {
    return indices.length == 0;
  }

  private static String reason(Rows rows, ColumnTeller teller, int row) {
    int column = teller.mostExtreme(row);
    return rows.schema().columns().get(column).name()
        + " is "
        + (teller.value(row, column).isEmpty() ? "missing" : teller.value(row, column))
        + " (usual: "
        + teller.middle(column)
        + ")";
  }

  private static double[] strangeness(Rows rows) {
    double[] sum = new double[rows.count()];
    int columns = 0;
    for (int j = 0; j < rows.schema().numericCount(); j++) {
      int column = j;
      double[] given =
          IntStream.range(0, rows.count())
              .mapToDouble(row -> rows.numeric(row, column))
              .filter(value -> !Double.isNaN(value))
              .sorted()
              .toArray();
      if (given.length == 0) {
        continue;
      }
      double median = given[given.length / 2];
      double spread =
          (given[3 * given.length / 4] - given[given.length / 4]) / DEVIATIONS_BETWEEN_QUARTILES;
      if (!(spread > 0)) {
        continue;
      }
      columns++;
      for (int row = 0; row < sum.length; row++) {
        double z = (rows.numeric(row, j) - median) / spread;
        sum[row] += Double.isNaN(z) ? 0 : Math.log1p(z * z);
      }
    }
    int used = Math.max(1, columns);
    return Arrays.stream(sum).map(s -> s / used).toArray();
  }

  /** The first place beyond the best cut of ascending figures; their number if there is none. */
  private static int firstBeyond(double[] sorted) {
    int count = sorted.length;
    int best = count;
    double furthest = 0;
    Sums below = Sums.of(sorted, 0, count);
    Sums beyond = new Sums();
    int fewest = Math.max(FEWEST, (int) (LEAST_SHARE * count));
    for (int first = count - 1; first >= (1 - MOST_SHARE) * count && first > 0; first--) {
      below.add(sorted[first], -1);
      beyond.add(sorted[first], 1);
      if (count - first >= fewest && sorted[first] > sorted[first - 1]) {
        double apart = apart(below, beyond);
        if (apart > furthest) {
          furthest = apart;
          best = first;
        }
      }
    }
    return best;
  }

  private static double apart(double[] sorted, int first) {
    return apart(Sums.of(sorted, 0, first), Sums.of(sorted, first, sorted.length));
  }

  private static double apart(Sums below, Sums beyond) {
    double variance = Math.max(1e-12, below.variance() + beyond.variance());
    return (beyond.mean() - below.mean()) / Math.sqrt(variance);
  }

  /** Count, sum and sum of squares. */
  private static final class Sums {
    private double count;
    private double sum;
    private double squares;

    static Sums of(double[] values, int from, int to) {
      Sums sums = new Sums();
      for (int i = from; i < to; i++) {
        sums.add(values[i], 1);
      }
      return sums;
    }

    void add(double value, int times) {
      count += times;
      sum += times * value;
      squares += times * value * value;
    }

    double mean() {
      return sum / count;
    }

    double variance() {
      return Math.max(0, squares / count - mean() * mean());
    }
  }
}
