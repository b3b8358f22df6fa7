package io.latentry.core.preprocessing;

import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A window as every view of it begins: each point prepared as a row of a table is, with the last
 * value before it in place of a missing one.
 *
 * @param points {@code [batch, time, ...]} each
 * @param invalid {@code [batch]}: of the point that is judged
 * @param novelty {@code [batch, time * channels]}: zero but for that point; null where there is
 *     none
 */
record WindowInput<T>(Prepared<T> points, T invalid, @Nullable T novelty) {

  static <T> WindowInput<T> of(
      Ops<T> ops, WindowSpec spec, TablePreprocessor points, GraphValues<T> raw) {
    T window = raw.get(WindowSpec.WINDOW);
    if (window == null) {
      throw new IllegalArgumentException("inputs: no 'window' (expected: one)");
    }
    Prepared<T> each =
        points.apply(ops, columns(ops, spec, points, window), standIns(ops, spec, points, window));
    int judged = spec.judged();
    T novelty = each.novelty();
    return new WindowInput<>(
        each,
        ops.squeeze(ops.slice(each.invalid(), 1, judged, judged + 1L), 1),
        novelty == null ? null : ofJudgedPoint(ops, spec, novelty));
  }

  /** As {@link Preprocessor#raw}. */
  static <T> GraphValues<T> raw(WindowSpec spec, Samples samples, GraphValues.Maker<T> tensor) {
    Windows windows = (Windows) samples;
    float[] values = new float[windows.count() * spec.size() * spec.width()];
    windows.copyFloats(spec.inputs().get(0), 0, windows.count(), FloatBuffer.wrap(values));
    return new GraphValues<>(
        Map.of(WindowSpec.WINDOW, tensor.make(values, windows.count(), spec.size(), spec.width())));
  }

  /**
   * {@code [batch, time, channels]}, as {@link Output#RECONSTRUCTION} has them.
   *
   * @param each {@code [batch, time, entries]}
   */
  static <T> T inUnits(Ops<T> ops, WindowSpec spec, TablePreprocessor points, T each) {
    List<T> channels = new ArrayList<>();
    if (spec.channels().numericCount() > 0) {
      channels.addAll(points.inUnits(ops, each, Set.of(Output.RECONSTRUCTION)).values());
    }
    if (spec.channels().categoricalCount() > 0) {
      channels.addAll(
          points.inUnits(ops, each, Set.of(Output.RECONSTRUCTION_CATEGORICAL)).values());
    }
    return ops.concat(-1, channels);
  }

  /** The window as the inputs of a table, each {@code [batch, time, columns]}. */
  private static <T> GraphValues<T> columns(
      Ops<T> ops, WindowSpec spec, TablePreprocessor points, T window) {
    Schema channels = spec.channels();
    int numbers = channels.numericCount();
    Map<String, T> inputs = new HashMap<>();
    if (numbers > 0) {
      inputs.put(Schema.NUMERIC, ops.slice(window, -1, 0, numbers));
    }
    if (numbers < spec.width()) {
      T codes = ops.slice(window, -1, numbers, spec.width());
      int count = channels.categoricalCount();
      float[] known = new float[count];
      float[] other = new float[count];
      float[] missing = new float[count];
      for (int j = 0; j < count; j++) {
        known[j] = channels.categorical(j).categories().size();
        other[j] = points.categoryIndex(j, "\u0000");
        missing[j] = points.categoryIndex(j, "");
      }
      T beyond =
          ops.add(
              ops.less(codes, ops.scalar(-0.5f)),
              ops.less(ops.sub(ops.constant(known, 1, count), ops.scalar(0.5f)), codes));
      T index = ops.where(beyond, ops.constant(other, 1, count), codes);
      inputs.put(
          Schema.CATEGORICAL, ops.where(ops.isNaN(codes), ops.constant(missing, 1, count), index));
    }
    return new GraphValues<>(inputs);
  }

  /**
   * {@code [batch, time, numbers]}: what stands in for a missing value, which is the last one
   * before it in the window, or the training mean where there is none.
   */
  private static <T> @Nullable T standIns(
      Ops<T> ops, WindowSpec spec, TablePreprocessor points, T window) {
    int numbers = spec.channels().numericCount();
    if (numbers == 0) {
      return null;
    }
    T given = ops.slice(window, -1, 0, numbers);
    // One question less in each round.
    T filled = ops.where(ops.isInfinite(given), ops.scalar(Float.NaN), given);
    // Each round reaches twice as far back.
    for (int back = 1; back < spec.size(); back *= 2) {
      T later = ops.slice(filled, 1, back, spec.size());
      T earlier = ops.slice(filled, 1, 0, (long) spec.size() - back);
      filled =
          ops.concat(
              1,
              List.of(ops.slice(filled, 1, 0, back), ops.where(ops.isNaN(later), earlier, later)));
    }
    return ops.where(ops.isNaN(filled), points.means(ops), filled);
  }

  /** {@code [batch, time * channels]}: zero but for the point that is judged. */
  private static <T> T ofJudgedPoint(Ops<T> ops, WindowSpec spec, T novelty) {
    float[] mask = new float[spec.size()];
    mask[spec.judged()] = 1;
    T own = ops.mul(novelty, ops.constant(mask, spec.size(), 1));
    return ops.reshape(own, 0, (long) spec.size() * spec.width());
  }
}
