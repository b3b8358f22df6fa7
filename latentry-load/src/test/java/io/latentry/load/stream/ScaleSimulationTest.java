package io.latentry.load.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What docs/scale.md says of keys, partitions and pauses. */
final class ScaleSimulationTest {

  @Test
  void keysThatComeAlikeAreSpreadEvenlyAndStateWithThem() {
    var result = run(100_000, 0, 60);
    // Binomial: 6,250 keys a thread, a standard deviation of 77; 5 of them among 16.
    assertThat(result.hottestCopy()).isBetween(1.0, 1.0 + 5 * 77 / 6_250.0);
    assertThat(result.mostStateBytes())
        .isEqualTo(Math.round(result.hottestCopy() * 6_250) * 2_650L);
  }

  @Test
  void aPauseIsMadeUpForAsTheFormulaSays() {
    var result = run(100_000, 0, 600);
    // pause * load / (1 - load), of the hottest thread
    double load = result.busiest();
    assertThat((double) result.catchUpSeconds()).isCloseTo(600 * load / (1 - load), within(1.5));
  }

  @Test
  void ofSkewedKeysTheHottestThreadDecidesAndMayNeverCatchUp() {
    var result = run(100_000, 1, 600);
    // The first key alone has a share of 1 / (ln 100,000 + 0.5772), on one partition of 16.
    double first = 1 / (Math.log(100_000) + 0.5772);
    assertThat(result.hottestPartition()).isGreaterThan(16 * first);
    assertThat(result.busiest()).isGreaterThan(0.5 * 16 * first);
    assertThat(result.catchUpSeconds() == -1).isEqualTo(result.busiest() >= 1);
  }

  private static ScaleSimulation.Result run(int keys, double skew, int pause) {
    return ScaleSimulation.run(
        new ScaleSimulation.Request(keys, skew, 16, 16, 8 * 12_000, 12_000, 2_650, pause));
  }
}
