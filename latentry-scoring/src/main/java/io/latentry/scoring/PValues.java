package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;

/**
 * Conformal p-values from the calibration sample: {@code (1 + #{calibration score >= score}) / (n +
 * 1)}. A sample that was thinned to evenly spaced order statistics stands for all {@code n} rows:
 * its count is scaled up.
 *
 * @see <a href="https://arxiv.org/abs/2104.08279">Bates et al. 2023, Testing for outliers with
 *     conformal p-values</a>
 */
final class PValues {
  private final double[] ascending;
  private final int rows;

  PValues(Manifest.Calibration calibration) {
    this.ascending = calibration.scores();
    for (int i = 1; i < ascending.length; i++) {
      if (!(ascending[i - 1] <= ascending[i])) {
        throw new ArtifactException(
            "calibration.scores: "
                + ascending[i]
                + " after "
                + ascending[i - 1]
                + " (expected: ascending); fit again");
      }
    }
    this.rows = Math.max(calibration.rows(), ascending.length);
  }

  /** In (0, 1]; {@code score} must be a number. */
  double of(double score) {
    if (ascending.length == 0) {
      return 1;
    }
    double atLeast = ascending.length - below(score);
    return (1 + atLeast * rows / ascending.length) / (rows + 1.0);
  }

  /** How many calibration scores lie below {@code score}. */
  private int below(double score) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < score) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
