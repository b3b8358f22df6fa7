package io.latentry.core.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Rows dealt into folds of nearly equal size; every row is in one. */
public final class Folds {
  private Folds() {}

  /**
   * Rows {@code 0..rows-1}, shuffled by {@code seed}.
   *
   * @return {@code folds} index sets, each ascending
   */
  public static List<int[]> shuffled(int rows, int folds, long seed) {
    return cut(shuffle(rows, seed), folds);
  }

  /** Rows cut into {@code folds} runs of {@code order}; each set ascending by index. */
  static List<int[]> cut(int[] order, int folds) {
    if (folds < 2 || folds > order.length) {
      throw new IllegalArgumentException(
          "folds: " + folds + " (expected: 2 to " + order.length + ", the number of rows)");
    }
    List<int[]> sets = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      int from = (int) ((long) order.length * fold / folds);
      int to = (int) ((long) order.length * (fold + 1) / folds);
      sets.add(ascending(order, from, to));
    }
    return sets;
  }

  /** Rows {@code 0..rows-1} that are not in {@code fold}, ascending. */
  public static int[] allBut(int[] fold, int rows) {
    boolean[] out = new boolean[rows];
    for (int row : fold) {
      out[row] = true;
    }
    return IntStream.range(0, rows).filter(row -> !out[row]).toArray();
  }

  /** {@code 0..rows-1} in an order drawn by {@code seed}. */
  public static int[] shuffle(int rows, long seed) {
    int[] order = IntStream.range(0, rows).toArray();
    Random random = new Random(seed);
    for (int i = rows - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  static int[] ascending(int[] order, int from, int to) {
    int[] part = Arrays.copyOfRange(order, from, to);
    Arrays.sort(part);
    return part;
  }
}
