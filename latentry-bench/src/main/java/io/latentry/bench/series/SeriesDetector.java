package io.latentry.bench.series;

/**
 * Who takes part: fitted on the training part of a series, it scores the rest. Thread-safe, and a
 * function of the series and the seed.
 */
public interface SeriesDetector {

  /** As the page names it, such as {@code window_pca}. */
  String name();

  /** Whether it is ours, which the others are compared with. */
  default boolean isOurs() {
    return false;
  }

  /** Whether another seed gives other scores; if not, one seed is measured. */
  boolean dependsOnSeed();

  /**
   * Scores the test part.
   *
   * @return {@code [test points]}, higher is stranger; NaN where a point cannot be judged
   */
  double[] score(SeriesSet set, long seed);

  /**
   * Scores training part and test part, after it has learned from the first.
   *
   * @return {@code [training and test points]}, as {@link #score}
   */
  default double[] scoreWhole(SeriesSet set, long seed) {
    return score(set.whole(), seed);
  }
}
