package io.latentry.core.preprocessing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * From a raw window to means over {@link LagBlocks}, entry by entry of a point; the default view of
 * a series.
 *
 * <p>A point is standardised as a table's row is, in the plain view; what lies beyond {@value
 * #SOFT} deviations grows with the logarithm alone. A block's mean is standardised once more, since
 * means over long stretches spread less. Entries lie block by block, the freshest first. A mean
 * belongs to the newest point of its block, as far as features go.
 *
 * @param points what a point is standardised by
 * @param grain of the blocks
 * @param means {@code [width]}: of each entry over training windows, in deviations of a point
 * @param deviations the same
 */
public record LagPreprocessor(
    WindowSpec spec, TablePreprocessor points, int grain, List<Float> means, List<Float> deviations)
    implements Preprocessor {

  /** Deviations up to which an entry is what it is. */
  public static final float SOFT = 5;

  /** Entries of a window up to which blocks are of the finer grain. */
  private static final int MOST_ENTRIES = 300;

  private static final int FINEST = 4;

  public LagPreprocessor {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
  }

  /**
   * What gives means in deviations of a point, to be {@link #standardised}.
   *
   * @param training each point of the training windows once, as rows
   */
  public static LagPreprocessor fit(WindowSpec spec, Rows training) {
    TablePreprocessor points = TablePreprocessor.fitPlain(training);
    int grain = FINEST;
    while (grain > 1 && points.width() * LagBlocks.of(spec.size(), grain).count() > MOST_ENTRIES) {
      grain /= 2;
    }
    return new LagPreprocessor(spec, points, grain, List.of(), List.of());
  }

  /** The same with each entry in deviations of its own. */
  public LagPreprocessor standardised(List<Float> entryMeans, List<Float> entryDeviations) {
    return new LagPreprocessor(spec, points, grain, entryMeans, entryDeviations);
  }

  @JsonIgnore
  public LagBlocks lags() {
    return LagBlocks.of(spec.size(), grain);
  }

  @Override
  @JsonIgnore
  public int width() {
    return lags().count() * points.width();
  }

  @Override
  @JsonIgnore
  public Features features() {
    LagBlocks lags = lags();
    int[] oldest =
        IntStream.range(0, width()).map(e -> spec.size() - lags.to(e / points.width())).toArray();
    return new WindowFeatures(spec, blocks(), oldest);
  }

  /** Block by block, as if each were a point. */
  @Override
  @JsonIgnore
  public Optional<WindowView> view() {
    return Optional.of(new WindowView(lags().count(), List.of(points.width()), 0, true));
  }

  @Override
  @JsonIgnore
  public List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    int offset = 0;
    for (int lag : lags().from()) {
      int point = (spec.size() - 1 - lag) * spec.width();
      for (Block block : points.blocks()) {
        for (int i = 0; i < block.width(); i++) {
          blocks.add(new Block(Block.Kind.GAUSSIAN, point + block.column(), offset++, 1));
        }
      }
    }
    return blocks;
  }

  @Override
  public <T> GraphValues<T> raw(Samples samples, GraphValues.Maker<T> tensor) {
    return WindowInput.raw(spec, samples, tensor);
  }

  @Override
  public <T> Prepared<T> apply(Ops<T> ops, GraphValues<T> raw) {
    WindowInput<T> input = WindowInput.of(ops, spec, points, raw);
    Prepared<T> each = input.points();
    LagBlocks lags = lags();
    T matrix = ops.constant(lags.means(), 1, lags.count(), spec.size());
    T x = flat(ops, ops.matmul(matrix, soft(ops, each.x())));
    if (!means.isEmpty()) {
      x = soft(ops, ops.div(ops.sub(x, figures(ops, means)), figures(ops, deviations)));
    }
    T observed = each.observed();
    T given =
        observed == null ? null : ops.less(ops.scalar(0), flat(ops, ops.matmul(matrix, observed)));
    return new Prepared<>(x, given, input.invalid(), input.novelty());
  }

  /** {@code [batch, blocks, entries]} as {@code [batch, width]}. */
  private <T> T flat(Ops<T> ops, T byBlock) {
    return ops.reshape(byBlock, 0, width());
  }

  /** The value itself up to {@value #SOFT}, beyond that plus the logarithm of what is beyond. */
  private static <T> T soft(Ops<T> ops, T value) {
    T beyond = ops.relu(ops.sub(ops.abs(value), ops.scalar(SOFT)));
    T more = ops.log(ops.add(beyond, ops.scalar(1)));
    T within = ops.clip(value, -SOFT, SOFT);
    return ops.add(within, ops.mul(ops.mul(within, ops.scalar(1 / SOFT)), more));
  }

  private static <T> T figures(Ops<T> ops, List<Float> figures) {
    float[] values = new float[figures.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = figures.get(i);
    }
    return ops.constant(values, 1, values.length);
  }

  /**
   * Entries as means in deviations of a point.
   *
   * @param x {@code [..., width]}
   */
  public <T> T inPointDeviations(Ops<T> ops, T x) {
    return means.isEmpty() ? x : ops.add(ops.mul(x, figures(ops, deviations)), figures(ops, means));
  }

  @Override
  @JsonIgnore
  public boolean knowsNovelty() {
    return points.knowsNovelty();
  }

  @Override
  public <T> Map<Output, T> inUnits(Ops<T> ops, T expected, Set<Output> wanted) {
    Map<Output, T> units = new EnumMap<>(Output.class);
    if (wanted.contains(Output.RECONSTRUCTION)) {
      T x = inPointDeviations(ops, expected);
      LagBlocks lags = lags();
      T byBlock = ops.reshape(x, 0, lags.count(), points.width());
      T each = ops.matmul(ops.constant(lags.spread(), 1, spec.size(), lags.count()), byBlock);
      units.put(Output.RECONSTRUCTION, WindowInput.inUnits(ops, spec, points, each));
    }
    return units;
  }
}
