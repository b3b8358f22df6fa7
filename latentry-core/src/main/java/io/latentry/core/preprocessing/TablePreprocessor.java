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
import org.jspecify.annotations.Nullable;

/**
 * From raw columns to the vector that a model sees, by statistics of the training rows alone.
 *
 * <p>A numeric column enters twice, side by side: standardised, and as the standardised asinh of
 * its robust z-score {@code (x - median) / (IQR / 1.349)}, which keeps the order in heavy tails;
 * both are cut to +-{@value #LIMIT}. A boolean enters as 0 or 1, a timestamp as sine and cosine of
 * its time of day and of its day of the week, a category one-hot with one entry for {@code other}
 * (and one for missing where training rows lacked it). A missing value is replaced by the training
 * mean; where training rows lacked values, an indicator tells the model. A watched column has no
 * entry; what a column's values never were in training is told apart, as {@link Prepared#novelty}.
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
    return fit(rows, 2);
  }

  /**
   * The same with the standardised view of a number alone, which is what a window is made of.
   *
   * @throws IllegalArgumentException if there is no row
   */
  static TablePreprocessor fitPlain(Rows rows) {
    return fit(rows, 1);
  }

  /**
   * That of a model whose schema and scales are known.
   *
   * @param scales one for each numeric column of {@code schema}
   */
  public static TablePreprocessor of(Schema schema, List<NumericScale> scales) {
    if (scales.size() != schema.numericCount()) {
      throw new IllegalArgumentException(
          "scales: " + scales.size() + " (expected: " + schema.numericCount() + ", the numbers)");
    }
    return new TablePreprocessor(schema, scales, layOut(schema, scales, 2));
  }

  private static TablePreprocessor fit(Rows rows, int views) {
    if (rows.count() == 0) {
      throw new IllegalArgumentException("rows: 0 (expected: at least 1 training row)");
    }
    Schema schema = rows.schema();
    List<NumericScale> scales = new ArrayList<>();
    for (int j = 0; j < schema.numericCount(); j++) {
      scales.add(NumericScale.fit(rows, j));
    }
    return new TablePreprocessor(schema, scales, layOut(schema, scales, views));
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
      return of.missing().judges() ? of.categories().size() + 1 : -1;
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
    return apply(ops, raw, null);
  }

  /**
   * The same with what stands in for missing numbers.
   *
   * @param standIns shape of the numbers; null for the training means
   */
  <T> Prepared<T> apply(Ops<T> ops, GraphValues<T> raw, @Nullable T standIns) {
    T numeric = raw.get(Schema.NUMERIC);
    T categoryIndices = raw.get(Schema.CATEGORICAL);
    List<T> parts = new ArrayList<>();
    List<T> observed = new ArrayList<>();
    List<T> invalid = new ArrayList<>();
    if (numeric != null) {
      appendNumeric(ops, numeric, standIns, parts, observed, invalid);
    }
    if (categoryIndices != null) {
      invalid.add(ops.max(ops.less(categoryIndices, ops.scalar(0)), -1, false));
      for (int j = 0; j < schema.inputs(ColumnType.CATEGORICAL); j++) {
        T index = ops.slice(categoryIndices, -1, j, j + 1L);
        parts.add(oneHot(ops, index, categoryWidth(schema.categorical(j))));
        observed.add(onesLike(ops, parts.get(parts.size() - 1)));
      }
    }
    TableNovelty novelty = TableNovelty.of(schema).orElse(null);
    T novel = novelty == null ? null : novelty.novel(ops, raw);
    T rejected = novelty == null || novel == null ? null : novelty.rejected(ops, novel);
    if (rejected != null) {
      invalid.add(rejected);
    }
    return new Prepared<>(
        ops.concat(-1, parts),
        imputesNumbers() ? ops.concat(-1, observed) : null,
        invalid.stream().reduce(ops::add).orElseThrow(),
        novelty == null || novel == null ? null : novelty.nats(ops, novel));
  }

  @Override
  @JsonIgnore
  public boolean knowsNovelty() {
    return TableNovelty.of(schema).isPresent();
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

  /**
   * {@code [batch, numericCount]}; a timestamp comes back as seconds since Monday 00:00 UTC, a
   * watched column as the value that it always had, or as what is expected of its twin.
   */
  public <T> T numericInUnits(Ops<T> ops, T expected) {
    List<T> columns = new ArrayList<>();
    int numbers = schema.inputs(ColumnType.NUMERIC);
    int booleans = schema.inputs(ColumnType.BOOLEAN);
    long first = (hasTails() ? 2L : 1L) * numbers;
    if (numbers > 0) {
      T standardised = ops.slice(expected, -1, 0, numbers);
      T inUnits =
          ops.add(
              ops.mul(standardised, perColumn(ops, 0, numbers, NumericScale::standardDeviation)),
              perColumn(ops, 0, numbers, NumericScale::mean));
      columns.add(inUnits);
    }
    for (int j = 0; j < schema.numericCount(); j++) {
      Column column = schema.columns().get(j);
      if (column.isWatched()) {
        columns.add(watched(ops, expected, column));
      } else if (column.type() == ColumnType.TIMESTAMP) {
        columns.add(SecondOfWeek.expected(ops, expected, blockOf(j).offset()));
      } else if (column.type() == ColumnType.BOOLEAN && j == schema.count(ColumnType.NUMERIC)) {
        columns.add(ops.slice(expected, -1, first, first + booleans));
      }
    }
    return ops.concat(-1, columns);
  }

  /** What is expected of a watched column: its only value, none, or what its twin should be. */
  private <T> T watched(Ops<T> ops, T expected, Column column) {
    String twin = column.novelty() == null ? null : column.novelty().twin();
    if (twin != null) {
      int place = schema.columns().stream().map(Column::name).toList().indexOf(twin);
      int offset = blockOf(place).offset();
      if (column.type() == ColumnType.TIMESTAMP) {
        return SecondOfWeek.expected(ops, expected, offset);
      }
      T own = ops.slice(expected, -1, offset, offset + 1L);
      NumericScale scale = scales.get(place);
      return column.type() == ColumnType.BOOLEAN
          ? own
          : ops.add(ops.mul(own, ops.scalar(scale.standardDeviation())), ops.scalar(scale.mean()));
    }
    Double only = column.isIdentifier() ? null : column.min();
    T zero = ops.less(ops.abs(ops.slice(expected, -1, 0, 1)), ops.scalar(-1));
    return ops.add(zero, ops.scalar(only == null ? Float.NaN : column.centred(only)));
  }

  /**
   * {@code [batch, categoricalColumns]}: the index of the likeliest known category, the first of
   * equals.
   */
  private <T> T likeliestCategories(Ops<T> ops, T expected) {
    List<T> columns = new ArrayList<>();
    for (int j = 0; j < schema.categoricalCount(); j++) {
      Column column = schema.categorical(j);
      String twin = column.novelty() == null ? null : column.novelty().twin();
      if (column.isWatched() && twin == null) {
        // The only category there is, or none.
        columns.add(ops.less(ops.abs(ops.slice(expected, -1, 0, 1)), ops.scalar(-1)));
        continue;
      }
      int of =
          twin == null
              ? schema.numericCount() + j
              : schema.columns().stream().map(Column::name).toList().indexOf(twin);
      Block block = blockOf(of);
      int known = Math.max(1, column.categories().size());
      T probabilities = ops.slice(expected, -1, block.offset(), block.offset() + (long) known);
      T lower = ops.less(probabilities, ops.max(probabilities, -1, true));
      float[] index = new float[known];
      for (int k = 0; k < known; k++) {
        index[k] = -k;
      }
      T candidates = ops.sub(ops.constant(index, 1, known), ops.mul(lower, ops.scalar(FAR)));
      columns.add(ops.neg(ops.max(candidates, -1, true)));
    }
    return ops.concat(-1, columns);
  }

  /** Whether a number has its asinh view too: its column then has two blocks of real values. */
  private boolean hasTails() {
    int numbers = schema.inputs(ColumnType.NUMERIC);
    return numbers > 0
        && blocks.size() > numbers
        && blocks.get(numbers).kind() == Block.Kind.GAUSSIAN
        && blocks.get(numbers).column() == 0;
  }

  /** The first block of schema column {@code column}. */
  public Block blockOf(int column) {
    return blocks.stream().filter(b -> b.column() == column).findFirst().orElseThrow();
  }

  /**
   * Both views of all numbers, booleans, moments, indicators, categories; each kind as one run of
   * columns.
   */
  private static List<Block> layOut(Schema schema, List<NumericScale> scales, int views) {
    List<Block> blocks = new ArrayList<>();
    int numbers = schema.inputs(ColumnType.NUMERIC);
    int booleans = schema.inputs(ColumnType.BOOLEAN);
    int firstBoolean = schema.count(ColumnType.NUMERIC);
    int firstMoment = firstBoolean + schema.count(ColumnType.BOOLEAN);
    int offset = 0;
    for (int view = 0; view < views; view++) {
      for (int j = 0; j < numbers; j++) {
        blocks.add(new Block(Block.Kind.GAUSSIAN, j, offset++, 1));
      }
    }
    for (int j = 0; j < booleans; j++) {
      blocks.add(new Block(Block.Kind.BERNOULLI, firstBoolean + j, offset++, 1));
    }
    for (int j = 0; j < schema.inputs(ColumnType.TIMESTAMP); j++) {
      blocks.add(new Block(Block.Kind.GAUSSIAN, firstMoment + j, offset, 4));
      offset += 4;
    }
    for (int j = 0; j < schema.numericCount(); j++) {
      if (hasIndicator(schema, scales, j)) {
        blocks.add(new Block(Block.Kind.BERNOULLI, j, offset++, 1));
      }
    }
    for (int j = 0; j < schema.inputs(ColumnType.CATEGORICAL); j++) {
      int width = categoryWidth(schema.categorical(j));
      blocks.add(new Block(Block.Kind.CATEGORICAL, schema.numericCount() + j, offset, width));
      offset += width;
    }
    return blocks;
  }

  private static boolean hasIndicator(Schema schema, List<NumericScale> scales, int column) {
    return scales.get(column).indicator() && !schema.columns().get(column).isWatched();
  }

  private <T> void appendNumeric(
      Ops<T> ops,
      T numeric,
      @Nullable T standIns,
      List<T> parts,
      List<T> observed,
      List<T> invalid) {
    int columns = schema.numericCount();
    T missing = ops.isNaN(numeric);
    T infinite = ops.isInfinite(numeric);
    T given = ops.sub(ops.scalar(1), ops.add(missing, infinite));
    T bad = ops.add(infinite, ops.mul(missing, rejecting(ops)));
    invalid.add(ops.max(bad, -1, false));
    T instead = standIns == null ? means(ops) : standIns;
    // An infinite cell makes the row invalid; what is judged of the rest must not know it.
    T value = ops.where(ops.add(missing, infinite), instead, numeric);

    int numbers = schema.inputs(ColumnType.NUMERIC);
    if (numbers > 0) {
      T own = ops.slice(value, -1, 0, numbers);
      T ownGiven = ops.slice(given, -1, 0, numbers);
      T entries = ops.clip(standardised(ops, own, numbers), -LIMIT, LIMIT);
      // The mean is zero but for rounding.
      parts.add(standIns == null ? ops.mul(entries, ownGiven) : entries);
      observed.add(ownGiven);
      if (hasTails()) {
        parts.add(ops.mul(ops.clip(standardisedTail(ops, own, numbers), -LIMIT, LIMIT), ownGiven));
        observed.add(ownGiven);
      }
    }
    int booleans = schema.inputs(ColumnType.BOOLEAN);
    int firstBoolean = schema.count(ColumnType.NUMERIC);
    if (booleans > 0) {
      // A number that is neither true nor false is told as a novelty; the model sees the nearer.
      T own = ops.slice(value, -1, firstBoolean, firstBoolean + booleans);
      parts.add(ops.clip(own, 0, 1));
      observed.add(ops.slice(given, -1, firstBoolean, firstBoolean + booleans));
    }
    int firstMoment = firstBoolean + schema.count(ColumnType.BOOLEAN);
    for (int j = firstMoment; j < firstMoment + schema.inputs(ColumnType.TIMESTAMP); j++) {
      T own = ops.slice(value, -1, j, j + 1L);
      T ownGiven = ops.slice(given, -1, j, j + 1L);
      for (float period : new float[] {SecondOfWeek.PER_DAY, SecondOfWeek.PER_WEEK}) {
        T angle = ops.mul(own, ops.scalar((float) (2 * Math.PI / period)));
        // An imputed moment has no direction: both parts are the mean of a circle.
        parts.add(ops.mul(ops.sin(angle), ownGiven));
        parts.add(ops.mul(ops.cos(angle), ownGiven));
        observed.add(ownGiven);
        observed.add(ownGiven);
      }
    }
    int[] indicators =
        IntStream.range(0, columns).filter(j -> hasIndicator(schema, scales, j)).toArray();
    if (indicators.length > 0) {
      float[] choice = new float[columns * indicators.length];
      for (int i = 0; i < indicators.length; i++) {
        choice[indicators[i] * indicators.length + i] = 1;
      }
      parts.add(ops.matmul(missing, ops.constant(choice, columns, indicators.length)));
      observed.add(onesLike(ops, parts.get(parts.size() - 1)));
    }
  }

  /** {@code [1, numericCount]}. */
  <T> T means(Ops<T> ops) {
    return perColumn(ops, 0, schema.numericCount(), NumericScale::mean);
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
        .anyMatch(c -> c.type().isNumericInput() && !c.isWatched() && c.missing().judges());
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
    return column.categories().size() + (column.missing().judges() ? 2 : 1);
  }
}
