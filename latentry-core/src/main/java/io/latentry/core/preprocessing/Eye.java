package io.latentry.core.preprocessing;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * How an image is looked at before anything is learned: what some layers of a {@link FrozenNetwork}
 * see, brought to one grid of places. A layer's values are averaged over 3 x 3 of its own places
 * first; a finer layer's are averaged to the grid, a coarser one's interpolated.
 *
 * @param network whose weights go into the artifact
 * @param layers how many of it, the first
 * @param stride pixels of the image to a place of the grid
 * @param enlargement by which an image is enlarged before the network sees it; 1 for none
 * @param alike whether what is usual at one place is usual at all of them
 * @see <a href="https://arxiv.org/abs/2106.08265">Roth et al. 2022, PatchCore</a>
 */
public record Eye(FrozenNetwork network, int layers, int stride, int enlargement, boolean alike) {
  /** Pixels to a place, where the network has layers on both sides of it. */
  private static final int STRIDE = 8;

  private static final int TWICE = 2;

  /** All layers, such as those that see texture, parts, and objects. */
  public static Eye of(FrozenNetwork network) {
    List<FrozenNetwork.Layer> all = network.layers();
    int finest = all.get(0).stride();
    int coarsest = all.get(all.size() - 1).stride();
    return new Eye(network, all.size(), Math.max(finest, Math.min(coarsest, STRIDE)), 1, false);
  }

  /** Layers that see edges and texture, which blur loses, as finely as the finest of them. */
  public static Eye ofDetail(FrozenNetwork network) {
    return new Eye(network, fine(network), network.layers().get(0).stride(), 1, false);
  }

  /**
   * The same layers, of the image at twice its size: for faults of a few pixels in what looks alike
   * all over, such as a line that is broken.
   */
  public static Eye close(FrozenNetwork network) {
    int layers = fine(network);
    int stride = network.layers().get(layers - 1).stride();
    return new Eye(network, layers, Math.max(1, stride / TWICE), TWICE, true);
  }

  private static int fine(FrozenNetwork network) {
    long fine = network.layers().stream().filter(layer -> layer.stride() <= STRIDE).count();
    return Math.max(1, (int) fine);
  }

  private List<FrozenNetwork.Layer> seen() {
    return network.layers().subList(0, layers);
  }

  /** Values of a place. */
  public int width() {
    return seen().stream().mapToInt(FrozenNetwork.Layer::channels).sum();
  }

  /** The grid that an image of {@code spec} has. */
  public Grid grid(ImageSpec spec) {
    return new Grid(spec.height(), spec.width(), spec.height() / stride, spec.width() / stride);
  }

  /** A side that the grid fits, nearest to {@code pixels}, and at least three places. */
  public int fitting(int pixels) {
    int step = seen().get(layers - 1).stride();
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
    List<T> given = network.see(ops, enlarged(ops, spec, colours), layers);
    for (int i = 0; i < layers; i++) {
      int step = seen().get(i).stride();
      T rows = matrix(ops, spec.height() * enlargement / step, grid.rows(), false);
      T columns = matrix(ops, spec.width() * enlargement / step, grid.columns(), true);
      seen.add(ops.matmul(ops.matmul(rows, given.get(i)), columns));
    }
    T places = ops.transpose(ops.concat(1, seen), 0, 2, 3, 1);
    return ops.reshape(places, -1, width());
  }

  private <T> T enlarged(Ops<T> ops, ImageSpec spec, T image) {
    if (enlargement == 1) {
      return image;
    }
    int height = spec.height();
    int width = spec.width();
    double[][] rows = Grid.resampling(height, height * enlargement);
    double[][] columns = Grid.resampling(width, width * enlargement);
    T down = ops.constant(Grid.values(rows, false), (long) height * enlargement, height);
    T across = ops.constant(Grid.values(columns, true), width, (long) width * enlargement);
    return ops.matmul(ops.matmul(down, image), across);
  }

  /** From an axis of a layer to one of the grid: means of three, then means or interpolation. */
  private static <T> T matrix(Ops<T> ops, int from, int to, boolean turned) {
    double[][] product = Grid.product(Grid.resampling(from, to), Grid.meansOfThree(from));
    return turned
        ? ops.constant(Grid.values(product, true), from, to)
        : ops.constant(Grid.values(product, false), to, from);
  }
}
