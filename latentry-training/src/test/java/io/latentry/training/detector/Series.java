package io.latentry.training.detector;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.preprocessing.WindowPreprocessor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A small series for tests: two waves, one behind the other, and a switch. */
public final class Series {
  /** Points of a window. */
  public static final int SIZE = 8;

  private static final WindowSpec SPEC =
      new WindowSpec(
          new Schema(
              List.of(
                  Column.numeric("a", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -9, 9),
                  Column.numeric("b", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -9, 9),
                  Column.numeric("on", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1)),
              List.of()),
          SIZE,
          0);

  private Series() {}

  /** Every window of {@code points} points. */
  public static Windows windows(int points, long seed) {
    float[] values = values(points, seed);
    int[] ends = IntStream.range(SIZE - 1, points).toArray();
    Rows rows = Rows.of(SPEC.channels(), points, values, new String[0]);
    return new Windows(SPEC, values, ends, rows.select(ends));
  }

  /** What {@link #windows} of the same points are seen through. */
  public static WindowPreprocessor preprocessor(int points, long seed) {
    Rows rows = Rows.of(SPEC.channels(), points, values(points, seed), new String[0]);
    return WindowPreprocessor.fit(SPEC, rows, IntStream.range(0, points).map(i -> i - 1).toArray());
  }

  private static float[] values(int points, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[3 * points];
    for (int t = 0; t < points; t++) {
      values[3 * t] = (float) (Math.sin(0.4 * t) + 0.05 * random.nextGaussian());
      values[3 * t + 1] = (float) (Math.cos(0.4 * t) + 0.05 * random.nextGaussian());
      values[3 * t + 2] = t % 16 < 8 ? 1 : 0;
    }
    return values;
  }
}
