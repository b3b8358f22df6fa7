package io.latentry.load.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CurveTest {
  @Test
  void theSlopeIsTheExponentOfTheLastThreePoints() {
    // A start that costs 2 s is in the first points alone.
    Curve curve =
        curve(
            new Curve.Point(10, 2, 7),
            new Curve.Point(100, 2, 7),
            new Curve.Point(1_000, 3, 7),
            new Curve.Point(10_000, 3 * Math.pow(10, 1.5), 7),
            new Curve.Point(100_000, 3 * Math.pow(10, 3), 7));

    assertThat(curve.slope(Curve.Point::seconds)).isCloseTo(1.5, within(1e-9));
    assertThat(curve.slope(Curve.Point::peakBytes)).isCloseTo(0, within(1e-9));
  }

  @Test
  void twoPointsHaveNoSlopeAndNeitherHasACostThatIsNotTold() {
    assertThat(
            curve(new Curve.Point(1, 1, 1), new Curve.Point(2, 1, 1)).slope(Curve.Point::seconds))
        .isNaN();
    assertThat(
            curve(new Curve.Point(1, 1, 0), new Curve.Point(2, 1, 0), new Curve.Point(3, 1, 0))
                .slope(Curve.Point::peakBytes))
        .isNaN();
  }

  @Test
  void whatComesIsExpectedByTheLastTwoPoints() {
    Curve curve =
        curve(
            new Curve.Point(1_000, 2, 1),
            new Curve.Point(10_000, 4, 1),
            new Curve.Point(100_000, 400, 1));

    assertThat(curve.expectedSeconds(1_000_000)).isCloseTo(40_000, within(1e-6));
    assertThat(Curve.of(Method.VAE).expectedSeconds(1_000_000)).isZero();
  }

  static Curve curve(Curve.Point... points) {
    return new Curve(Method.LATENTRY, List.of(points), "");
  }
}
