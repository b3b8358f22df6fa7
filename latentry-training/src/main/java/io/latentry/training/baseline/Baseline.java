package io.latentry.training.baseline;

import java.util.List;

/** A fitted rival. Thread-safe. */
public interface Baseline {

  /** As reports name it, such as {@code isolation_forest}. */
  String name();

  /**
   * How strange each row is; higher is stranger.
   *
   * @param x {@code float[rows * width]}, row-major, prepared as the training rows were, finite
   * @return {@code [rows]}
   */
  double[] score(float[] x);

  /**
   * Every baseline, fitted.
   *
   * @param x {@code float[rows * width]}, row-major: prepared training rows, finite
   * @param width at least 1
   */
  static List<Baseline> fitAll(float[] x, int width, long seed) {
    return List.of(
        IsolationForest.fit(x, width, seed),
        PcaReconstruction.fit(x, width, seed),
        NearestNeighbours.fit(x, width, seed));
  }
}
