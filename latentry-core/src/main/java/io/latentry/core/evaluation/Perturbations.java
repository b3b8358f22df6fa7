package io.latentry.core.evaluation;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Synthetic anomalies of a table's rows, from subtle to gross. Each row suffers one {@link Kind} in
 * a few of its columns: one column, a tenth, a third or two thirds of them, at random.
 *
 * <p>What a kind cannot do to a column (noise on a category, say) becomes a swap. Every row differs
 * from its original wherever some column has more than one value.
 */
public final class Perturbations implements Perturber {
  private static final double[] COLUMN_SHARES = {0, 0.1, 1 / 3.0, 2 / 3.0};
  private static final double[] NOISE_SCALES = {0.5, 1, 2, 4};
  private static final double[] TAIL_SCALES = {3, 6, 12};
  private static final int ATTEMPTS = 20;

  private final Rows normals;
  private final double[] median;
  private final double[] spread;

  /** What is done to a row. */
  public enum Kind {
    /** Values of other rows: each is usual in its column, their combination is not. */
    SWAP,
    /** Gaussian noise of half to four times the column's spread. */
    NOISE,
    /** Values three to twelve spreads away from the column's median. */
    TAIL,
    /** Another known category or the opposite boolean. */
    CATEGORY
  }

  /**
   * @param normals where columns' values and spreads are taken from; at least one row
   */
  public Perturbations(Rows normals) {
    if (normals.count() == 0) {
      throw new IllegalArgumentException("normals: 0 rows (expected: at least 1)");
    }
    this.normals = normals;
    int columns = normals.schema().numericCount();
    this.median = new double[columns];
    this.spread = new double[columns];
    for (int j = 0; j < columns; j++) {
      measure(j);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @param samples rows of the schema of the normals
   */
  @Override
  public Rows perturb(Samples samples, long seed) {
    Rows rows = (Rows) samples;
    float[] numeric = rows.numeric().clone();
    String[] categorical = rows.categorical().clone();
    Random random = new Random(seed);
    for (int row = 0; row < rows.count(); row++) {
      boolean changed = false;
      for (int attempt = 0; attempt < ATTEMPTS && !changed; attempt++) {
        changed = perturb(numeric, categorical, row, random);
      }
    }
    return Rows.of(rows.schema(), rows.count(), numeric, categorical);
  }

  private boolean perturb(float[] numeric, String[] categorical, int row, Random random) {
    Schema schema = normals.schema();
    Kind kind = pick(kinds(), random);
    double share = COLUMN_SHARES[random.nextInt(COLUMN_SHARES.length)];
    List<Integer> columns = candidates(kind);
    int count = Math.max(1, (int) Math.round(share * columns.size()));
    double[] scales = kind == Kind.TAIL ? TAIL_SCALES : NOISE_SCALES;
    double scale = scales[random.nextInt(scales.length)];
    boolean changed = false;
    for (int i = 0; i < count; i++) {
      int column = columns.remove(random.nextInt(columns.size()));
      if (column < schema.numericCount()) {
        int at = row * schema.numericCount() + column;
        float value = numeric(kind, column, numeric[at], scale, random);
        changed |= Float.compare(value, numeric[at]) != 0;
        numeric[at] = value;
      } else {
        int index = column - schema.numericCount();
        int at = row * schema.categoricalCount() + index;
        String value = category(kind, index, categorical[at], random);
        changed |= !value.equals(categorical[at]);
        categorical[at] = value;
      }
    }
    return changed;
  }

  private float numeric(Kind kind, int column, float value, double scale, Random random) {
    ColumnType type = normals.schema().columns().get(column).type();
    if (kind == Kind.CATEGORY && type == ColumnType.BOOLEAN && !Float.isNaN(value)) {
      return 1 - value;
    }
    boolean isNumber = type == ColumnType.NUMERIC && spread[column] > 0;
    if (kind == Kind.NOISE && isNumber && !Float.isNaN(value)) {
      return finite(value + scale * spread[column] * random.nextGaussian(), value);
    }
    if (kind == Kind.TAIL && isNumber) {
      double side = random.nextBoolean() ? 1 : -1;
      return finite(median[column] + side * scale * spread[column], value);
    }
    float other = normals.numeric(random.nextInt(normals.count()), column);
    // A swap is to make a strange combination, not a missing value or an unreadable row.
    return Float.isFinite(other) ? other : value;
  }

  private String category(Kind kind, int index, String value, Random random) {
    Column column = normals.schema().categorical(index);
    if (kind == Kind.CATEGORY && !column.categories().isEmpty()) {
      return pick(column.categories(), random);
    }
    String other = normals.categorical(random.nextInt(normals.count()), index);
    return other.isEmpty() ? value : other;
  }

  private List<Kind> kinds() {
    List<Kind> kinds = new ArrayList<>(List.of(Kind.SWAP));
    if (normals.schema().inputs(ColumnType.NUMERIC) > 0) {
      kinds.add(Kind.NOISE);
      kinds.add(Kind.TAIL);
    }
    if (normals.schema().inputs(ColumnType.CATEGORICAL) > 0
        || normals.schema().inputs(ColumnType.BOOLEAN) > 0) {
      kinds.add(Kind.CATEGORY);
    }
    return kinds;
  }

  /** The schema columns that {@code kind} is at home in. */
  private List<Integer> candidates(Kind kind) {
    List<Integer> columns = new ArrayList<>();
    for (int j = 0; j < normals.schema().columns().size(); j++) {
      if (normals.schema().columns().get(j).isWatched()) {
        // Another value there is a novelty, which needs no model to be seen.
        continue;
      }
      ColumnType type = normals.schema().columns().get(j).type();
      boolean fits =
          switch (kind) {
            case SWAP -> true;
            case NOISE, TAIL -> type == ColumnType.NUMERIC;
            case CATEGORY -> type == ColumnType.CATEGORICAL || type == ColumnType.BOOLEAN;
          };
      if (fits) {
        columns.add(j);
      }
    }
    return columns;
  }

  /** Median and standard deviation, without missing and infinite values; 0 if there is no value. */
  private void measure(int column) {
    double[] values = new double[normals.count()];
    int given = 0;
    for (int row = 0; row < normals.count(); row++) {
      float value = normals.numeric(row, column);
      if (Float.isFinite(value)) {
        values[given++] = value;
      }
    }
    if (given == 0) {
      return;
    }
    double[] sorted = Arrays.copyOf(values, given);
    Arrays.sort(sorted);
    median[column] = OrderStatistics.quantile(sorted, 0.5);
    spread[column] = SampleMoments.of(sorted).standardDeviation();
  }

  /** {@code value} in float32, or {@code otherwise} where it would overflow. */
  private static float finite(double value, float otherwise) {
    float narrowed = (float) value;
    return Float.isFinite(narrowed) ? narrowed : otherwise;
  }

  private static <V> V pick(List<V> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }
}
