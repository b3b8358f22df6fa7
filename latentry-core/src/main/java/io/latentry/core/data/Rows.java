package io.latentry.core.data;

import io.latentry.core.graph.GraphInput;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the form that a model takes, before preprocessing. Immutable by agreement: the arrays are
 * handed over, not copied, since a batch is read once and dropped.
 */
public final class Rows implements Samples {
  private final Schema schema;
  private final int count;

  /** Kept here, since the schema counts them anew and every cell asks. */
  private final int numericCount;

  private final int categoricalCount;
  private final float[] numeric;
  private final String[] categorical;
  private final @Nullable String[] faults;

  /** {@code String[count * schema.texts().size()]}; empty where the texts are not known. */
  private final String[] texts;

  /**
   * @param numeric {@code float[count * schema.numericCount()]}, row-major; NaN is missing
   * @param categorical {@code String[count * schema.categoricalCount()]}, row-major; the empty
   *     string is missing
   * @param faults {@code String[count]}: why a row could not be read, null where it could; an
   *     unreadable row's values are missing
   */
  public Rows(
      Schema schema, int count, float[] numeric, String[] categorical, @Nullable String[] faults) {
    this(schema, count, numeric, categorical, faults, new String[0]);
  }

  /**
   * The same with the texts that some numbers are features of.
   *
   * @param texts {@code String[count * schema.texts().size()]}, row-major, "" = missing; or empty
   */
  Rows(
      Schema schema,
      int count,
      float[] numeric,
      String[] categorical,
      @Nullable String[] faults,
      String[] texts) {
    this.schema = schema;
    this.count = count;
    this.numericCount = schema.numericCount();
    this.categoricalCount = schema.categoricalCount();
    requireLength("numeric", numeric.length, (long) count * numericCount);
    requireLength("categorical", categorical.length, (long) count * categoricalCount);
    requireLength("faults", faults.length, count);
    this.numeric = numeric;
    this.categorical = categorical;
    this.faults = faults;
    if (texts.length > 0) {
      requireLength("texts", texts.length, (long) count * schema.texts().size());
    }
    this.texts = texts;
  }

  /** Rows that were all read without fault. */
  public static Rows of(Schema schema, int count, float[] numeric, String[] categorical) {
    return new Rows(schema, count, numeric, categorical, new String[count]);
  }

  public Schema schema() {
    return schema;
  }

  @Override
  public Schema spec() {
    return schema;
  }

  @Override
  public int count() {
    return count;
  }

  /** {@code float[count * numericCount]}, row-major, NaN = missing; not a copy. */
  public float[] numeric() {
    return numeric;
  }

  /** {@code String[count * categoricalCount]}, row-major, "" = missing; not a copy. */
  public String[] categorical() {
    return categorical;
  }

  public float numeric(int row, int column) {
    return numeric[row * numericCount + column];
  }

  public String categorical(int row, int column) {
    return categorical[row * categoricalCount + column];
  }

  /**
   * What the text column at {@code text} of the schema holds; empty where it is missing, or where
   * only its features are known.
   */
  public String text(int row, int text) {
    return texts.length == 0 ? "" : texts[row * schema.texts().size() + text];
  }

  @Override
  public @Nullable String fault(int row) {
    return faults[row];
  }

  @Override
  public Rows slice(int from, int to) {
    return new Rows(
        schema,
        to - from,
        Arrays.copyOfRange(numeric, from * numericCount, to * numericCount),
        Arrays.copyOfRange(categorical, from * categoricalCount, to * categoricalCount),
        Arrays.copyOfRange(faults, from, to),
        texts.length == 0 ? texts : Arrays.copyOfRange(texts, from * width(), to * width()));
  }

  @Override
  public Rows select(int[] indices) {
    float[] chosenNumeric = new float[indices.length * numericCount];
    String[] chosenCategorical = new String[indices.length * categoricalCount];
    String[] chosenFaults = new String[indices.length];
    String[] chosenTexts = new String[texts.length == 0 ? 0 : indices.length * width()];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(
          numeric, indices[i] * numericCount, chosenNumeric, i * numericCount, numericCount);
      System.arraycopy(
          categorical,
          indices[i] * categoricalCount,
          chosenCategorical,
          i * categoricalCount,
          categoricalCount);
      chosenFaults[i] = faults[indices[i]];
      if (chosenTexts.length > 0) {
        System.arraycopy(texts, indices[i] * width(), chosenTexts, i * width(), width());
      }
    }
    return new Rows(
        schema, indices.length, chosenNumeric, chosenCategorical, chosenFaults, chosenTexts);
  }

  private int width() {
    return schema.texts().size();
  }

  /** Batches put one after the other; all must share {@code schema}. */
  public static Rows concat(Schema schema, List<Rows> batches) {
    int count = batches.stream().mapToInt(Rows::count).sum();
    float[] numeric = new float[count * schema.numericCount()];
    String[] categorical = new String[count * schema.categoricalCount()];
    String[] faults = new String[count];
    boolean withTexts = batches.stream().allMatch(b -> b.count == 0 || b.texts.length > 0);
    String[] texts = new String[withTexts ? count * schema.texts().size() : 0];
    int row = 0;
    for (Rows batch : batches) {
      System.arraycopy(
          batch.numeric, 0, numeric, row * schema.numericCount(), batch.numeric.length);
      System.arraycopy(
          batch.categorical,
          0,
          categorical,
          row * schema.categoricalCount(),
          batch.categorical.length);
      System.arraycopy(batch.faults, 0, faults, row, batch.count);
      if (withTexts) {
        System.arraycopy(batch.texts, 0, texts, row * schema.texts().size(), batch.texts.length);
      }
      row += batch.count;
    }
    return new Rows(schema, count, numeric, categorical, faults, texts);
  }

  @Override
  public Rows followedBy(List<? extends Samples> others) {
    List<Rows> all = new ArrayList<>(List.of(this));
    others.forEach(other -> all.add((Rows) other));
    return concat(schema, all);
  }

  @Override
  public void copyFloats(GraphInput input, int from, int howMany, FloatBuffer into) {
    into.put(numeric, from * numericCount, howMany * numericCount);
  }

  @Override
  public String[] texts(GraphInput input, int from, int howMany) {
    return Arrays.copyOfRange(
        categorical, from * categoricalCount, (from + howMany) * categoricalCount);
  }

  private static void requireLength(String name, int length, long expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          name + ": " + length + " values (expected: " + expected + ")");
    }
  }
}
