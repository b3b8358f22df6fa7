package io.latentry.core.tile;

import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * What tiles say, put together to what is said of their images. An image is as strange as its
 * strangest tile: the score and each term are the greatest of its tiles. Maps are blended where
 * tiles overlap, so that no seam shows, and codes are averaged. The contributions are those of the
 * tile with the most nats, so that they add up to the reconstruction term, and 0 elsewhere.
 */
public final class TileAssembly {
  private final int height;
  private final int width;
  private final int tileHeight;
  private final int tileWidth;
  private final int[] tops;
  private final int[] lefts;
  private final float[][] down;
  private final float[][] across;
  private final float[] nats;
  private final int images;
  private final Map<Output, float[]> assembled = new EnumMap<>(Output.class);

  /**
   * @param height of each image
   * @param width likewise
   * @param images of which the tiles are to be added
   */
  public TileAssembly(Tiling tiling, int height, int width, int images) {
    this.height = height;
    this.width = width;
    this.tileHeight = tiling.height();
    this.tileWidth = tiling.width();
    this.tops = tiling.tops(height);
    this.lefts = tiling.lefts(width);
    this.down = Tiling.weights(tops, tileHeight, height);
    this.across = Tiling.weights(lefts, tileWidth, width);
    this.images = images;
    this.nats = new float[images];
    Arrays.fill(nats, Float.NEGATIVE_INFINITY);
  }

  /**
   * Adds a tile; those of an image in their order.
   *
   * @param tile its number, row by row
   * @param outputs of it and others
   * @param at its place among them
   */
  public void add(int image, int tile, Outputs outputs, int at) {
    for (Output output : outputs.computed()) {
      float[] values = outputs.values(output);
      int size = outputs.width(output);
      int from = at * size;
      switch (output) {
        case SCORE, RECONSTRUCTION_TERM, LATENT_TERM -> {
          float[] whole = of(output, 1);
          whole[image] = tile == 0 ? values[from] : Math.max(whole[image], values[from]);
        }
        case HEAT_MAP, RECONSTRUCTION -> blend(output, image, tile, values, from, size);
        case CONTRIBUTION -> keepStrangest(image, tile, values, from, size);
        case LATENT_MEAN -> {
          float[] whole = of(output, size);
          for (int j = 0; j < size; j++) {
            whole[image * size + j] += values[from + j] / (tops.length * lefts.length);
          }
        }
        case SCORE_CONTRIBUTION, NOVELTY, SCORE_IMPUTED, RECONSTRUCTION_CATEGORICAL ->
            throw new IllegalArgumentException(
                "output: " + output.graphName() + " (expected: one that images have)");
      }
    }
  }

  /** What is said of the images. */
  public Outputs outputs() {
    return new Outputs(images, assembled);
  }

  private float[] of(Output output, int size) {
    return assembled.computeIfAbsent(output, first -> new float[Math.multiplyExact(images, size)]);
  }

  /** Planes of an image, as many as a tile has. */
  private int planes(int size) {
    return size / (tileHeight * tileWidth);
  }

  private void blend(Output output, int image, int tile, float[] values, int from, int size) {
    int planes = planes(size);
    float[] whole = of(output, planes * height * width);
    float[] byRow = down[tile / lefts.length];
    float[] byColumn = across[tile % lefts.length];
    for (int row = 0; row < planes * tileHeight; row++) {
      int y = row % tileHeight;
      int into = start(image, planes, row / tileHeight, tile, y);
      for (int x = 0; x < tileWidth; x++) {
        whole[into + x] += byRow[y] * byColumn[x] * values[from + row * tileWidth + x];
      }
    }
  }

  private void keepStrangest(int image, int tile, float[] values, int from, int size) {
    int planes = planes(size);
    float[] whole = of(Output.CONTRIBUTION, planes * height * width);
    double sum = 0;
    for (int i = from; i < from + size; i++) {
      sum += values[i];
    }
    if (!(sum > nats[image])) {
      return;
    }
    nats[image] = (float) sum;
    int length = planes * height * width;
    Arrays.fill(whole, image * length, (image + 1) * length, 0);
    for (int row = 0; row < planes * tileHeight; row++) {
      System.arraycopy(
          values,
          from + row * tileWidth,
          whole,
          start(image, planes, row / tileHeight, tile, row % tileHeight),
          tileWidth);
    }
  }

  /** Where a row of a tile begins among the values of all images. */
  private int start(int image, int planes, int plane, int tile, int y) {
    int row = (image * planes + plane) * height + tops[tile / lefts.length] + y;
    return row * width + lefts[tile % lefts.length];
  }
}
