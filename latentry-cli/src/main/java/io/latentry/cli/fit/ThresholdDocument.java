package io.latentry.cli.fit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.Threshold;
import java.util.List;
import java.util.Locale;

/** A threshold as {@code --json} tells it. */
public record ThresholdDocument(
    double score,
    String rule,
    double falseAlarmRate,
    double falseAlarmRateUpperBound,
    int calibrationRows,
    String origin,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SegmentThreshold> segments) {

  public static ThresholdDocument of(Threshold threshold) {
    return new ThresholdDocument(
        threshold.score(),
        threshold.rule().name().toLowerCase(Locale.ROOT),
        threshold.falseAlarmRate(),
        threshold.falseAlarmRateUpperBound(),
        threshold.calibrationRows(),
        threshold.origin(),
        threshold.segments());
  }
}
