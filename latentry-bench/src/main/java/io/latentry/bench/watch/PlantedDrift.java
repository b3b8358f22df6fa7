package io.latentry.bench.watch;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.drift.NumericShift;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** What happens to rows, of known kind and size. */
enum PlantedDrift {
  /** Every weekend is moved by one spread, from the first on. */
  WEEKENDS("weekends differ, as they always did"),
  SLIGHT("a number moves by 0.1 spreads"),
  SHIFT_HALF("a number moves by 0.5 spreads"),
  SHIFT_ONE("a number moves by 1 spread"),
  WIDER("a number varies twice as much"),
  UNIT("a number comes in thousandths of its unit"),
  MISSING("a fifth of a column is missing"),
  CATEGORY("a tenth of a column is of a new category"),
  MIXED_UP("every column keeps its values, and none goes with another");

  private static final int LEAST_VALUES = 20;
  private static final double MISSING_SHARE = 0.2;
  private static final double NEW_SHARE = 0.1;

  private final String words;

  PlantedDrift(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  /** Whether it is of one column, which is to be named. */
  boolean isOfAColumn() {
    return this != MIXED_UP;
  }

  /**
   * Changed rows.
   *
   * @param column that was changed; empty where all were
   */
  record Changed(Rows rows, String column) {}

  /** A changed copy of {@code rows}; empty where no column lends itself to it. */
  Optional<Changed> of(Rows rows, Random random) {
    Schema schema = rows.schema();
    float[] numeric = rows.numeric().clone();
    String[] categorical = rows.categorical().clone();
    List<Integer> columns = columns(rows);
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    int column = columns.get(random.nextInt(columns.size()));
    int width = schema.numericCount();
    switch (this) {
      case MIXED_UP -> {
        for (int c = 0; c < schema.columns().size(); c++) {
          int[] order = shuffled(rows.count(), random);
          for (int i = 0; i < order.length; i++) {
            if (c < width) {
              numeric[i * width + c] = rows.numeric(order[i], c);
            } else {
              int names = schema.categoricalCount();
              categorical[i * names + c - width] = rows.categorical(order[i], c - width);
            }
          }
        }
      }
      case CATEGORY -> {
        int names = schema.categoricalCount();
        for (int i = 0; i < rows.count(); i++) {
          if (random.nextDouble() < NEW_SHARE) {
            categorical[i * names + column - width] = "never seen before";
          }
        }
      }
      default -> {
        double[] values = values(rows, column);
        double spread = NumericShift.spread(values);
        double middle = values[values.length / 2];
        for (int i = 0; i < rows.count(); i++) {
          int at = i * width + column;
          numeric[at] = (float) changed(numeric[at], middle, spread, random.nextDouble());
        }
      }
    }
    String name = isOfAColumn() ? schema.columns().get(column).name() : "";
    Rows changed = Rows.of(schema, rows.count(), numeric, categorical);
    return Optional.of(new Changed(changed, name));
  }

  private double changed(double value, double middle, double spread, double chance) {
    return switch (this) {
      case SLIGHT -> value + 0.1 * spread;
      case SHIFT_HALF -> value + 0.5 * spread;
      case SHIFT_ONE, WEEKENDS -> value + spread;
      case WIDER -> middle + 2 * (value - middle);
      case UNIT -> value / 1_000;
      case MISSING -> chance < MISSING_SHARE ? Double.NaN : value;
      default -> throw new IllegalStateException(words + ": not of a number");
    };
  }

  /** Columns that it can be planted in. */
  private List<Integer> columns(Rows rows) {
    Schema schema = rows.schema();
    int width = schema.numericCount();
    if (this == MIXED_UP) {
      return width + schema.categoricalCount() < 2 ? List.of() : List.of(0);
    }
    if (this == CATEGORY) {
      return IntStream.range(width, schema.columns().size()).boxed().toList();
    }
    return IntStream.range(0, width).filter(c -> isMeasured(rows, c)).boxed().toList();
  }

  /** Whether a column has many values, so that it has a spread. */
  private boolean isMeasured(Rows rows, int column) {
    double[] values = values(rows, column);
    return Arrays.stream(values).distinct().count() >= LEAST_VALUES
        && values.length >= rows.count() / 2
        && NumericShift.spread(values) > 0
        && (this != UNIT || Math.abs(values[values.length / 2]) > NumericShift.spread(values));
  }

  private static double[] values(Rows rows, int column) {
    return IntStream.range(0, rows.count())
        .mapToDouble(i -> rows.numeric(i, column))
        .filter(Double::isFinite)
        .sorted()
        .toArray();
  }

  private static int[] shuffled(int count, Random random) {
    int[] order = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
