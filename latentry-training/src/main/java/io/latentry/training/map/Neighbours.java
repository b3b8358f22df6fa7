package io.latentry.training.map;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Exact nearest neighbours of points among themselves. */
final class Neighbours {
  private Neighbours() {}

  /**
   * @param x {@code float[points * width]}, row-major
   * @param near filled: {@code [points][count]}, nearest first, the point itself left out
   * @param distance filled: Euclidean, of the same shape
   */
  static void find(float[] x, int width, int count, int[][] near, double[][] distance) {
    IntStream.range(0, near.length)
        .parallel()
        .forEach(
            i -> {
              double[] from = distances(x, width, i);
              near[i] = Arrays.copyOf(order(from, i), count);
              distance[i] = Arrays.stream(near[i]).mapToDouble(j -> from[j]).toArray();
            });
  }

  static double[] distances(float[] x, int width, int i) {
    double[] distances = new double[x.length / width];
    for (int j = 0; j < distances.length; j++) {
      double sum = 0;
      for (int k = 0; k < width; k++) {
        double difference = x[i * width + k] - x[j * width + k];
        sum += difference * difference;
      }
      distances[j] = Math.sqrt(sum);
    }
    return distances;
  }

  /** The other points by distance, the first of equals first. */
  static int[] order(double[] distances, int self) {
    return IntStream.range(0, distances.length)
        .filter(j -> j != self)
        .boxed()
        .sorted((a, b) -> Double.compare(distances[a], distances[b]))
        .mapToInt(j -> j)
        .toArray();
  }
}
