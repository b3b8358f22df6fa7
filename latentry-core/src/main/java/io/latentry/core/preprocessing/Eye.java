package io.latentry.core.preprocessing;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * How an image is looked at before anything is learned: what some blocks of a {@link FrozenNetwork}
 * see, brought to one grid of places. A block's values are averaged over 3 x 3 of its own places
 * first; a finer block's are averaged to the grid, a coarser one's interpolated.
 *
 * @param network whose weights go into the artifact
 * @param blocks of it, ascending
 * @param stride pixels of the image to a place of the grid
 * @see <a href="https://arxiv.org/abs/2106.08265">Roth et al. 2022, PatchCore</a>
 */
public record Eye(FrozenNetwork network, List<Integer> blocks, int stride) {
  /** Layers that see texture, parts, and objects. */
  public static Eye of(FrozenNetwork network) {
    return new Eye(network, List.of(2, 4, 10), 8);
  }

  /** Layers that see edges and texture, which blur loses, at every fourth pixel. */
  public static Eye ofDetail(FrozenNetwork network) {
    return new Eye(network, List.of(2, 4), 4);
  }

  public Eye {
    blocks = List.copyOf(blocks);
  }

  /** Values of a place. */
  public int width() {
    return blocks.stream().mapToInt(block -> FrozenNetwork.CHANNELS[block]).sum();
  }

  /** The grid that an image of {@code spec} has. */
  public Grid grid(ImageSpec spec) {
    return new Grid(spec.height(), spec.width(), spec.height() / stride, spec.width() / stride);
  }

  /** A side that the grid fits, nearest to {@code pixels}, and at least three places. */
  public int fitting(int pixels) {
    int step = FrozenNetwork.STRIDES[blocks.get(blocks.size() - 1)];
    return Math.max(3 * Math.max(step, stride), Math.round(pixels / (float) step) * step);
  }

  /**
   * {@code [batch * places, width]}: what is seen at each place of each image, row by row.
   *
   * @param image {@code [batch, channels, height, width]}, 0 to 1
   */
  public <T> T look(Ops<T> ops, ImageSpec spec, T image) {
    T colours = spec.channels() == 3 ? image : ops.concat(1, List.of(image, image, image));
    Grid grid = grid(spec);
    List<T> seen = new ArrayList<>();
    List<T> given = network.blocks(ops, colours, blocks);
    for (int i = 0; i < blocks.size(); i++) {
      int step = FrozenNetwork.STRIDES[blocks.get(i)];
      T rows = matrix(ops, spec.height() / step, grid.rows(), false);
      T columns = matrix(ops, spec.width() / step, grid.columns(), true);
      seen.add(ops.matmul(ops.matmul(rows, given.get(i)), columns));
    }
    T places = ops.transpose(ops.concat(1, seen), 0, 2, 3, 1);
    return ops.reshape(places, -1, width());
  }

  /** From an axis of a block to one of the grid: means of three, then means or interpolation. */
  private static <T> T matrix(Ops<T> ops, int from, int to, boolean turned) {
    double[][] product = Grid.product(Grid.resampling(from, to), Grid.meansOfThree(from));
    return turned
        ? ops.constant(Grid.values(product, true), from, to)
        : ops.constant(Grid.values(product, false), to, from);
  }
}
