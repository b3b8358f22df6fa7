package io.latentry.training.map;

import java.util.stream.IntStream;

/**
 * How far a map can be trusted, by ranks of neighbours: 1 is perfect, about 0.5 is chance.
 *
 * <p>Trustworthiness falls where points are near on the map that are not so in truth, continuity
 * where points that are near are torn apart: {@code 1 - 2 / (n k (2n - 3k - 1)) * sum of (rank -
 * k)} over the false, and the missing, neighbours.
 *
 * @param neighbours looked at
 * @see <a href="https://doi.org/10.1016/j.neunet.2006.05.014">Venna and Kaski 2006</a>
 */
public record MapQuality(double trustworthiness, double continuity, int neighbours) {

  /** Neighbours looked at unless there are too few points. */
  public static final int NEIGHBOURS = 12;

  /**
   * Compares.
   *
   * @param x {@code float[points * width]}, row-major
   * @param map {@code float[points * 2]}, row-major
   */
  public static MapQuality of(float[] x, int width, float[] map) {
    int points = x.length / width;
    // The formula's bound on the neighbours, beyond which it is no share.
    int k = Math.min(NEIGHBOURS, Math.max(1, points / 2 - 1));
    if (points < 4) {
      return new MapQuality(1, 1, k);
    }
    double[] penalties =
        IntStream.range(0, points)
            .parallel()
            .mapToObj(i -> penalties(x, width, map, i, k))
            .reduce(new double[2], (a, b) -> new double[] {a[0] + b[0], a[1] + b[1]});
    double unit = 2.0 / ((double) points * k * (2.0 * points - 3.0 * k - 1));
    return new MapQuality(1 - unit * penalties[0], 1 - unit * penalties[1], k);
  }

  private static double[] penalties(float[] x, int width, float[] map, int i, int k) {
    int[] truth = Neighbours.order(Neighbours.distances(x, width, i), i);
    int[] shown = Neighbours.order(Neighbours.distances(map, 2, i), i);
    return new double[] {penalty(shown, truth, k), penalty(truth, shown, k)};
  }

  /** Of the first {@code k} of {@code near}: by how much their ranks in {@code other} pass k. */
  private static double penalty(int[] near, int[] other, int k) {
    int[] rank = new int[other.length + 1];
    for (int r = 0; r < other.length; r++) {
      rank[other[r]] = r + 1;
    }
    double sum = 0;
    for (int r = 0; r < k; r++) {
      sum += Math.max(0, rank[near[r]] - k);
    }
    return sum;
  }
}
