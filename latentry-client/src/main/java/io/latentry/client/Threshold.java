package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The score above which a row is an anomaly.
 *
 * @param falseAlarmRate the promised share of normal rows that are called anomalies
 * @param falseAlarmRateUpperBound one-sided 95 % upper bound of it
 */
public record Threshold(
    double score,
    String rule,
    @JsonProperty("false_alarm_rate") double falseAlarmRate,
    @JsonProperty("false_alarm_rate_upper_bound") double falseAlarmRateUpperBound,
    @JsonProperty("calibration_rows") int calibrationRows,
    String origin) {}
