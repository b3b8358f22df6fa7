package io.latentry.core.preprocessing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
public record Preprocessor(Schema schema, List<NumericScale> scales, List<Block> blocks) {

  /** Entries are cut to plus or minus this many standard deviations. */
  public static final float LIMIT = 1000f;

  private static final float SECONDS_PER_DAY = 86_400f;
  private static final float SECONDS_PER_WEEK = 604_800f;

  /**
   * What one numeric input column looked like in training, in the column's own unit except for the
   * last two, which are of {@code asinh((x - median) / robustScale)}.
   *
   * @param indicator whether a missing-value indicator follows the column's entries
   */
  public record NumericScale(
      float mean,
      float standardDeviation,
      float median,
      float robustScale,
      float asinhMean,
      float asinhStandardDeviation,
      boolean indicator) {}

  public Preprocessor {
    scales = List.copyOf(scales);
    blocks = List.copyOf(blocks);
  }

  /**
   * Fits on {@code rows}, all of which must be training rows.
   *
   * @throws IllegalArgumentException if there is no row
   */
  public static Preprocessor fit(Rows rows) {
    if (rows.count() == 0) {
      throw new IllegalArgumentException("rows: 0 (expected: at least 1 training row)");
    }
    Schema schema = rows.schema();
    List<NumericScale> scales = new ArrayList<>();
    for (int j = 0; j < schema.numericCount(); j++) {
      scales.add(fitNumeric(rows, j));
    }
    return new Preprocessor(schema, scales, layOut(schema, scales));
  }

  /** Entries of the model's vector. */
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

  /**
   * Raw rows as an engine takes them, for {@link #apply}.
   *
   * @param tensor makes a value of the engine
   */
  public <T> GraphValues<T> raw(Rows rows, GraphValues.Maker<T> tensor) {
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

  /**
   * The forward pass.
   *
   * @param raw {@link Schema#NUMERIC}: {@code [batch, numericCount]}, and {@link
   *     Schema#CATEGORICAL}: {@code [batch, categoricalCount]} of {@link #categoryIndex}
   */
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

  /**
   * The way back, to the columns' own units.
   *
   * @param expected {@code [batch, width]}: means of the model's vector
   * @return {@code [batch, numericCount]}; a timestamp comes back as seconds since Monday 00:00 UTC
   */
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
      columns.add(secondOfWeek(ops, expected, blockOf(j).offset()));
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
      for (float period : new float[] {SECONDS_PER_DAY, SECONDS_PER_WEEK}) {
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

  /**
   * Day of the week from the week's angle, time of day from the day's, which is the sharper of the
   * two.
   */
  private static <T> T secondOfWeek(Ops<T> ops, T expected, int offset) {
    T secondOfDay = ops.mul(turn(ops, expected, offset), ops.scalar(SECONDS_PER_DAY));
    T rough = ops.mul(turn(ops, expected, offset + 2), ops.scalar(SECONDS_PER_WEEK));
    T best = null;
    T bestDistance = null;
    for (int day = 0; day < 7; day++) {
      T candidate = ops.add(secondOfDay, ops.scalar(day * SECONDS_PER_DAY));
      T distance = ops.abs(ops.sub(candidate, rough));
      if (best == null || bestDistance == null) {
        best = candidate;
        bestDistance = distance;
      } else {
        T closer = ops.less(distance, bestDistance);
        best = ops.where(closer, candidate, best);
        bestDistance = ops.where(closer, distance, bestDistance);
      }
    }
    if (best == null) {
      throw new IllegalStateException("days: none");
    }
    return best;
  }

  /**
   * The angle of (sine, cosine) as a share of a full turn, in [0, 1): {@code 2 atan(s / (r + c))},
   * or {@code 2 atan((r - c) / s)} in the half where {@code r + c} would cancel.
   */
  private static <T> T turn(Ops<T> ops, T expected, int offset) {
    T sine = ops.slice(expected, 1, offset, offset + 1L);
    T cosine = ops.slice(expected, 1, offset + 1L, offset + 2L);
    T radius = ops.sqrt(ops.add(ops.square(sine), ops.square(cosine)));
    T right = ops.div(sine, ops.add(ops.add(radius, cosine), ops.scalar(1e-6f)));
    T isZero = ops.less(ops.abs(sine), ops.scalar(1e-12f));
    T left = ops.div(ops.sub(radius, cosine), ops.where(isZero, ops.scalar(1e-12f), sine));
    T half = ops.atan(ops.where(ops.less(cosine, ops.scalar(0)), left, right));
    T turn = ops.mul(half, ops.scalar((float) (1 / Math.PI)));
    return ops.add(turn, ops.less(turn, ops.scalar(0)));
  }

  private static int categoryWidth(Column column) {
    return column.categories().size() + (column.missing() == MissingPolicy.IMPUTE ? 2 : 1);
  }

  private static NumericScale fitNumeric(Rows rows, int column) {
    double[] values = new double[rows.count()];
    int given = 0;
    for (int i = 0; i < rows.count(); i++) {
      float value = rows.numeric(i, column);
      if (Float.isFinite(value)) {
        values[given++] = value;
      }
    }
    boolean imputes = rows.schema().columns().get(column).missing() == MissingPolicy.IMPUTE;
    boolean indicator = imputes && given < rows.count();
    if (given == 0) {
      return new NumericScale(0, 1, 0, 1, 0, 1, indicator);
    }
    double[] sorted = Arrays.copyOf(values, given);
    Arrays.sort(sorted);
    double mean = mean(sorted);
    double deviation = standardDeviation(sorted, mean);
    double median = quantile(sorted, 0.5);
    double robust = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
    // Data that sit on one value for more than half of the rows have no IQR to speak of.
    double robustScale = robust < 0.1 * deviation ? deviation : robust;
    double[] tails = new double[given];
    for (int i = 0; i < given; i++) {
      tails[i] = asinh((sorted[i] - median) / positive(robustScale));
    }
    double tailMean = mean(tails);
    return new NumericScale(
        (float) mean,
        positive(deviation),
        (float) median,
        positive(robustScale),
        (float) tailMean,
        positive(standardDeviation(tails, tailMean)),
        indicator);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  /** Two passes, so that a large mean does not swallow a small spread. */
  private static double standardDeviation(double[] values, double mean) {
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / values.length);
  }

  private static double quantile(double[] sorted, double level) {
    double position = level * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  private static double asinh(double x) {
    double size = Math.abs(x);
    return Math.copySign(Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1))), x);
  }

  /** A scale to divide by: a spread of zero (or one lost to rounding in float32) counts as 1. */
  private static float positive(double spread) {
    float scale = (float) spread;
    return scale > Float.MIN_NORMAL ? scale : 1f;
  }
}
