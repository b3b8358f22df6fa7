package io.latentry.training.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * UMAP: a fuzzy graph of nearest neighbours, laid out in two dimensions by attraction along its
 * edges and repulsion from points drawn at random.
 *
 * <p>As McInnes, Healy and Melville, but that neighbours are exact, and the layout begins from the
 * start given (such as principal components) instead of the graph's eigenvectors. A function of
 * points, start and seed, computed on one thread.
 *
 * @see <a href="https://arxiv.org/abs/1802.03426">McInnes, Healy and Melville 2018</a>
 */
public final class Umap {
  /** Neighbours of a point unless given. */
  public static final int NEIGHBOURS = 15;

  private static final int EPOCHS = 400;
  private static final int NEGATIVES = 5;
  private static final int BISECTIONS = 64;
  private static final double START_REACH = 10;
  private static final double LARGEST_STEP = 4;

  /** {@code 1 / (1 + A d**(2 B))} is nearest to the paper's curve for a minimal distance of 0.1. */
  static final double A = 1.5769434602;

  static final double B = 0.8950608780;

  private Umap() {}

  /** An edge of the fuzzy graph. */
  private record Edge(int from, int to, double weight) {}

  /**
   * Maps points.
   *
   * @param x {@code float[points * width]}, row-major, finite
   * @param start {@code float[points * 2]}: where the layout begins, at any scale
   * @param neighbours of a point, itself not counted; cut to the number of other points
   * @return {@code float[points * 2]}, row-major
   */
  public static float[] map(float[] x, int width, float[] start, int neighbours, long seed) {
    int points = x.length / width;
    if (points < 4) {
      return start.clone();
    }
    int[][] near = new int[points][];
    double[][] distance = new double[points][];
    Neighbours.find(x, width, Math.min(neighbours, points - 1), near, distance);
    return layOut(edges(near, distance), scaled(start), seed);
  }

  /** {@code a + b - a b} of the two directions of each edge. */
  private static List<Edge> edges(int[][] near, double[][] distance) {
    List<Map<Integer, Double>> directed = new ArrayList<>();
    for (int i = 0; i < near.length; i++) {
      Map<Integer, Double> own = new HashMap<>();
      double closest = distance[i][0];
      double scale = scale(distance[i], closest);
      for (int k = 0; k < near[i].length; k++) {
        own.put(near[i][k], Math.exp(-Math.max(0, distance[i][k] - closest) / scale));
      }
      directed.add(own);
    }
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < near.length; i++) {
      for (int j : near[i]) {
        double there = directed.get(i).getOrDefault(j, 0.0);
        double back = directed.get(j).getOrDefault(i, 0.0);
        // An edge known from both ends is taken once.
        if (i < j || back == 0) {
          edges.add(new Edge(i, j, there + back - there * back));
        }
      }
    }
    return edges;
  }

  /** The width at which the neighbours' weights add up to {@code log2(neighbours)}. */
  private static double scale(double[] distance, double closest) {
    double wanted = Math.log(distance.length) / Math.log(2);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double scale = 1;
    for (int step = 0; step < BISECTIONS; step++) {
      double sum = 0;
      for (double d : distance) {
        sum += Math.exp(-Math.max(0, d - closest) / scale);
      }
      if (sum > wanted) {
        high = scale;
        scale = (low + high) / 2;
      } else {
        low = scale;
        scale = Double.isInfinite(high) ? 2 * scale : (low + high) / 2;
      }
    }
    double mean = Arrays.stream(distance).average().orElse(1);
    // As the paper's code: no neighbourhood is narrower than a thousandth of its mean distance.
    return Math.max(scale, Math.max(1e-3 * mean, 1e-12));
  }

  private static float[] layOut(List<Edge> edges, double[] y, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int points = y.length / 2;
    double heaviest = edges.stream().mapToDouble(Edge::weight).max().orElse(1);
    double[] due = new double[edges.size()];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      double rate = 1 - (double) epoch / EPOCHS;
      for (int e = 0; e < due.length; e++) {
        Edge edge = edges.get(e);
        due[e] += edge.weight() / heaviest;
        if (due[e] < 1) {
          continue;
        }
        due[e] -= 1;
        attract(y, edge.from(), edge.to(), rate);
        for (int n = 0; n < NEGATIVES; n++) {
          repel(y, edge.from(), random.nextInt(points), rate);
          repel(y, edge.to(), random.nextInt(points), rate);
        }
      }
    }
    float[] map = new float[y.length];
    for (int i = 0; i < map.length; i++) {
      map[i] = (float) y[i];
    }
    return map;
  }

  private static void attract(double[] y, int i, int j, double rate) {
    double squared = squared(y, i, j);
    if (squared == 0) {
      return;
    }
    double force = -2 * A * B * Math.pow(squared, B - 1) / (1 + A * Math.pow(squared, B));
    for (int axis = 0; axis < 2; axis++) {
      double step = clipped(force * (y[2 * i + axis] - y[2 * j + axis])) * rate;
      y[2 * i + axis] += step;
      y[2 * j + axis] -= step;
    }
  }

  private static void repel(double[] y, int i, int j, double rate) {
    if (i == j) {
      return;
    }
    double squared = squared(y, i, j);
    double force = 2 * B / ((0.001 + squared) * (1 + A * Math.pow(squared, B)));
    for (int axis = 0; axis < 2; axis++) {
      y[2 * i + axis] += clipped(force * (y[2 * i + axis] - y[2 * j + axis])) * rate;
    }
  }

  private static double squared(double[] y, int i, int j) {
    double dx = y[2 * i] - y[2 * j];
    double dy = y[2 * i + 1] - y[2 * j + 1];
    return dx * dx + dy * dy;
  }

  private static double clipped(double step) {
    return Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step));
  }

  private static double[] scaled(float[] start) {
    double reach = 0;
    for (float value : start) {
      reach = Math.max(reach, Math.abs(value));
    }
    double[] y = new double[start.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = reach > 0 ? start[i] / reach * START_REACH : 0;
    }
    return y;
  }
}
