package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a move of a threshold did, or would do.
 *
 * @param moved whether {@code after} is in force now
 */
public record ThresholdMove(String model, int version, boolean moved, Trial before, Trial after) {

  /**
   * @param calibrationAlarms calibration rows above the threshold, which are normal all
   */
  public record Trial(
      Threshold threshold, @JsonProperty("calibration_alarms") long calibrationAlarms) {}
}
