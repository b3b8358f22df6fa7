package io.latentry.server.api;

import io.latentry.core.calibration.Threshold;

/** A threshold as a JSON document tells it, by the keys of the command line. */
record ThresholdDocument(
    double score,
    Threshold.Rule rule,
    double falseAlarmRate,
    double falseAlarmRateUpperBound,
    int calibrationRows,
    String origin) {

  static ThresholdDocument of(Threshold threshold) {
    return new ThresholdDocument(
        threshold.score(),
        threshold.rule(),
        threshold.falseAlarmRate(),
        threshold.falseAlarmRateUpperBound(),
        threshold.calibrationRows(),
        threshold.origin());
  }
}
