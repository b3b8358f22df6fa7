package io.latentry.pipeline.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.drift.NumericShift;
import io.latentry.core.drift.SampleSizes;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares of rows at one value, and of normal rows at it. */
final class ColumnChangesTest {
  @ParameterizedTest(name = "{0} at a value that {1} of normal rows have: stuck {2}")
  @CsvSource({
    // A whole column at a value: of a coarse one, as of the bands of a satellite, many rows have
    // it.
    "1.0, 0.001, true",
    "1.0, 0.04, true",
    "1.0, 0.3, true",
    "0.5, 0.03, true",
    "0.2, 0.02, true",
    // A value that became commoner, as zeros of a counter do.
    "0.2, 0.05, false",
    "0.5, 0.2, false",
    "0.97, 0.9, false",
    "1.0, 0.9, false",
    "0.1, 0.0, false"
  })
  void oneValueInPlaceOfManyIsAStuckSensor(double share, double usual, boolean stuck) {
    assertThat(ColumnChanges.isStuck(share, usual)).isEqualTo(stuck);
  }

  /** Standardised columns lie about 0, where no ratio of values is to be had. */
  @Test
  void anotherUnitOfValuesAboutZeroShowsInTheirWidth() {
    Random random = new Random(3);
    double[] before = random.doubles(1_000).map(u -> u * u - 0.4).sorted().toArray();
    double[] rescaled = random.doubles(1_000).map(u -> 2.54 * (u * u - 0.4)).sorted().toArray();
    double[] moved = random.doubles(1_000).map(u -> u * u).sorted().toArray();
    assertThat(factor(before, rescaled)).isCloseTo(2.54, within(0.3));
    assertThat(factor(before, moved)).isNaN();
  }

  private static double factor(double[] before, double[] now) {
    return ColumnChanges.widthAlone(
        before, now, NumericShift.between(before, now, new SampleSizes(1_000, 1_000)));
  }
}
