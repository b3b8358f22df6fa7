package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ColumnSampleTest {
  private static final int FAST = 1_000_000;

  @Test
  void ofWhatComesSlowlyEachRowIsCountedForItself() {
    ColumnSample sample = new ColumnSample(1);
    for (int minute = 0; minute < 3; minute++) {
      for (int row = 0; row < ColumnSample.WHOLE; row++) {
        assertThat(sample.weight(minute)).isEqualTo(1);
      }
    }
  }

  @Test
  void whatIsCountedStandsForTheRowsSoFarAndNeverForMore() {
    ColumnSample sample = new ColumnSample(2);
    long rows = 0;
    long stoodFor = 0;
    long counted = 0;
    for (int minute = 0; minute < 3; minute++) {
      for (int row = 0; row < FAST; row++) {
        int weight = sample.weight(minute);
        rows++;
        stoodFor += weight;
        counted += weight > 0 ? 1 : 0;
        assertThat(stoodFor).isLessThanOrEqualTo(rows).isGreaterThan(rows - 2L * ColumnSample.EACH);
      }
    }
    double beyond = 3.0 * (FAST - ColumnSample.WHOLE) / ColumnSample.EACH;
    assertThat(counted - 3.0 * ColumnSample.WHOLE).isCloseTo(beyond, within(0.02 * beyond));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16, 31, 32, 33, 100})
  void whatComesInTurnsIsCountedByItsShare(int turns) {
    ColumnSample sample = new ColumnSample(3);
    long hits = 0;
    long stoodFor = 0;
    for (int row = 0; row < FAST; row++) {
      int weight = sample.weight(0);
      stoodFor += weight;
      hits += row % turns == 0 ? weight : 0;
    }
    double share = 1.0 / turns;
    double error = Math.sqrt(share / (FAST / (double) ColumnSample.EACH)) * 2;
    assertThat((double) hits / stoodFor).isCloseTo(share, within(4 * error));
  }
}
