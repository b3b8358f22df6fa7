package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParetoTailTest {

  @ParameterizedTest
  @ValueSource(doubles = {-0.3, 0, 0.2, 0.6})
  void theFitRecoversThePlantedShapeAndScale(double shape) {
    // Above the threshold u of a Pareto with scale 1 lies a Pareto with scale 1 + shape * u.
    double[] sample = new Random(4).doubles(100_000).map(u -> pareto(u, shape)).sorted().toArray();
    ParetoTail tail = ParetoTail.fit(sample);
    assertThat(tail.method()).isEqualTo(ParetoTail.Method.MAXIMUM_LIKELIHOOD);
    // 10,000 excesses: a standard error of (1 + shape) / 100 in shape; four of them.
    assertThat(tail.shape()).isCloseTo(shape, within(4 * (1 + shape) / 100));
    double scale = 1 + shape * tail.start();
    assertThat(tail.scale()).isCloseTo(scale, within(0.08 * scale));
    assertThat(tail.quantileAbove(0.001))
        .isCloseTo(pareto(0.001, shape), within(0.1 * pareto(0.001, shape)));
  }

  @Test
  void theFitDoesNotDependOnTheUnit() {
    double[] sample = new Random(5).doubles(2_000).map(u -> pareto(u, 0.2)).sorted().toArray();
    double[] scaled = Arrays.stream(sample).map(v -> 1e6 * v).toArray();
    assertThat(ParetoTail.fit(scaled).shape())
        .isCloseTo(ParetoTail.fit(sample).shape(), within(1e-6));
  }

  @Test
  void aRateInsideTheBodyIsNoTailEvent() {
    double[] sample = new Random(5).doubles(2_000).sorted().toArray();
    assertThatThrownBy(() -> ParetoTail.fit(sample).quantileAbove(0.5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double pareto(double survival, double shape) {
    return shape == 0 ? -Math.log(survival) : (Math.pow(survival, -shape) - 1) / shape;
  }
}
