package io.latentry.training.baseline;

import io.latentry.training.engine.PreparedSamples;
import java.util.Random;

/**
 * Isolation forest (Liu, Ting and Zhou 2008): random splits isolate a strange row early. {@value
 * #TREES} trees, each grown on {@value #SAMPLE} rows drawn without replacement, to a depth of
 * {@code ceil(log2(sample))}. The score is {@code 2 ** (-E[h(x)] / c(sample))}, in (0, 1).
 *
 * <p>Entries that are constant in a node are not split on: the paper draws among all entries, which
 * on one-hot entries spends depth on nothing.
 */
public final class IsolationForest implements Baseline {
  public static final int TREES = 100;
  public static final int SAMPLE = 256;

  private static final double EULER = 0.5772156649015329;

  private final int width;
  private final int sample;
  private final Tree[] trees;

  private IsolationForest(int width, int sample, Tree[] trees) {
    this.width = width;
    this.sample = sample;
    this.trees = trees;
  }

  /**
   * Grows the trees.
   *
   * @param x {@code float[rows * width]}, row-major, finite
   */
  public static IsolationForest fit(float[] x, int width, long seed) {
    PreparedSamples rows = FiniteSamples.ofTraining(x, width);
    Random random = new Random(seed);
    int sample = Math.min(SAMPLE, rows.count());
    int deepest = sample < 2 ? 0 : 32 - Integer.numberOfLeadingZeros(sample - 1);
    Tree[] trees = new Tree[TREES];
    for (int i = 0; i < TREES; i++) {
      int[] members = PreparedSamples.draw(rows.count(), sample, random);
      trees[i] = new Tree(rows, members, deepest, random);
    }
    return new IsolationForest(width, sample, trees);
  }

  @Override
  public String name() {
    return "isolation_forest";
  }

  @Override
  public double[] score(float[] x) {
    PreparedSamples rows = FiniteSamples.of(x, width);
    double[] scores = new double[rows.count()];
    double usual = averagePathLength(sample);
    for (int row = 0; row < scores.length; row++) {
      double depth = 0;
      for (Tree tree : trees) {
        depth += tree.pathLength(rows, row);
      }
      // One training row isolates nothing; every row is then as strange as any.
      scores[row] = usual == 0 ? 0.5 : Math.pow(2, -depth / trees.length / usual);
    }
    return scores;
  }

  /**
   * {@code c(n)}: the mean path length of an unsuccessful search in a binary search tree of {@code
   * n} rows, {@code 2 H(n - 1) - 2 (n - 1) / n}; 1 for two rows, 0 for fewer.
   */
  static double averagePathLength(int rows) {
    if (rows <= 1) {
      return 0;
    }
    if (rows == 2) {
      return 1;
    }
    return 2 * (Math.log(rows - 1.0) + EULER) - 2 * (rows - 1.0) / rows;
  }

  /** Nodes in arrays, the root first; a leaf has entry -1. */
  private static final class Tree {
    private final int[] entry;
    private final float[] split;
    private final double[] leafLength;
    private final int[] left;
    private final int[] right;
    private int nodes;

    Tree(PreparedSamples rows, int[] members, int deepest, Random random) {
      int most = 2 * members.length;
      entry = new int[most];
      split = new float[most];
      leafLength = new double[most];
      left = new int[most];
      right = new int[most];
      int root = grow(rows, members, 0, members.length, 0, deepest, random);
      if (root != 0) {
        throw new IllegalStateException("root: " + root + " (expected: 0)");
      }
    }

    /** Grows the node of {@code members[from..to)}, which it reorders, and returns its number. */
    private int grow(
        PreparedSamples rows,
        int[] members,
        int from,
        int to,
        int depth,
        int deepest,
        Random random) {
      int node = nodes++;
      int chosen = depth >= deepest ? -1 : entryToSplit(rows, members, from, to, random);
      entry[node] = chosen;
      if (chosen < 0) {
        leafLength[node] = depth + averagePathLength(to - from);
        return node;
      }
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (int i = from; i < to; i++) {
        low = Math.min(low, rows.at(members[i], chosen));
        high = Math.max(high, rows.at(members[i], chosen));
      }
      float at = (float) (low + random.nextDouble() * ((double) high - low));
      // Rounding must not send every row to one side.
      split[node] = at > low ? at : high;
      int middle = from;
      for (int i = from; i < to; i++) {
        if (rows.at(members[i], chosen) < split[node]) {
          int swapped = members[middle];
          members[middle++] = members[i];
          members[i] = swapped;
        }
      }
      left[node] = grow(rows, members, from, middle, depth + 1, deepest, random);
      right[node] = grow(rows, members, middle, to, depth + 1, deepest, random);
      return node;
    }

    /** An entry that varies among the members, each with equal chance; -1 if none does. */
    private static int entryToSplit(
        PreparedSamples rows, int[] members, int from, int to, Random random) {
      int[] varying = new int[rows.width()];
      int count = 0;
      for (int j = 0; j < rows.width(); j++) {
        float first = rows.at(members[from], j);
        for (int i = from + 1; i < to; i++) {
          if (rows.at(members[i], j) != first) {
            varying[count++] = j;
            break;
          }
        }
      }
      return count == 0 ? -1 : varying[random.nextInt(count)];
    }

    double pathLength(PreparedSamples rows, int row) {
      int node = 0;
      while (entry[node] >= 0) {
        node = rows.at(row, entry[node]) < split[node] ? left[node] : right[node];
      }
      return leafLength[node];
    }
  }
}
