package io.latentry.training.baseline;

import io.latentry.training.engine.PreparedSamples;
import java.util.Arrays;
import java.util.Random;

/**
 * The mean Euclidean distance to the {@value #NEIGHBOURS} nearest stored rows: the strictest rival
 * on tables. At most {@value #MOST_STORED} rows are stored, drawn by the seed.
 */
public final class NearestNeighbours implements Baseline {
  public static final int NEIGHBOURS = 5;
  public static final int MOST_STORED = 4_096;

  private final PreparedSamples stored;

  private NearestNeighbours(PreparedSamples stored) {
    this.stored = stored;
  }

  /**
   * Stores rows.
   *
   * @param x {@code float[rows * width]}, row-major, finite
   */
  public static NearestNeighbours fit(float[] x, int width, long seed) {
    PreparedSamples rows = FiniteSamples.ofTraining(x.clone(), width);
    return new NearestNeighbours(rows.sample(MOST_STORED, new Random(seed)));
  }

  @Override
  public String name() {
    return "nearest_neighbours";
  }

  @Override
  public double[] score(float[] x) {
    PreparedSamples rows = FiniteSamples.of(x, stored.width());
    double[] scores = new double[rows.count()];
    Arrays.parallelSetAll(scores, row -> distance(rows, row));
    return scores;
  }

  private double distance(PreparedSamples rows, int row) {
    double[] nearest = new double[Math.min(NEIGHBOURS, stored.count())];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int other = 0; other < stored.count(); other++) {
      insert(nearest, squaredDistance(rows, row, other, nearest[nearest.length - 1]));
    }
    return Arrays.stream(nearest).map(Math::sqrt).sum() / nearest.length;
  }

  /** Stops once past {@code enough}; in four sums, so that no addition waits for the one before. */
  private double squaredDistance(PreparedSamples rows, int row, int other, double enough) {
    int width = rows.width();
    float[] a = rows.x();
    float[] b = stored.x();
    double sum = 0;
    for (int from = 0; from < width && sum < enough; from += 32) {
      int to = Math.min(width, from + 32);
      int j = from;
      float first = 0;
      float second = 0;
      float third = 0;
      float fourth = 0;
      for (; j + 3 < to; j += 4) {
        int x = row * width + j;
        int y = other * width + j;
        first += squared(a[x] - b[y]);
        second += squared(a[x + 1] - b[y + 1]);
        third += squared(a[x + 2] - b[y + 2]);
        fourth += squared(a[x + 3] - b[y + 3]);
      }
      for (; j < to; j++) {
        first += squared(a[row * width + j] - b[other * width + j]);
      }
      sum += first + second + third + fourth;
    }
    return sum;
  }

  private static float squared(float difference) {
    return difference * difference;
  }

  /** Keeps the smallest values, ascending. */
  private static void insert(double[] nearest, double distance) {
    int place = nearest.length - 1;
    if (distance >= nearest[place]) {
      return;
    }
    while (place > 0 && nearest[place - 1] > distance) {
      nearest[place] = nearest[place - 1];
      place--;
    }
    nearest[place] = distance;
  }
}
