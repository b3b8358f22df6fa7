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
 * <p>Rows that are off in few of many columns are lost in that mean. They show in the columns by
 * themselves: see {@link GrossCells}.
 *
 * @param apart how far the two sides are
 * @param indices of the rows beyond the cut, ascending; none if they are not far enough
 * @param examples of them, the strangest first, in words
 */
public record GrossRows(double apart, int[] indices, List<Example> examples) {
  private static final double APART = 6;

  private static final int MOST_EXAMPLES = 10;

  /** Of a Gaussian, between the quartiles. */
  static final double DEVIATIONS_BETWEEN_QUARTILES = 1.349;

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
    TwoHills hills = TwoHills.of(strangeness);
    if (!(hills.apart() >= APART)) {
      int[] inFewColumns = GrossCells.rowsOf(rows);
      return inFewColumns.length == 0
          ? new GrossRows(hills.apart(), inFewColumns, List.of())
          : of(rows, hills.apart(), inFewColumns, strangeness);
    }
    double cut = hills.cut();
    return of(
        rows,
        hills.apart(),
        IntStream.range(0, rows.count()).filter(row -> strangeness[row] >= cut).toArray(),
        strangeness);
  }

  private static GrossRows of(Rows rows, double apart, int[] gross, double[] strangeness) {
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
    int column = teller.mostExtreme(rows, row);
    String value = ColumnTeller.value(rows, row, column);
    return rows.schema().columns().get(column).name()
        + " is "
        + (value.isEmpty() ? "missing" : value)
        + " (usual: "
        + teller.middle(column)
        + ")";
  }

  private static double[] strangeness(Rows rows) {
    double[] sum = new double[rows.count()];
    int columns = 0;
    for (int j = 0; j < rows.schema().numericCount(); j++) {
      int column = j;
      if (rows.schema().columns().get(j).isIdentifier()) {
        continue;
      }
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
}
