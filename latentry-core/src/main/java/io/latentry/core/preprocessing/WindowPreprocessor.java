package io.latentry.core.preprocessing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * From a raw window to the vector that a model sees: every point as {@link TablePreprocessor} has
 * it, in the standardised view alone, and behind that the differences of neighbouring points.
 *
 * <p>Differences are those of measured channels, which hold more than {@value #FEW_VALUES} distinct
 * values in training: of the standardised entries, in units of their own training deviation, cut to
 * +-{@value #LIMIT} as the entries are. A window of states (a command, a mode) is told apart worse
 * with them.
 *
 * <p>Entries lie kind by kind, and within a kind point by point, oldest first: real values, those
 * of booleans, categories, differences.
 *
 * @param points what a point is standardised by
 * @param differenced standardised entries of a point that are differenced
 * @param steps {@code [differenced]}: the deviation of each of these differences in training
 */
public record WindowPreprocessor(
    WindowSpec spec, TablePreprocessor points, List<Integer> differenced, List<Float> steps)
    implements Preprocessor {

  /** A channel with no more distinct values than these is one of states. */
  public static final int FEW_VALUES = 20;

  /** Entries are cut to plus or minus this many deviations. */
  public static final float LIMIT = 10f;

  private static final float LEAST_STEP = 1e-4f;

  public WindowPreprocessor {
    differenced = List.copyOf(differenced);
    steps = List.copyOf(steps);
  }

  /**
   * @param points each point of these once, as rows
   * @param previous of each of {@code points}: the place of the one before it, or -1
   */
  public static WindowPreprocessor fit(WindowSpec spec, Rows points, int[] previous) {
    TablePreprocessor fitted = TablePreprocessor.fitPlain(points);
    List<Integer> differenced = new ArrayList<>();
    List<Float> steps = new ArrayList<>();
    int numbers = spec.channels().inputs(ColumnType.NUMERIC);
    for (int j = 0; j < numbers; j++) {
      if (hasManyValues(points, j)) {
        differenced.add(j);
        steps.add(step(points, previous, j) / fitted.scales().get(j).standardDeviation());
      }
    }
    return new WindowPreprocessor(
        spec, fitted, differenced, steps.stream().map(step -> Math.max(LEAST_STEP, step)).toList());
  }

  private static boolean hasManyValues(Rows points, int column) {
    Set<Float> seen = new HashSet<>();
    for (int i = 0; i < points.count() && seen.size() <= FEW_VALUES; i++) {
      float value = points.numeric(i, column);
      if (Float.isFinite(value)) {
        seen.add(value);
      }
    }
    return seen.size() > FEW_VALUES;
  }

  /** The root mean square of the differences, in the channel's unit. */
  private static float step(Rows points, int[] previous, int column) {
    double squares = 0;
    int given = 0;
    for (int i = 0; i < points.count(); i++) {
      if (previous[i] >= 0) {
        double step = (double) points.numeric(i, column) - points.numeric(previous[i], column);
        if (Double.isFinite(step)) {
          squares += step * step;
          given++;
        }
      }
    }
    return given == 0 ? 1 : (float) Math.sqrt(squares / given);
  }

  @Override
  @JsonIgnore
  public int width() {
    return spec.size() * points.width() + (spec.size() - 1) * differenced.size();
  }

  @Override
  @JsonIgnore
  public Features features() {
    int plain = spec.size() * points.width();
    int[] oldest =
        blocks().stream()
            .flatMapToInt(
                block -> {
                  int point = block.column() / spec.width();
                  return IntStream.range(0, block.width())
                      .map(i -> block.offset() < plain ? point : point - 1);
                })
            .toArray();
    return new WindowFeatures(spec, blocks(), oldest);
  }

  @Override
  @JsonIgnore
  public Optional<WindowView> view() {
    return Optional.of(
        new WindowView(
            spec.size(),
            kinds().stream().map(kind -> kind.stream().mapToInt(Block::width).sum()).toList(),
            differenced.size(),
            false));
  }

  /** Runs of a point's blocks that are of one kind. */
  private List<List<Block>> kinds() {
    List<List<Block>> kinds = new ArrayList<>();
    for (Block block : points.blocks()) {
      List<Block> last = kinds.isEmpty() ? null : kinds.get(kinds.size() - 1);
      if (last != null && last.get(0).kind() == block.kind()) {
        last.add(block);
      } else {
        kinds.add(new ArrayList<>(List.of(block)));
      }
    }
    return kinds;
  }

  @Override
  @JsonIgnore
  public List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    int offset = 0;
    for (List<Block> kind : kinds()) {
      for (int t = 0; t < spec.size(); t++) {
        for (Block block : kind) {
          blocks.add(
              new Block(block.kind(), t * spec.width() + block.column(), offset, block.width()));
          offset += block.width();
        }
      }
    }
    for (int t = 1; t < spec.size(); t++) {
      for (int entry : differenced) {
        int column = points.blocks().get(entry).column();
        blocks.add(new Block(Block.Kind.GAUSSIAN, t * spec.width() + column, offset++, 1));
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
    T x = ops.clip(each.x(), -LIMIT, LIMIT);
    T observed = each.observed();
    return new Prepared<>(
        flat(ops, x, true),
        observed == null ? null : flat(ops, observed, false),
        input.invalid(),
        input.novelty());
  }

  /**
   * {@code [batch, time, point]} as {@code [batch, width]}; differences are observed if both are.
   */
  private <T> T flat(Ops<T> ops, T each, boolean values) {
    List<T> parts = new ArrayList<>();
    for (List<Block> kind : kinds()) {
      int from = kind.get(0).offset();
      Block end = kind.get(kind.size() - 1);
      T own = ops.slice(each, -1, from, end.offset() + (long) end.width());
      parts.add(ops.reshape(own, 0, spec.size() * ((long) end.offset() + end.width() - from)));
    }
    if (!differenced.isEmpty()) {
      T own = chosen(ops, each);
      T later = ops.slice(own, 1, 1, spec.size());
      T earlier = ops.slice(own, 1, 0, spec.size() - 1L);
      T steps =
          values
              ? ops.clip(ops.div(ops.sub(later, earlier), deviations(ops)), -LIMIT, LIMIT)
              : ops.mul(later, earlier);
      parts.add(ops.reshape(steps, 0, (spec.size() - 1L) * differenced.size()));
    }
    return ops.concat(-1, parts);
  }

  /** The entries that are differenced: {@code [batch, time, differenced]}. */
  private <T> T chosen(Ops<T> ops, T each) {
    List<T> runs = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= differenced.size(); i++) {
      if (i == differenced.size() || differenced.get(i) != differenced.get(i - 1) + 1) {
        runs.add(ops.slice(each, -1, differenced.get(from), differenced.get(i - 1) + 1L));
        from = i;
      }
    }
    return ops.concat(-1, runs);
  }

  private <T> T deviations(Ops<T> ops) {
    float[] values = new float[steps.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = steps.get(i);
    }
    return ops.constant(values, 1, values.length);
  }

  @Override
  @JsonIgnore
  public boolean knowsNovelty() {
    return points.knowsNovelty();
  }

  @Override
  public <T> Map<Output, T> inUnits(Ops<T> ops, T expected, Set<Output> wanted) {
    Map<Output, T> units = new EnumMap<>(Output.class);
    if (!wanted.contains(Output.RECONSTRUCTION)) {
      return units;
    }
    List<T> parts = new ArrayList<>();
    long offset = 0;
    for (List<Block> kind : kinds()) {
      Block end = kind.get(kind.size() - 1);
      long width = (long) end.offset() + end.width() - kind.get(0).offset();
      T own = ops.slice(expected, -1, offset, offset + spec.size() * width);
      parts.add(ops.reshape(own, 0, spec.size(), width));
      offset += spec.size() * width;
    }
    T each = ops.concat(-1, parts);
    units.put(Output.RECONSTRUCTION, WindowInput.inUnits(ops, spec, points, each));
    return units;
  }
}
