package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

class CalibrationConfigTest {

  @Test
  void theConfigSurvivesTheRoundTripThroughJson() throws Exception {
    JsonMapper json =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    CalibrationConfig config = CalibrationConfig.DEFAULT.withFalseAlarmRate(0.02);
    assertThat(json.readValue(json.writeValueAsString(config), CalibrationConfig.class))
        .isEqualTo(config);
  }

  @Test
  void settingsThatCannotBeKeptAreRefusedWhenBuilt() {
    assertThatThrownBy(() -> CalibrationConfig.DEFAULT.withFalseAlarmRate(0))
        .hasMessage("falseAlarmRate: 0.0 (expected: above 0 and below 1)");
    assertThatThrownBy(() -> CalibrationConfig.DEFAULT.withThresholdRule(Threshold.Rule.MANUAL))
        .hasMessageStartingWith("thresholdRule: MANUAL");
  }
}
