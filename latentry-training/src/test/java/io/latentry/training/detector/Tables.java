package io.latentry.training.detector;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small tables for tests. */
public final class Tables {
  private Tables() {}

  public static Rows numeric(int columns, float[] values) {
    List<Column> list = new ArrayList<>();
    for (int j = 0; j < columns; j++) {
      list.add(Column.numeric("c" + j, ColumnType.NUMERIC, MissingPolicy.IMPUTE, -1e9, 1e9));
    }
    return Rows.of(new Schema(list, List.of()), values.length / columns, values, new String[0]);
  }

  /** Columns that all follow two hidden causes, with a little noise. */
  public static Rows twoCauses(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      for (int j = 0; j < columns; j++) {
        double cause = j % 2 == 0 ? a : b;
        values[i * columns + j] = (float) (cause * (1 + j % 3) + 0.1 * random.nextGaussian());
      }
    }
    return numeric(columns, values);
  }

  /** Columns without any structure. */
  static Rows noise(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return numeric(columns, values);
  }

  /** Two numbers, a boolean, a timestamp, and categories of 3 and of 20; some values missing. */
  public static Rows mixed(int rows, long seed) {
    List<String> many = new ArrayList<>();
    for (int k = 0; k < 20; k++) {
      many.add("m" + k);
    }
    Schema schema =
        new Schema(
            List.of(
                Column.numeric("x", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -9, 9),
                Column.numeric("y", ColumnType.NUMERIC, MissingPolicy.REJECT, -9, 9),
                Column.numeric("flag", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
                Column.numeric("when", ColumnType.TIMESTAMP, MissingPolicy.IMPUTE, 0, 604800),
                Column.categorical(
                    "few", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("a", "b", "c")),
                Column.categorical("many", MissingPolicy.IMPUTE, UnseenPolicy.REJECT, many)),
            List.of());
    SplittableRandom random = new SplittableRandom(seed);
    float[] numeric = new float[rows * 4];
    String[] categorical = new String[rows * 2];
    for (int i = 0; i < rows; i++) {
      int kind = random.nextInt(3);
      numeric[i * 4] =
          random.nextInt(10) == 0 ? Float.NaN : (float) (kind * 2 + 0.1 * random.nextGaussian());
      numeric[i * 4 + 1] = (float) (-kind + 0.1 * random.nextGaussian());
      numeric[i * 4 + 2] = kind == 0 ? 1 : 0;
      numeric[i * 4 + 3] = 86_400f * kind + random.nextInt(3600);
      categorical[i * 2] = random.nextInt(10) == 0 ? "" : String.valueOf("abc".charAt(kind));
      categorical[i * 2 + 1] = "m" + (kind * 6 + random.nextInt(6));
    }
    return Rows.of(schema, rows, numeric, categorical);
  }
}
