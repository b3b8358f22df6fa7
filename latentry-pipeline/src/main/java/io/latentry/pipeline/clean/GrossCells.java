package io.latentry.pipeline.clean;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows that lie far off in a few columns of many: second hills of columns, nearly all of whose rows
 * lie in the hill of another column too, be it the same other one for all of them or not.
 *
 * <p>A hill in one column alone is often another kind of usual (a second operating point, a few
 * large customers); what breaks a row breaks two of its columns at once. Looked at are columns of
 * measured numbers: of {@value #MOST_REPEATED} values or fewer, groups are no accident, nor are
 * they where most values of the hill are the same.
 */
final class GrossCells {
  /** Robust standard deviations from the median within which usual rows lie. */
  private static final double USUAL = 3.5;

  /** The same, from which on a row lies beyond. */
  private static final double BEYOND = 6;

  /** Rows that lie between, of those beyond: more are a long tail. */
  private static final double MOST_BETWEEN = 0.2;

  /** Fewer beyond are stray ones. */
  private static final double LEAST_SHARE = 0.01;

  private static final int FEWEST = 5;

  private static final int MOST_REPEATED = 20;

  /** More rows beyond are another kind of usual. */
  private static final double MOST_SHARE = 0.2;

  /** Of the rows of a hill, those that lie in another column's hill too. */
  private static final double SHARED = 0.7;

  /** Of the values in a hill, those that differ. */
  private static final double DIFFERING = 2.0 / 3;

  /** Columns with a hill that are compared with each other. */
  private static final int MOST_COLUMNS = 200;

  private GrossCells() {}

  /** Indices, ascending; none if there are none. */
  static int[] rowsOf(Rows rows) {
    List<BitSet> hills = new ArrayList<>();
    for (int j = 0; j < rows.schema().numericCount() && hills.size() < MOST_COLUMNS; j++) {
      Column column = rows.schema().columns().get(j);
      // A twin says the same again: it is no second column.
      boolean measured =
          column.type() == ColumnType.NUMERIC
              && !column.isWatched()
              && rows.schema().ofText(j).isEmpty();
      BitSet hill = measured ? hillOf(rows, j) : null;
      if (hill != null) {
        hills.add(hill);
      }
    }
    BitSet gross = new BitSet();
    for (BitSet hill : shared(hills)) {
      gross.or(hill);
    }
    // Where hills have nothing to do with each other, so many share rows only if they cover most.
    return gross.cardinality() > MOST_SHARE * rows.count() ? new int[0] : gross.stream().toArray();
  }

  /** Those hills whose rows lie in others of them. */
  private static List<BitSet> shared(List<BitSet> hills) {
    List<BitSet> left = hills;
    while (true) {
      BitSet once = new BitSet();
      BitSet twice = new BitSet();
      for (BitSet hill : left) {
        BitSet again = (BitSet) once.clone();
        again.and(hill);
        twice.or(again);
        once.or(hill);
      }
      List<BitSet> kept = left.stream().filter(hill -> isWithin(hill, twice)).toList();
      if (kept.size() == left.size()) {
        return kept;
      }
      left = kept;
    }
  }

  private static boolean isWithin(BitSet hill, BitSet twice) {
    BitSet both = (BitSet) hill.clone();
    both.and(twice);
    return both.cardinality() >= SHARED * hill.cardinality();
  }

  /** The rows of a column's second hill; null if it has none. */
  private static @Nullable BitSet hillOf(Rows rows, int column) {
    double[] given =
        IntStream.range(0, rows.count())
            .mapToDouble(row -> rows.numeric(row, column))
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    if (given.length == 0 || Arrays.stream(given).distinct().count() <= MOST_REPEATED) {
      return null;
    }
    double median = given[given.length / 2];
    double spread =
        (given[3 * given.length / 4] - given[given.length / 4])
            / GrossRows.DEVIATIONS_BETWEEN_QUARTILES;
    if (!(spread > 0)) {
      return null;
    }
    BitSet beyond = new BitSet();
    int between = 0;
    for (int row = 0; row < rows.count(); row++) {
      double deviations = Math.abs(rows.numeric(row, column) - median) / spread;
      if (deviations >= BEYOND && Double.isFinite(deviations)) {
        beyond.set(row);
      } else if (deviations >= USUAL) {
        between++;
      }
    }
    int count = beyond.cardinality();
    boolean isHill =
        count >= Math.max(FEWEST, LEAST_SHARE * rows.count())
            && count <= MOST_SHARE * rows.count()
            && between <= MOST_BETWEEN * count;
    long differing =
        beyond.stream().mapToDouble(row -> rows.numeric(row, column)).distinct().count();
    return isHill && differing >= DIFFERING * count ? beyond : null;
  }
}
