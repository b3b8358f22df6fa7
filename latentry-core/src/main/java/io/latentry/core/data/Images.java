package io.latentry.core.data;

import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Outputs;
import io.latentry.core.tile.TileAssembly;
import io.latentry.core.tile.Tiling;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images of one size, a byte for each value. Immutable by agreement: arrays are handed over, not
 * copied.
 */
public final class Images implements Samples {
  /** Values are {@code byte / 255}. */
  private static final float[] VALUES = new float[256];

  static {
    for (int i = 0; i < VALUES.length; i++) {
      VALUES[i] = i / 255f;
    }
  }

  private final ImageSpec spec;
  private final byte[][] pixels;
  private final @Nullable String[] faults;

  /** {@code float[count][]}: what a fixed look at each image gave; empty where none was taken. */
  private final List<float[]> look;

  /**
   * @param pixels {@code byte[count][channels * height * width]}, plane by plane; of an image that
   *     could not be read, any values
   * @param faults {@code String[count]}: why an image could not be read; null where it could
   */
  public Images(ImageSpec spec, byte[][] pixels, @Nullable String[] faults) {
    this(spec, pixels, faults, List.of());
  }

  private Images(ImageSpec spec, byte[][] pixels, @Nullable String[] faults, List<float[]> look) {
    this.spec = spec;
    this.pixels = pixels;
    this.faults = faults;
    this.look = look;
    if (faults.length != pixels.length) {
      throw new IllegalArgumentException(
          "faults: " + faults.length + " (expected: " + pixels.length + ", one an image)");
    }
    for (byte[] image : pixels) {
      if (image.length != spec.values()) {
        throw new IllegalArgumentException(
            "pixels: "
                + image.length
                + " values (expected: "
                + spec.channels()
                + " x "
                + spec.height()
                + " x "
                + spec.width()
                + ")");
      }
    }
    if (!look.isEmpty() && look.size() != pixels.length) {
      throw new IllegalArgumentException(
          "look: of " + look.size() + " images (expected: " + pixels.length + ")");
    }
  }

  /** Images all of which could be read. */
  public static Images of(ImageSpec spec, byte[][] pixels) {
    return new Images(spec, pixels, new String[pixels.length]);
  }

  /**
   * The same images with what a fixed look at each of them gives, so that it need not be taken
   * again: a fit takes it once for all its models. A look that nothing is learned for, and that the
   * graph takes itself where it is not given.
   *
   * @param taken of each image, of one length
   */
  public Images lookedAt(List<float[]> taken) {
    return new Images(spec, pixels, faults, List.copyOf(taken));
  }

  /** Whether {@link #look} can be asked. */
  public boolean isLookedAt() {
    return !look.isEmpty();
  }

  /** What a fixed look at an image gave. */
  public float[] look(int sample) {
    return look.get(sample);
  }

  /** {@code byte[channels * height * width]} of one image, plane by plane; not to be changed. */
  public byte[] pixels(int sample) {
    return pixels[sample];
  }

  /**
   * Some tiles of one image, in the size that a model takes.
   *
   * @param tiles their numbers, row by row
   */
  public Images tiles(int sample, int[] tiles) {
    Tiling tiling = Objects.requireNonNull(spec.tiling());
    int[] tops = tiling.tops(spec.height());
    int[] lefts = tiling.lefts(spec.width());
    byte[][] cut = new byte[tiles.length][];
    for (int i = 0; i < cut.length; i++) {
      cut[i] = cut(pixels[sample], tops[tiles[i] / lefts.length], lefts[tiles[i] % lefts.length]);
    }
    return of(spec.tile(), cut);
  }

  private byte[] cut(byte[] image, int top, int left) {
    ImageSpec tile = spec.tile();
    byte[] cut = new byte[tile.values()];
    for (int row = 0; row < tile.channels() * tile.height(); row++) {
      int plane = row / tile.height();
      int y = top + row % tile.height();
      System.arraycopy(
          image,
          (plane * spec.height() + y) * spec.width() + left,
          cut,
          row * tile.width(),
          tile.width());
    }
    return cut;
  }

  /**
   * What a graph of tiles says of these images, which are cut into some: they go through a few at a
   * time, so that memory is that of the images and of what is said of them.
   *
   * @param most tiles at a time
   * @param graph what it says of tiles
   * @see TileAssembly
   */
  public Outputs outputsByTiles(int most, Function<Images, Outputs> graph) {
    if (pixels.length == 0) {
      return graph.apply(of(spec.tile(), pixels));
    }
    TileAssembly assembly =
        new TileAssembly(
            Objects.requireNonNull(spec.tiling()), spec.height(), spec.width(), pixels.length);
    List<int[]> open = new ArrayList<>();
    for (int i = 0; i < pixels.length; i++) {
      // Of an image that could not be read nobody asks what is said of it.
      int tiles = faults[i] == null ? spec.tiles() : 1;
      for (int tile = 0; tile < tiles; tile++) {
        open.add(new int[] {i, tile});
        if (open.size() == most) {
          add(open, assembly, graph);
          open.clear();
        }
      }
    }
    if (!open.isEmpty()) {
      add(open, assembly, graph);
    }
    return assembly.outputs();
  }

  /**
   * @param some tiles, each by its image and its number
   */
  private void add(List<int[]> some, TileAssembly assembly, Function<Images, Outputs> graph) {
    byte[][] cut =
        some.stream().map(at -> tiles(at[0], new int[] {at[1]}).pixels(0)).toArray(byte[][]::new);
    Outputs outputs = graph.apply(of(spec.tile(), cut));
    for (int i = 0; i < cut.length; i++) {
      assembly.add(some.get(i)[0], some.get(i)[1], outputs, i);
    }
  }

  @Override
  public ImageSpec spec() {
    return spec;
  }

  @Override
  public int count() {
    return pixels.length;
  }

  @Override
  public @Nullable String fault(int sample) {
    return faults[sample];
  }

  @Override
  public Images slice(int from, int to) {
    return select(IntStream.range(from, to).toArray());
  }

  @Override
  public Images select(int[] indices) {
    byte[][] chosen = new byte[indices.length][];
    @Nullable String[] own = new String[indices.length];
    for (int i = 0; i < indices.length; i++) {
      chosen[i] = pixels[indices[i]];
      own[i] = faults[indices[i]];
    }
    List<float[]> taken =
        look.isEmpty() ? look : Arrays.stream(indices).mapToObj(look::get).toList();
    return new Images(spec, chosen, own, taken);
  }

  @Override
  public Images followedBy(List<? extends Samples> others) {
    List<Images> all = new ArrayList<>(List.of(this));
    others.forEach(other -> all.add((Images) other));
    boolean taken = all.stream().allMatch(images -> images.isLookedAt() || images.count() == 0);
    return new Images(
        spec,
        all.stream().flatMap(images -> Arrays.stream(images.pixels)).toArray(byte[][]::new),
        all.stream().flatMap(images -> Arrays.stream(images.faults)).toArray(String[]::new),
        taken ? all.stream().flatMap(images -> images.look.stream()).toList() : List.of());
  }

  @Override
  public void copyFloats(GraphInput input, int from, int count, FloatBuffer into) {
    float[] values = new float[spec.values()];
    for (int i = from; i < from + count; i++) {
      byte[] image = Objects.requireNonNull(pixels[i]);
      for (int j = 0; j < values.length; j++) {
        values[j] = VALUES[image[j] & 0xff];
      }
      into.put(values);
    }
  }

  @Override
  public String[] texts(GraphInput input, int from, int count) {
    return new String[0];
  }
}
