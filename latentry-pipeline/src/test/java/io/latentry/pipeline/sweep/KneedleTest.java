package io.latentry.pipeline.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KneedleTest {

  @Test
  void aPlantedElbowIsFound() {
    double[] x = {1, 2, 3, 4, 5, 6, 7, 8};
    double[] y = {80, 55, 30, 5, 4, 3, 2, 1};
    assertThat(Kneedle.elbow(x, y)).hasValue(3);
  }

  @Test
  void theElbowOfOneOverXIsWhereTheDifferenceIsLargest() {
    // (1 - y) - x, both axes from 0 to 1, is largest where 16 / x**2 = 1.
    double[] x = IntStream.rangeClosed(1, 16).asDoubleStream().toArray();
    double[] y = IntStream.rangeClosed(1, 16).mapToDouble(i -> 1.0 / i).toArray();
    assertThat(Kneedle.elbow(x, y)).hasValue(3);
  }

  @Test
  void theKneeOfThePapersSecondFigureIsFound() {
    // Ten points of 5 - 1 / (x + 0.1) from 0 to 1, turned over; the paper's knee is at 0.22.
    double[] x = IntStream.range(0, 10).mapToDouble(i -> i / 9.0).toArray();
    double[] y = IntStream.range(0, 10).mapToDouble(i -> 1 / (i / 9.0 + 0.1) - 5).toArray();
    assertThat(Kneedle.elbow(x, y)).hasValue(2);
  }

  @Test
  void aStraightARisingAndAFlatLineHaveNone() {
    double[] x = {1, 2, 3, 4, 5};
    assertThat(Kneedle.elbow(x, new double[] {5, 4, 3, 2, 1})).isEmpty();
    assertThat(Kneedle.elbow(x, new double[] {1, 2, 3, 4, 5})).isEmpty();
    assertThat(Kneedle.elbow(x, new double[] {2, 2, 2, 2, 2})).isEmpty();
    assertThat(Kneedle.elbow(new double[] {1, 2}, new double[] {9, 1})).isEmpty();
  }

  @Test
  void theScaleOfTheCurveDoesNotMatter() {
    double[] x = {1, 2, 4, 8, 16};
    double[] y = {900, 300, 290, 285, 280};
    double[] scaled = {-0.9, -0.97, -0.971, -0.9715, -0.972};
    assertThat(Kneedle.elbow(x, y)).hasValue(1);
    assertThat(Kneedle.elbow(x, scaled)).hasValue(1);
  }
}
