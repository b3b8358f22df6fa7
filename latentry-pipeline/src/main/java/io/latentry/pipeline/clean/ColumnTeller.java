package io.latentry.pipeline.clean;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.scoring.FeatureReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says of a row, column by column, what is unusual about it among some rows. */
final class ColumnTeller {
  private static final int USUAL_CATEGORIES = 3;

  private final Schema schema;
  private final int count;
  private final int numericCount;

  /** By column: its values ascending, the missing ones left out. */
  private final float[][] sorted;

  private final List<Map<String, Integer>> frequencies;

  ColumnTeller(Rows rows) {
    this.schema = rows.schema();
    this.count = rows.count();
    this.numericCount = rows.schema().numericCount();
    this.sorted = new float[numericCount][];
    for (int j = 0; j < numericCount; j++) {
      float[] values = new float[rows.count()];
      int given = 0;
      for (int i = 0; i < values.length; i++) {
        if (!Float.isNaN(rows.numeric(i, j))) {
          values[given++] = rows.numeric(i, j);
        }
      }
      sorted[j] = Arrays.copyOf(values, given);
      Arrays.sort(sorted[j]);
    }
    this.frequencies =
        IntStream.range(0, rows.schema().categoricalCount())
            .mapToObj(
                j -> {
                  Map<String, Integer> counts = new HashMap<>();
                  for (int i = 0; i < rows.count(); i++) {
                    counts.merge(rows.categorical(i, j), 1, Integer::sum);
                  }
                  return counts;
                })
            .toList();
  }

  /**
   * The column whose value lies furthest out; the first of equals.
   *
   * @param of the row's neighbours, whose columns are those of the rows that tell
   */
  int mostExtreme(Rows of, int row) {
    int most = 0;
    for (int j = 1; j < schema.columns().size(); j++) {
      most = extremeness(of, row, j) > extremeness(of, row, most) ? j : most;
    }
    return most;
  }

  /** In robust standard deviations; a rare category counts as the deviation that is as rare. */
  private double extremeness(Rows of, int row, int column) {
    if (schema.columns().get(column).isIdentifier()) {
      return 0;
    }
    if (column >= numericCount) {
      int j = column - numericCount;
      int alike = frequencies.get(j).getOrDefault(of.categorical(row, j), 1);
      return deviation(alike);
    }
    float value = of.numeric(row, column);
    float[] values = sorted[column];
    if (Float.isNaN(value)) {
      return deviation(count - values.length);
    }
    double median = at(column, 0.5);
    double spread = (at(column, 0.75) - at(column, 0.25)) / 1.349;
    double whole = (double) at(column, 1) - at(column, 0);
    double scale = spread > 0 ? spread : whole / 10;
    return scale > 0 ? Math.abs(value - median) / scale : 0;
  }

  /** About the normal deviate that {@code alike} of the rows exceed. */
  private double deviation(int alike) {
    return Math.sqrt(-2 * Math.log((double) alike / count));
  }

  /** As text, empty if missing. */
  static String value(Rows of, int row, int column) {
    int numericCount = of.schema().numericCount();
    return column < numericCount
        ? FeatureReader.text(of.schema(), column, of.numeric(row, column))
        : of.categorical(row, column - numericCount);
  }

  /** The 1 % and 99 % quantiles, or the most frequent categories. */
  String usual(int column) {
    if (column < numericCount) {
      return sorted[column].length == 0
          ? "missing"
          : FeatureReader.text(schema, column, at(column, 0.01))
              + " to "
              + FeatureReader.text(schema, column, at(column, 0.99));
    }
    return frequencies.get(column - numericCount).entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(USUAL_CATEGORIES)
        .map(e -> e.getKey().isEmpty() ? "missing" : e.getKey())
        .collect(Collectors.joining(", "));
  }

  /** The quartiles, which strange rows do not move, or the most frequent categories. */
  String middle(int column) {
    return column < numericCount && sorted[column].length > 0
        ? FeatureReader.text(schema, column, at(column, 0.25))
            + " to "
            + FeatureReader.text(schema, column, at(column, 0.75))
        : usual(column);
  }

  private float at(int column, double level) {
    float[] values = sorted[column];
    return values[(int) Math.round(level * (values.length - 1))];
  }
}
