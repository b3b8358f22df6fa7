package io.latentry.pipeline.drift;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A uniform sample of whole rows from a stream of unknown length (Vitter 1985, algorithm R), with
 * their times. The same stream and seed keep the same rows. Not thread-safe.
 */
final class RowSample {
  private final Schema schema;
  private final Random random;
  private final int capacity;
  private final float[][] numeric;
  private final String[][] categorical;
  private final @Nullable String[] faults;
  private final double[] times;
  private final long[] numbers;
  private long seen;

  RowSample(Schema schema, int capacity, long seed) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity: " + capacity + " (expected: at least 1)");
    }
    this.schema = schema;
    this.capacity = capacity;
    this.random = new Random(seed);
    this.numeric = new float[capacity][];
    this.categorical = new String[capacity][];
    this.faults = new String[capacity];
    this.times = new double[capacity];
    this.numbers = new long[capacity];
  }

  /** Rows taken, kept or not. */
  long seen() {
    return seen;
  }

  /** Rows kept. */
  int size() {
    return (int) Math.min(seen, capacity);
  }

  /**
   * @param time NaN if it is not known
   */
  void add(Rows rows, int row, double time) {
    seen++;
    double drawn = seen <= capacity ? seen - 1 : random.nextDouble() * seen;
    if (drawn >= capacity) {
      return;
    }
    int place = (int) drawn;
    int width = schema.numericCount();
    int names = schema.categoricalCount();
    numeric[place] = Arrays.copyOfRange(rows.numeric(), row * width, (row + 1) * width);
    categorical[place] = Arrays.copyOfRange(rows.categorical(), row * names, (row + 1) * names);
    faults[place] = rows.fault(row);
    times[place] = time;
    numbers[place] = seen;
  }

  /** The rows kept, in order of time, and of those without a time, or of one, as they came. */
  Rows rows() {
    int[] order =
        IntStream.range(0, size())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(i -> times[i])
                    .thenComparingLong(i -> numbers[i]))
            .mapToInt(i -> i)
            .toArray();
    int width = schema.numericCount();
    int names = schema.categoricalCount();
    float[] values = new float[order.length * width];
    String[] texts = new String[order.length * names];
    @Nullable String[] why = new String[order.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(numeric[order[i]], 0, values, i * width, width);
      System.arraycopy(categorical[order[i]], 0, texts, i * names, names);
      why[i] = faults[order[i]];
    }
    return new Rows(schema, order.length, values, texts, why);
  }
}
