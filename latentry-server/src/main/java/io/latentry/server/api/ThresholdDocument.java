package io.latentry.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.Threshold;
import java.util.List;

/** A threshold as a JSON document tells it, by the keys of the command line. */
record ThresholdDocument(
    double score,
    Threshold.Rule rule,
    double falseAlarmRate,
    double falseAlarmRateUpperBound,
    int calibrationRows,
    String origin,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SegmentThreshold> segments) {

  static ThresholdDocument of(Threshold threshold) {
    return new ThresholdDocument(
        threshold.score(),
        threshold.rule(),
        threshold.falseAlarmRate(),
        threshold.falseAlarmRateUpperBound(),
        threshold.calibrationRows(),
        threshold.origin(),
        threshold.segments());
  }
}
