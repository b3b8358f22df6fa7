package io.latentry.core.preprocessing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * From raw columns to the vector that a model sees, by statistics of the training rows alone.
 *
 * <p>A numeric column enters twice, side by side: standardised, and as the standardised asinh of
 * its robust z-score {@code (x - median) / (IQR / 1.349)}, which keeps the order in heavy tails;
 * both are cut to +-{@value #LIMIT}. A boolean enters as 0 or 1, a timestamp as sine and cosine of
 * its time of day and of its day of the week, a category one-hot with one entry for {@code other}
 * (and one for missing where training rows lacked it). A missing value is replaced by the training
 * mean; where training rows lacked values, an indicator tells the model.
 *
 * @param blocks in the order of their offsets: the standardised views of all numeric columns, their
 *     asinh views, booleans, timestamps, missing-value indicators, categories; together they cover
 *     {@code 0..width-1}
 */
public record TablePreprocessor(Schema schema, List<NumericScale> scales, List<Block> blocks)
    implements Preprocessor {

  private static final float FAR = 1e9f;

  /** Entries are cut to plus or minus this many standard deviations. */
  public static final float LIMIT = 1000f;

  public TablePreprocessor {
    scales = List.copyOf(scales);
    blocks = List.copyOf(blocks);
  }

  /**
   * Fits on {@code rows}, all of which must be training rows.
   *
   * @throws IllegalArgumentException if there is no row
   */
  public static TablePreprocessor fit(Rows rows) {
    if (rows.count() == 0) {
      throw new IllegalArgumentException("rows: 0 (expected: at least 1 training row)");
    }
    Schema schema = rows.schema();
    List<NumericScale> scales = new ArrayList<>();
    for (int j = 0; j < schema.numericCount(); j++) {
      scales.add(NumericScale.fit(rows, j));
    }
    return new TablePreprocessor(schema, scales, layOut(schema, scales));
  }

  @Override
  @JsonIgnore
  public Schema spec() {
    return schema;
  }

  @Override
  @JsonIgnore
  public Features features() {
    return new ColumnFeatures(schema.columns().stream().map(Column::name).toList(), blocks);
  }

  @Override
  @JsonIgnore
  public int width() {
    Block last = blocks.get(blocks.size() - 1);
    return last.offset() + last.width();
  }

  /**
   * The index of a category among its column's one-hot entries: known categories first, then {@code
   * other}, then missing. -1 if the column's policy rejects the value.
   *
   * @param column index among the categorical columns
   */
  public int categoryIndex(int column, String value) {
    Column of = schema.categorical(column);
    if (value.isEmpty()) {
      return of.missing() == MissingPolicy.IMPUTE ? of.categories().size() + 1 : -1;
    }
    int known = of.categories().indexOf(value);
    if (known >= 0) {
      return known;
    }
    return of.unseen() == UnseenPolicy.OTHER ? of.categories().size() : -1;
  }

  /** {@code float[rows * categoricalCount]}, row-major: {@link #categoryIndex} of every value. */
  public float[] categoryIndices(Rows rows) {
    int columns = schema.categoricalCount();
    List<Map<String, Integer>> known = new ArrayList<>();
    for (int j = 0; j < columns; j++) {
      known.add(new HashMap<>());
    }
    float[] indices = new float[rows.count() * columns];
    for (int i = 0; i < indices.length; i++) {
      int column = i % columns;
      indices[i] =
          known
              .get(column)
              .computeIfAbsent(rows.categorical()[i], value -> categoryIndex(column, value));
    }
    return indices;
  }

  @Override
  public <T> GraphValues<T> raw(Samples samples, GraphValues.Maker<T> tensor) {
    Rows rows = (Rows) samples;
    Map<String, T> inputs = new HashMap<>();
    if (schema.numericCount() > 0) {
      inputs.put(Schema.NUMERIC, tensor.make(rows.numeric(), rows.count(), schema.numericCount()));
    }
    if (schema.categoricalCount() > 0) {
      inputs.put(
          Schema.CATEGORICAL,
          tensor.make(categoryIndices(rows), rows.count(), schema.categoricalCount()));
    }
    return new GraphValues<>(inputs);
  }

  @Override
  public <T> Prepared<T> apply(Ops<T> ops, GraphValues<T> raw) {
    T numeric = raw.get(Schema.NUMERIC);
    T categoryIndices = raw.get(Schema.CATEGORICAL);
    List<T> parts = new ArrayList<>();
    List<T> observed = new ArrayList<>();
    List<T> invalid = new ArrayList<>();
    if (numeric != null) {
      appendNumeric(ops, numeric, parts, observed, invalid);
    }
    if (categoryIndices != null) {
      invalid.add(ops.max(ops.less(categoryIndices, ops.scalar(0)), 1, false));
      for (int j = 0; j < schema.categoricalCount(); j++) {
        T index = ops.slice(categoryIndices, 1, j, j + 1L);
        parts.add(oneHot(ops, index, categoryWidth(schema.categorical(j))));
        observed.add(onesLike(ops, parts.get(parts.size() - 1)));
      }
    }
    return new Prepared<>(
        ops.concat(1, parts),
        imputesNumbers() ? ops.concat(1, observed) : null,
        invalid.stream().reduce(ops::add).orElseThrow());
  }

  @Override
  public <T> Map<Output, T> inUnits(Ops<T> ops, T expected, Set<Output> wanted) {
    Map<Output, T> units = new EnumMap<>(Output.class);
    if (wanted.contains(Output.RECONSTRUCTION)) {
      units.put(Output.RECONSTRUCTION, numericInUnits(ops, expected));
    }
    if (wanted.contains(Output.RECONSTRUCTION_CATEGORICAL)) {
      units.put(Output.RECONSTRUCTION_CATEGORICAL, likeliestCategories(ops, expected));
    }
    return units;
  }

  /** {@code [batch, numericCount]}; a timestamp comes back as seconds since Monday 00:00 UTC. */
  public <T> T numericInUnits(Ops<T> ops, T expected) {
    List<T> columns = new ArrayList<>();
    int numbers = count(ColumnType.NUMERIC);
    if (numbers > 0) {
      T standardised = ops.slice(expected, 1, 0, numbers);
      columns.add(
          ops.add(
              ops.mul(standardised, perColumn(ops, 0, numbers, NumericScale::standardDeviation)),
              perColumn(ops, 0, numbers, NumericScale::mean)));
    }
    int booleans = count(ColumnType.BOOLEAN);
    if (booleans > 0) {
      columns.add(ops.slice(expected, 1, 2L * numbers, 2L * numbers + booleans));
    }
    for (int j = numbers + booleans; j < schema.numericCount(); j++) {
      columns.add(SecondOfWeek.expected(ops, expected, blockOf(j).offset()));
    }
    return ops.concat(1, columns);
  }

  /**
   * {@code [batch, categoricalColumns]}: the index of the likeliest known category, the first of
   * equals.
   */
  private <T> T likeliestCategories(Ops<T> ops, T expected) {
    List<T> columns = new ArrayList<>();
    for (int j = 0; j < schema.categoricalCount(); j++) {
      Block block = blockOf(schema.numericCount() + j);
      int known = Math.max(1, schema.categorical(j).categories().size());
      T probabilities = ops.slice(expected, 1, block.offset(), block.offset() + (long) known);
      T lower = ops.less(probabilities, ops.max(probabilities, 1, true));
      float[] index = new float[known];
      for (int k = 0; k < known; k++) {
        index[k] = -k;
      }
      T candidates = ops.sub(ops.constant(index, 1, known), ops.mul(lower, ops.scalar(FAR)));
      columns.add(ops.neg(ops.max(candidates, 1, true)));
    }
    return ops.concat(1, columns);
  }

  /** The first block of schema column {@code column}. */
  public Block blockOf(int column) {
    return blocks.stream().filter(b -> b.column() == column).findFirst().orElseThrow();
  }

  /**
   * Both views of all numbers, booleans, moments, indicators, categories; each kind as one run of
   * columns.
   */
  private static List<Block> layOut(Schema schema, List<NumericScale> scales) {
    List<Block> blocks = new ArrayList<>();
    int offset = 0;
    for (int view = 0; view < 2; view++) {
      for (int j = 0; j < schema.count(ColumnType.NUMERIC); j++) {
        blocks.add(new Block(Block.Kind.GAUSSIAN, j, offset++, 1));
      }
    }
    int column = schema.count(ColumnType.NUMERIC);
    for (int j = 0; j < schema.count(ColumnType.BOOLEAN); j++) {
      blocks.add(new Block(Block.Kind.BERNOULLI, column++, offset++, 1));
    }
    for (int j = 0; j < schema.count(ColumnType.TIMESTAMP); j++) {
      blocks.add(new Block(Block.Kind.GAUSSIAN, column++, offset, 4));
      offset += 4;
    }
    for (int j = 0; j < schema.numericCount(); j++) {
      if (scales.get(j).indicator()) {
        blocks.add(new Block(Block.Kind.BERNOULLI, j, offset++, 1));
      }
    }
    for (int j = 0; j < schema.categoricalCount(); j++) {
      int width = categoryWidth(schema.categorical(j));
      blocks.add(new Block(Block.Kind.CATEGORICAL, column++, offset, width));
      offset += width;
    }
    return blocks;
  }

  private <T> void appendNumeric(
      Ops<T> ops, T numeric, List<T> parts, List<T> observed, List<T> invalid) {
    int columns = schema.numericCount();
    T missing = ops.isNaN(numeric);
    T given = ops.sub(ops.scalar(1), missing);
    T bad = ops.add(ops.isInfinite(numeric), ops.mul(missing, rejecting(ops)));
    invalid.add(ops.max(bad, 1, false));
    T mean = perColumn(ops, 0, columns, NumericScale::mean);
    T value = ops.where(missing, mean, numeric);

    int numbers = count(ColumnType.NUMERIC);
    if (numbers > 0) {
      T own = ops.slice(value, 1, 0, numbers);
      T ownGiven = ops.slice(given, 1, 0, numbers);
      parts.add(ops.mul(ops.clip(standardised(ops, own, numbers), -LIMIT, LIMIT), ownGiven));
      parts.add(ops.mul(ops.clip(standardisedTail(ops, own, numbers), -LIMIT, LIMIT), ownGiven));
      observed.add(ownGiven);
      observed.add(ownGiven);
    }
    int booleans = count(ColumnType.BOOLEAN);
    if (booleans > 0) {
      parts.add(ops.slice(value, 1, numbers, numbers + booleans));
      observed.add(ops.slice(given, 1, numbers, numbers + booleans));
    }
    for (int j = numbers + booleans; j < columns; j++) {
      T own = ops.slice(value, 1, j, j + 1L);
      T ownGiven = ops.slice(given, 1, j, j + 1L);
      for (float period : new float[] {SecondOfWeek.PER_DAY, SecondOfWeek.PER_WEEK}) {
        T angle = ops.mul(own, ops.scalar((float) (2 * Math.PI / period)));
        // An imputed moment has no direction: both parts are the mean of a circle.
        parts.add(ops.mul(ops.sin(angle), ownGiven));
        parts.add(ops.mul(ops.cos(angle), ownGiven));
        observed.add(ownGiven);
        observed.add(ownGiven);
      }
    }
    int[] indicators = IntStream.range(0, columns).filter(j -> scales.get(j).indicator()).toArray();
    if (indicators.length > 0) {
      float[] choice = new float[columns * indicators.length];
      for (int i = 0; i < indicators.length; i++) {
        choice[indicators[i] * indicators.length + i] = 1;
      }
      parts.add(ops.matmul(missing, ops.constant(choice, columns, indicators.length)));
      observed.add(onesLike(ops, parts.get(parts.size() - 1)));
    }
  }

  private <T> T standardised(Ops<T> ops, T value, int columns) {
    return ops.div(
        ops.sub(value, perColumn(ops, 0, columns, NumericScale::mean)),
        perColumn(ops, 0, columns, NumericScale::standardDeviation));
  }

  private <T> T standardisedTail(Ops<T> ops, T value, int columns) {
    T robust =
        ops.asinh(
            ops.div(
                ops.sub(value, perColumn(ops, 0, columns, NumericScale::median)),
                perColumn(ops, 0, columns, NumericScale::robustScale)));
    return ops.div(
        ops.sub(robust, perColumn(ops, 0, columns, NumericScale::asinhMean)),
        perColumn(ops, 0, columns, NumericScale::asinhStandardDeviation));
  }

  /** {@code [1, to - from]}: one figure of each numeric column. */
  private <T> T perColumn(Ops<T> ops, int from, int to, ToDoubleFunction<NumericScale> figure) {
    float[] values = new float[to - from];
    for (int j = from; j < to; j++) {
      values[j - from] = (float) figure.applyAsDouble(scales.get(j));
    }
    return ops.constant(values, 1, values.length);
  }

  /** {@code [1, numericCount]}: 1 for columns whose missing values make a row unscorable. */
  private <T> T rejecting(Ops<T> ops) {
    float[] values = new float[schema.numericCount()];
    for (int j = 0; j < values.length; j++) {
      values[j] = schema.columns().get(j).missing() == MissingPolicy.REJECT ? 1 : 0;
    }
    return ops.constant(values, 1, values.length);
  }

  private boolean imputesNumbers() {
    return schema.columns().stream()
        .anyMatch(c -> c.type().isNumericInput() && c.missing() == MissingPolicy.IMPUTE);
  }

  private int count(ColumnType type) {
    return schema.count(type);
  }

  private static <T> T oneHot(Ops<T> ops, T index, int width) {
    float[] outcomes = new float[width];
    for (int k = 0; k < width; k++) {
      outcomes[k] = k;
    }
    T distance = ops.abs(ops.sub(index, ops.constant(outcomes, 1, width)));
    return ops.less(distance, ops.scalar(0.5f));
  }

  private static <T> T onesLike(Ops<T> ops, T a) {
    return ops.add(ops.mul(a, ops.scalar(0)), ops.scalar(1));
  }

  private static int categoryWidth(Column column) {
    return column.categories().size() + (column.missing() == MissingPolicy.IMPUTE ? 2 : 1);
  }
}
