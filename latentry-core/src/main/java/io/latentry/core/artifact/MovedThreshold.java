package io.latentry.core.artifact;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.evaluation.ClopperPearson;

/** Another threshold for a model, out of the calibration scores in its manifest. */
public final class MovedThreshold {
  private MovedThreshold() {}

  /**
   * The threshold that {@code score} would be: its false-alarm rate and upper bound as the
   * calibration scores show them.
   *
   * @param origin who or what moved it
   */
  public static Threshold at(Manifest manifest, double score, String origin) {
    double[] scores = manifest.calibration().scores();
    int above = 0;
    for (double calibrationScore : scores) {
      if (calibrationScore > score) {
        above++;
      }
    }
    int rows = manifest.calibration().rows();
    // Above MOST_SCORES rows the scores are evenly spaced order statistics: each stands for
    // several.
    long hits = Math.round((double) above * rows / scores.length);
    return new Threshold(
        score,
        Threshold.Rule.MANUAL,
        (double) (hits + 1) / (rows + 1),
        ClopperPearson.upperBound(hits, rows),
        rows,
        manifest.modelId(),
        origin);
  }

  /**
   * The threshold that promises {@code falseAlarmRate}, by the ranks of the calibration scores.
   *
   * @param origin who or what moved it
   * @throws io.latentry.core.data.DataException if there are too few of them for the promise
   * @throws IllegalArgumentException if the rate is none
   */
  public static Threshold forRate(Manifest manifest, double falseAlarmRate, String origin) {
    Threshold fitted =
        ThresholdFit.fit(
                CalibrationConfig.DEFAULT.withFalseAlarmRate(falseAlarmRate),
                manifest.calibration().scores(),
                manifest.modelId())
            .threshold();
    return new Threshold(
        fitted.score(),
        fitted.rule(),
        fitted.falseAlarmRate(),
        at(manifest, fitted.score(), origin).falseAlarmRateUpperBound(),
        manifest.calibration().rows(),
        manifest.modelId(),
        origin);
  }
}
