package io.latentry.bench.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * At each place a Gaussian of what training images show there, and how far an image is from its
 * mean, as Mahalanobis has it.
 *
 * <p>Of the paper: {@value #ENTRIES} entries drawn at random, and {@value #RIDGE} added to each
 * variance. Here entries are in deviations.
 *
 * @see <a href="https://arxiv.org/abs/2011.08785">Defard et al. 2020, PaDiM</a>
 */
final class Padim {
  private static final int ENTRIES = 100;
  private static final double RIDGE = 0.01;

  private Padim() {}

  /** {@code double[images * places]} of the test images. */
  static double[] score(Seen seen, long seed) {
    int[] entries = drawn(seen.width(), seed);
    int places = seen.grid().places();
    double[] scores = new double[seen.test().length / seen.width()];
    IntStream.range(0, places)
        .parallel()
        .forEach(place -> score(seen, entries, place, places, scores));
    return scores;
  }

  private static int[] drawn(int width, long seed) {
    List<Integer> all = new ArrayList<>(IntStream.range(0, width).boxed().toList());
    Collections.shuffle(all, new Random(seed));
    return all.stream().limit(ENTRIES).mapToInt(entry -> entry).sorted().toArray();
  }

  private static void score(Seen seen, int[] entries, int place, int places, double[] scores) {
    int width = entries.length;
    int images = seen.train().length / seen.width() / places;
    double[] mean = new double[width];
    double[][] rows = new double[images][width];
    for (int i = 0; i < images; i++) {
      for (int j = 0; j < width; j++) {
        rows[i][j] = seen.train()[(i * places + place) * seen.width() + entries[j]];
        mean[j] += rows[i][j] / images;
      }
    }
    DMatrixRMaj covariance = new DMatrixRMaj(width, width);
    for (double[] row : rows) {
      for (int j = 0; j < width; j++) {
        for (int k = 0; k <= j; k++) {
          covariance.add(j, k, (row[j] - mean[j]) * (row[k] - mean[k]) / Math.max(1, images - 1));
        }
      }
    }
    for (int j = 0; j < width; j++) {
      covariance.add(j, j, RIDGE);
      for (int k = 0; k < j; k++) {
        covariance.set(k, j, covariance.get(j, k));
      }
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(width);
    if (!solver.setA(covariance)) {
      throw new IllegalStateException("covariance: no inverse (expected: one, with a ridge)");
    }
    int tests = scores.length / places;
    DMatrixRMaj away = new DMatrixRMaj(width, tests);
    for (int i = 0; i < tests; i++) {
      for (int j = 0; j < width; j++) {
        float value = seen.test()[(i * places + place) * seen.width() + entries[j]];
        away.set(j, i, value - mean[j]);
      }
    }
    DMatrixRMaj given = away.copy();
    DMatrixRMaj solved = new DMatrixRMaj(width, tests);
    solver.solve(given, solved);
    for (int i = 0; i < tests; i++) {
      double square = 0;
      for (int j = 0; j < width; j++) {
        square += away.get(j, i) * solved.get(j, i);
      }
      scores[i * places + place] = Math.sqrt(Math.max(0, square));
    }
  }
}
