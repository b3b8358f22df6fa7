package io.latentry.bench.series;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The distance of a window, brought to mean 0 and deviation 1, to the nearest of {@value #CENTRES}
 * means of training windows (KMeansAD, Yairi and others 2001, as in TSB-AD).
 */
final class KMeansRival implements SeriesDetector {
  private static final int CENTRES = 20;
  private static final int ROUNDS = 50;
  private static final int CHUNK = 1_024;

  /** Values of the windows that means are taken of; evenly spread ones, where there are more. */
  private static final long MOST_VALUES = 4_000_000;

  @Override
  public String name() {
    return "kmeans_znorm";
  }

  @Override
  public boolean dependsOnSeed() {
    return true;
  }

  @Override
  public double[] score(SeriesSet set, long seed) {
    Scaled series = Scaled.of(set);
    int length = Period.of(series.train(), series.channels());
    Windows training = Windows.ofTraining(series, length, true);
    int stride = (int) Math.ceil((double) training.count() * training.width() / MOST_VALUES);
    int width = training.width();
    int count = (training.count() + stride - 1) / stride;
    float[] rows = new float[count * width];
    for (int i = 0; i < count; i++) {
      System.arraycopy(training.values(i * stride, i * stride + 1), 0, rows, i * width, width);
    }
    float[] centres = centres(rows, width, new SplittableRandom(seed));
    Windows test = Windows.ofTest(series, training);
    double[] scores = new double[test.count()];
    for (int from = 0; from < scores.length; from += CHUNK) {
      int to = Math.min(scores.length, from + CHUNK);
      float[] chunk = test.values(from, to);
      for (int i = from; i < to; i++) {
        int at = nearest(chunk, (i - from) * width, centres, width);
        scores[i] = Math.sqrt(squared(chunk, (i - from) * width, centres, at * width, width));
      }
    }
    return test.onPoints(scores);
  }

  /** Lloyd's rounds from a start by k-means++. */
  private static float[] centres(float[] rows, int width, SplittableRandom random) {
    int count = rows.length / width;
    int k = Math.min(CENTRES, count);
    float[] centres = new float[k * width];
    double[] nearest = new double[count];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    int chosen = random.nextInt(count);
    for (int c = 0; c < k; c++) {
      System.arraycopy(rows, chosen * width, centres, c * width, width);
      double total = 0;
      for (int i = 0; i < count; i++) {
        nearest[i] = Math.min(nearest[i], squared(rows, i * width, centres, c * width, width));
        total += nearest[i];
      }
      double left = random.nextDouble() * total;
      chosen = 0;
      while (chosen < count - 1 && left >= nearest[chosen]) {
        left -= nearest[chosen++];
      }
    }
    int[] assigned = new int[count];
    Arrays.fill(assigned, -1);
    for (int round = 0; round < ROUNDS; round++) {
      boolean moved = false;
      for (int i = 0; i < count; i++) {
        int at = nearest(rows, i * width, centres, width);
        moved |= at != assigned[i];
        assigned[i] = at;
      }
      if (!moved) {
        break;
      }
      recentre(rows, width, assigned, centres);
    }
    return centres;
  }

  /** A centre without rows stays where it is. */
  private static void recentre(float[] rows, int width, int[] assigned, float[] centres) {
    double[] sums = new double[centres.length];
    int[] counts = new int[centres.length / width];
    for (int i = 0; i < assigned.length; i++) {
      counts[assigned[i]]++;
      for (int j = 0; j < width; j++) {
        sums[assigned[i] * width + j] += rows[i * width + j];
      }
    }
    for (int i = 0; i < centres.length; i++) {
      int members = counts[i / width];
      centres[i] = members == 0 ? centres[i] : (float) (sums[i] / members);
    }
  }

  private static int nearest(float[] rows, int from, float[] centres, int width) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centres.length / width; c++) {
      double distance = squared(rows, from, centres, c * width, width);
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }

  /** In strides that the compiler can vectorise. */
  private static double squared(float[] a, int fromA, float[] b, int fromB, int width) {
    double sum = 0;
    for (int from = 0; from < width; from += 64) {
      int to = Math.min(width, from + 64);
      float part = 0;
      for (int j = from; j < to; j++) {
        float difference = a[fromA + j] - b[fromB + j];
        part += difference * difference;
      }
      sum += part;
    }
    return sum;
  }
}
