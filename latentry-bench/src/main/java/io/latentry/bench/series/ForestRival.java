package io.latentry.bench.series;

import com.amazon.randomcutforest.RandomCutForest;
import java.util.Arrays;

/**
 * Random Cut Forest (Guha, Mishra, Roy and Schrijvers 2016) by Amazon's library: {@value #TREES}
 * trees of {@value #SAMPLES} points, each with those before it. It goes on learning from what it
 * has scored, as it is meant to.
 */
final class ForestRival implements SeriesDetector {
  private static final int TREES = 50;
  private static final int SAMPLES = 256;

  /** Points that make one of the forest's: eight of one channel, fewer of many. */
  private static final int SHINGLE = 8;

  private static final int MOST_DIMENSIONS = 64;

  @Override
  public String name() {
    return "random_cut_forest";
  }

  @Override
  public boolean dependsOnSeed() {
    return true;
  }

  @Override
  public double[] score(SeriesSet set, long seed) {
    Scaled series = Scaled.of(set);
    int channels = series.channels();
    int shingle = Math.max(1, Math.min(SHINGLE, MOST_DIMENSIONS / channels));
    RandomCutForest forest =
        RandomCutForest.builder()
            .dimensions(channels * shingle)
            .shingleSize(shingle)
            .internalShinglingEnabled(true)
            .numberOfTrees(TREES)
            .sampleSize(SAMPLES)
            .outputAfter(1)
            .parallelExecutionEnabled(false)
            .randomSeed(seed)
            .build();
    for (int t = 0; t < series.usable().length; t++) {
      if (series.usable()[t]) {
        forest.update(point(series.train(), t, channels));
      }
    }
    double[] scores = new double[series.test().length / channels];
    for (int t = 0; t < scores.length; t++) {
      float[] point = point(series.test(), t, channels);
      scores[t] = forest.getAnomalyScore(point);
      forest.update(point);
    }
    return scores;
  }

  private static float[] point(float[] values, int t, int channels) {
    return Arrays.copyOfRange(values, t * channels, (t + 1) * channels);
  }
}
