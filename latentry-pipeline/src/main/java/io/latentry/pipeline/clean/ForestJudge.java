package io.latentry.pipeline.clean;

import io.latentry.core.data.Rows;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.baseline.IsolationForest;
import io.latentry.training.engine.PreparedSamples;

/**
 * An isolation forest.
 *
 * @param fence of the scores of the rows that it was grown on
 */
record ForestJudge(Preprocessor preprocessor, IsolationForest trees, Fence fence) {

  /** Of each of {@code rows}, which can all be scored. */
  double[] strangeness(Rows rows) {
    return fence.strangeness(trees.score(PreparedSamples.vectors(preprocessor, rows)));
  }
}
