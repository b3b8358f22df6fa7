package io.latentry.core.tile;

import java.util.Arrays;

/**
 * How a large image is cut into tiles of one size, evenly spread, each of which a model judges by
 * itself. Lengths are pixels of the image as the model takes it, multiples of {@value #STEP}.
 *
 * @param height of a tile
 * @param width of a tile
 * @param overlap that neighbouring tiles share at least
 */
public record Tiling(int height, int width, int overlap) {
  /** Tiles begin at multiples of it, so that all of them see an image's pixels in one phase. */
  public static final int STEP = 16;

  /** Of a tile's side where an image is longer than that: two overlaps, and no less. */
  public static final int LEAST_SIDE = 128;

  /** What a place sees of its surroundings for the most part, on each side of it. */
  private static final int SIGHT = 32;

  private static final int OVERLAPS_OF_A_SIDE = 4;

  public Tiling {
    if (height < STEP || width < STEP || overlap < 0) {
      throw new IllegalArgumentException(
          "tiling: %d x %d pixels, overlap %d (expected: at least %d, %d and 0)"
              .formatted(height, width, overlap, STEP, STEP));
    }
    if (height % STEP + width % STEP + overlap % STEP != 0) {
      throw new IllegalArgumentException(
          "tiling: %d x %d pixels, overlap %d (expected: multiples of %d)"
              .formatted(height, width, overlap, STEP));
    }
  }

  /**
   * Square tiles, lower or narrower where the image is, that share a quarter of their side, and at
   * least twice what a place sees around it.
   *
   * @param side of a tile, at least {@link #LEAST_SIDE}
   * @param height of the image
   * @param width of the image
   */
  public static Tiling of(int side, int height, int width) {
    int quarter = side / OVERLAPS_OF_A_SIDE / STEP * STEP;
    return new Tiling(Math.min(side, height), Math.min(side, width), Math.max(2 * SIGHT, quarter));
  }

  /**
   * Refuses an image that cannot be cut so.
   *
   * @throws IllegalArgumentException if it is smaller than a tile, or too little of a tile is its
   *     own
   */
  public void requireFits(int imageHeight, int imageWidth) {
    requireFits("height", imageHeight, height);
    requireFits("width", imageWidth, width);
  }

  private void requireFits(String name, int length, int tile) {
    if (length < tile || length % STEP != 0 || (length > tile && 2 * overlap > tile)) {
      throw new IllegalArgumentException(
          "tiling: %s %d in tiles of %d, overlap %d (expected: a multiple of %d, no shorter than a tile, and overlaps of at most half a tile)"
              .formatted(name, length, tile, overlap, STEP));
    }
  }

  /** Where tiles begin from the top of an image of that height. */
  public int[] tops(int imageHeight) {
    return starts(imageHeight, height);
  }

  /** Where tiles begin from the left of an image of that width. */
  public int[] lefts(int imageWidth) {
    return starts(imageWidth, width);
  }

  /** Tiles of an image, counted row by row. */
  public int count(int imageHeight, int imageWidth) {
    return tops(imageHeight).length * lefts(imageWidth).length;
  }

  private int[] starts(int length, int tile) {
    if (length <= tile) {
      return new int[1];
    }
    int own = tile - overlap;
    int gaps = (length - tile + own - 1) / own;
    int[] starts = new int[gaps + 1];
    Arrays.setAll(starts, i -> (int) ((long) i * (length - tile) / gaps / STEP * STEP));
    return starts;
  }

  /**
   * What each tile has to say about each of its pixels along one axis, by how far that is from
   * those rims of the tile beyond which the image goes on; that of all tiles over a pixel adds up
   * to 1.
   *
   * @param starts of the tiles
   * @param tile its length
   * @param length of the image
   * @return {@code float[starts][tile]}
   */
  static float[][] weights(int[] starts, int tile, int length) {
    double[] whole = new double[length];
    double[][] distances = new double[starts.length][tile];
    for (int i = 0; i < starts.length; i++) {
      for (int x = 0; x < tile; x++) {
        double before = starts[i] == 0 ? length : x + 0.5;
        double after = starts[i] + tile == length ? length : tile - x - 0.5;
        distances[i][x] = Math.min(before, after);
        whole[starts[i] + x] += distances[i][x];
      }
    }
    float[][] weights = new float[starts.length][tile];
    for (int i = 0; i < starts.length; i++) {
      for (int x = 0; x < tile; x++) {
        weights[i][x] = (float) (distances[i][x] / whole[starts[i] + x]);
      }
    }
    return weights;
  }
}
