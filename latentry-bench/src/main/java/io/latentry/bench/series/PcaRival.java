package io.latentry.bench.series;

import io.latentry.training.baseline.PcaReconstruction;
import java.util.Arrays;

/**
 * The distance to the principal components of training points, or of windows of them (Sub-PCA of
 * TSB-AD). Points of one channel have but one component, which leaves nothing: there it is the
 * distance to the mean.
 */
final class PcaRival implements SeriesDetector {
  private static final int CHUNK = 1_024;

  private final boolean windowed;

  private PcaRival(boolean windowed) {
    this.windowed = windowed;
  }

  static PcaRival ofPoints() {
    return new PcaRival(false);
  }

  static PcaRival ofWindows() {
    return new PcaRival(true);
  }

  @Override
  public String name() {
    return windowed ? "window_pca" : "point_pca";
  }

  /** Which of many rows are looked at does, and does not matter. */
  @Override
  public boolean dependsOnSeed() {
    return false;
  }

  @Override
  public double[] score(SeriesSet set, long seed) {
    Scaled series = Scaled.of(set);
    int length = windowed ? Period.of(series.train(), series.channels()) : 1;
    if (length * series.channels() == 1) {
      double[] squares = new double[series.test().length];
      Arrays.setAll(squares, t -> (double) series.test()[t] * series.test()[t]);
      return squares;
    }
    Windows training = Windows.ofTraining(series, length, false);
    PcaReconstruction pca =
        PcaReconstruction.fit(training.values(0, training.count()), training.width(), seed);
    Windows test = Windows.ofTest(series, training);
    double[] scores = new double[test.count()];
    for (int from = 0; from < scores.length; from += CHUNK) {
      int to = Math.min(scores.length, from + CHUNK);
      System.arraycopy(pca.score(test.values(from, to)), 0, scores, from, to - from);
    }
    return test.onPoints(scores);
  }
}
